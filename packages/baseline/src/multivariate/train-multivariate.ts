import { frameEnds, sliceSeries, type MultivariateSeries } from '@sp/builders'
import { calibrate } from '../calibration.js'
import { BaselineError } from '../errors.js'
import { calibrateParts, combineParts } from './combine-parts.js'
import type { FitContext, FrameJudge, MultivariateDetector, PartScores } from './multivariate-detector.js'
import {
  MULTIVARIATE_VERSION,
  multivariateOptions,
  thresholdsOf,
  type MultivariateModel,
  type MultivariateOptions,
} from './multivariate-model.js'
import { scoreMultivariate } from './score-multivariate.js'
import { plantShocks, SHOCKS, type SelfTest, type ShockName, type ShockRecall } from './self-test.js'

/** What a training is given beside the series. */
export interface TrainMultivariateOptions extends MultivariateOptions, Pick<FitContext, 'signal' | 'onProgress'> {
  /** Normal data held out for thresholds; default: cut from the series that are given. */
  readonly validation?: MultivariateSeries
  /** Whether shocks are planted to measure recall; default true. */
  readonly selfTest?: boolean
}

/** Held-out frames, in which no threshold means anything with fewer. */
const FEWEST_FRAMES = 20

/**
 * Trains a detector on normal series and calibrates it on frames that it has not learned from.
 * @throws {BaselineError} `too-little-data` with fewer than 20 held-out frames; `bad-options`
 */
export async function trainMultivariate<Parameters>(
  detector: MultivariateDetector<Parameters>,
  normal: MultivariateSeries,
  given: TrainMultivariateOptions = {},
): Promise<MultivariateModel<Parameters>> {
  const options = multivariateOptions(given)
  const context: FitContext = { ...options, signal: given.signal, onProgress: given.onProgress }
  const size = normal.names.length
  const trials = trialsOf(normal, { folds: detector.folds, validation: given.validation })
  const heldOut: PartScores[][] = []
  let last: Parameters | null = null
  for (const [t, { training, judged }] of trials.entries()) {
    given.onProgress?.(trials.length > 1 ? `held-out part ${t + 1} of ${trials.length}` : 'fitting')
    const fitted = await detector.fit(training, context)
    last = (await detector.adjust?.(fitted, judged, context)) ?? fitted
    heldOut.push(await judgeAll(detector, last, { series: judged, context }))
  }
  const joined = joinParts(heldOut)
  const frames = joined[0].score.filter((score) => !Number.isNaN(score)).length
  if (frames < FEWEST_FRAMES) throw tooLittle(normal, frames)
  const parts = calibrateParts(joined, size)
  const score = combineParts(joined, parts, size).score
  const calibration = calibrate(score, { budget: options.budget, resolution: RESOLUTION })
  const trial: MultivariateModel<Parameters> = {
    format: 'sp-multivariate',
    version: MULTIVARIATE_VERSION,
    mode: detector.name,
    names: normal.names,
    options,
    parameters: last!,
    parts,
    heldOut: score.length,
    calibration,
    thresholds: thresholdsOf(score, { calibration, budget: options.budget }),
    selfTest: null,
  }
  const judged = trials[trials.length - 1].judged
  const selfTest = given.selfTest === false ? null : await testItself(detector, trial, { series: judged, context })
  const parameters = trials.length > 1 ? await detector.fit(normal, context) : last!
  return { ...trial, parameters, selfTest }
}

/** A tenth of the highest held-out score is a difference. */
const RESOLUTION = 0.02

/** What is learned from, and what is judged by what was learned. */
interface Trial {
  readonly training: MultivariateSeries
  readonly judged: MultivariateSeries
}

function trialsOf(
  normal: MultivariateSeries,
  { folds, validation }: { readonly folds: number; readonly validation?: MultivariateSeries },
): Trial[] {
  if (validation !== undefined) return [{ training: normal, judged: validation }]
  const parts = Math.max(folds, FEWEST_PARTS)
  const bounds = Array.from({ length: parts + 1 }, (_, i) => Math.round((normal.count * i) / parts))
  const all = bounds.slice(1).map((to, i) => ({
    training: withoutPart(normal, bounds[i], to),
    judged: sliceSeries(normal, bounds[i], to),
  }))
  return folds > 1 ? all : all.slice(-1)
}

const FEWEST_PARTS = 5

function withoutPart(series: MultivariateSeries, from: number, to: number): MultivariateSeries {
  const [before, after] = [sliceSeries(series, 0, from), sliceSeries(series, to, series.count)]
  const values = new Float64Array(before.values.length + after.values.length)
  values.set(before.values)
  values.set(after.values, before.values.length)
  return {
    count: before.count + after.count,
    names: series.names,
    values,
    starts: [...before.starts, ...after.starts.map((start) => start + before.count)],
  }
}

async function judgeAll<Parameters>(
  detector: MultivariateDetector<Parameters>,
  parameters: Parameters,
  { series, context }: { readonly series: MultivariateSeries; readonly context: FitContext },
): Promise<PartScores[]> {
  const judge = await detector.open(parameters, context)
  try {
    const { end } = frameEnds(series, { longest: context.frame, step: context.step })
    return [...(await judge.judge(series, end))]
  } finally {
    await judge.dispose()
  }
}

function joinParts(trials: readonly (readonly PartScores[])[]): PartScores[] {
  return trials[0].map(({ name, rows, fittedMean }, p) => ({
    name,
    ...(fittedMean === undefined ? {} : { fittedMean }),
    score: joinArrays(trials.map((parts) => parts[p].score)),
    signed: joinArrays(trials.map((parts) => parts[p].signed)),
    ...(rows === undefined ? {} : { rows: joinArrays(trials.map((parts) => parts[p].rows!)) }),
  }))
}

function joinArrays(arrays: readonly Float64Array[]): Float64Array {
  const joined = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0))
  let filled = 0
  for (const array of arrays) {
    joined.set(array, filled)
    filled += array.length
  }
  return joined
}

async function testItself<Parameters>(
  detector: MultivariateDetector<Parameters>,
  model: MultivariateModel<Parameters>,
  { series, context }: { readonly series: MultivariateSeries; readonly context: FitContext },
): Promise<SelfTest | null> {
  const judge = await detector.open(model.parameters, context)
  try {
    const shocks: ShockRecall[] = []
    for (const shock of SHOCKS) shocks.push(await recallOf(model, judge, { series, shock }))
    return shocks.some(({ planted }) => planted > 0) ? { shocks } : null
  } finally {
    await judge.dispose()
  }
}

async function recallOf(
  model: MultivariateModel,
  judge: FrameJudge,
  { series, shock }: { readonly series: MultivariateSeries; readonly shock: ShockName },
): Promise<ShockRecall> {
  const { frame } = model.options
  const { series: shocked, planted } = plantShocks(series, { shock, frame, history: judge.history })
  const { end, start, isAnomaly, causes } = await scoreMultivariate(model, judge, shocked)
  let [found, named] = [0, 0]
  for (const { from, to, series: root } of planted) {
    const alarms = Array.from(end.keys()).filter((f) => isAnomaly[f] === 1 && start[f] < to && end[f] >= from)
    if (alarms.length > 0) found++
    if (alarms.some((f) => causes[f].some((cause) => cause.series === root))) named++
  }
  return { shock, planted: planted.length, found, named }
}

function tooLittle({ count }: MultivariateSeries, frames: number): BaselineError {
  const needed = `expected ${FEWEST_FRAMES} or more; give more normal data or a smaller step`
  return new BaselineError('too-little-data', `${count} points leave ${frames} frames for the thresholds, ${needed}`)
}
