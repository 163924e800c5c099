import { frameEnds, sliceSeries, type MultivariateSeries } from '@sp/builders'
import { calibrate } from '../calibration.js'
import { BaselineError } from '../errors.js'
import { calibrateParts, heldOutScores, joinParts, judgedFrames } from './combine-parts.js'
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
  /**
   * Whether each fifth of the normal data is held out once, from a fit on the others, so that thresholds come from all of
   * them; default true. `false`: only the last one is, and the detector is fitted once.
   */
  readonly crossFit?: boolean
  /** Whether shocks are planted to measure recall; default true. */
  readonly selfTest?: boolean
  /** Points of past that each shock has to itself, at least: models that are to be compared need the same shocks. */
  readonly shockHistory?: number
}

/** Held-out frames, in which no threshold means anything with fewer. */
const FEWEST_FRAMES = 20

/** Normal frames that were judged by parameters that had not seen them. */
export interface HeldOutFrames {
  /** Last point of each frame, in the series that were given. */
  readonly end: Int32Array
  /** As the model scores them. */
  readonly score: Float64Array
}

/**
 * Trains a detector on normal series and calibrates it on frames that it has not learned from.
 * @throws {BaselineError} `too-little-data` with fewer than 20 held-out frames; `bad-options`
 */
export async function trainMultivariate<Parameters>(
  detector: MultivariateDetector<Parameters>,
  normal: MultivariateSeries,
  given: TrainMultivariateOptions = {},
): Promise<MultivariateModel<Parameters>> {
  return (await trainWithHeldOutFrames(detector, normal, given)).model
}

/**
 * The same, with the held-out frames: for those who calibrate the detector together with others.
 * @throws {BaselineError} as `trainMultivariate`
 */
export async function trainWithHeldOutFrames<Parameters>(
  detector: MultivariateDetector<Parameters>,
  normal: MultivariateSeries,
  given: TrainMultivariateOptions = {},
): Promise<{ readonly model: MultivariateModel<Parameters>; readonly heldOut: HeldOutFrames }> {
  const options = multivariateOptions(given)
  const context: FitContext = { ...options, signal: given.signal, onProgress: given.onProgress }
  const size = normal.names.length
  const trials = trialsOf(normal, { ...given, needs: detector.needs ?? options.frame })
  const step = heldOutStep(trials, options)
  const heldOut: JudgedFrames[] = []
  let last: Parameters | null = null
  for (const [t, { training, judged }] of trials.entries()) {
    given.onProgress?.(trials.length > 1 ? `held-out part ${t + 1} of ${trials.length}` : 'fitting')
    const fitted = await detector.fit(training, context)
    last = (await detector.adjust?.(fitted, judged, context)) ?? fitted
    heldOut.push(await judgeAll(detector, last, { series: judged, context: { ...context, step } }))
  }
  const said = heldOut.map(({ parts }) => parts)
  const joined = joinParts(said)
  const frames = judgedFrames(joined)
  if (frames.length < FEWEST_FRAMES) throw tooLittle(normal, frames.length)
  const parts = calibrateParts(joined, size)
  const combined = heldOutScores(said, parts, size)
  const score = Float64Array.from(frames, (f) => combined[f])
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
  const selfTest =
    given.selfTest === false
      ? null
      : await testItself(detector, trial, { series: judged, context, past: given.shockHistory ?? 0 })
  const parameters = trials.length > 1 && detector.refits ? await detector.fit(normal, context) : last!
  const end = heldOut.flatMap((judged, t) => Array.from(judged.end, (point) => trials[t].from + point))
  return {
    model: { ...trial, parameters, selfTest },
    heldOut: { end: Int32Array.from(frames, (f) => end[f]), score },
  }
}

/** Held-out frames that may alarm, with which the tail beyond the budget is known. */
const ALARMS = 10

/**
 * Points from one held-out frame to the next: as frames are judged, or nearer, where too few would be left to know what the
 * budget exceeds. The highest of many is nearer to the highest there can be as well.
 */
function heldOutStep(
  trials: readonly Trial[],
  { step, budget }: Pick<Required<MultivariateOptions>, 'step' | 'budget'>,
): number {
  const points = trials.reduce((sum, { judged }) => sum + judged.count, 0)
  return Math.max(1, Math.min(step, Math.floor((points * budget) / ALARMS)))
}

/** A tenth of the highest held-out score is a difference. */
const RESOLUTION = 0.02

/** What is learned from, and what is judged by what was learned. */
interface Trial {
  readonly training: MultivariateSeries
  readonly judged: MultivariateSeries
  /** Where the judged points begin in the series that were given. */
  readonly from: number
}

/** Parts that normal data are cut into to be held out. */
const PARTS = 5

function trialsOf(
  normal: MultivariateSeries,
  {
    validation,
    crossFit = true,
    needs,
  }: Pick<TrainMultivariateOptions, 'validation' | 'crossFit'> & { readonly needs: number },
): Trial[] {
  if (validation !== undefined) return [{ training: normal, judged: validation, from: 0 }]
  const bounds = Array.from({ length: PARTS + 1 }, (_, i) => Math.round((normal.count * i) / PARTS))
  const trials = bounds.slice(1).map((to, i) => ({
    training: withoutPart(normal, bounds[i], to),
    judged: sliceSeries(normal, bounds[i], to),
    from: bounds[i],
  }))
  const last = trials.slice(-1)
  if (!crossFit) return last
  const others = trials
    .slice(0, -1)
    .filter(({ judged }) => frameEnds(judged, { longest: needs, step: 1 }).end.length > 0)
  // The last one stays, be it only to say that there is too little: what it was fitted on may be what is kept.
  return [...others, ...last]
}

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

interface JudgedFrames {
  readonly end: Int32Array
  readonly parts: readonly PartScores[]
}

async function judgeAll<Parameters>(
  detector: MultivariateDetector<Parameters>,
  parameters: Parameters,
  { series, context }: { readonly series: MultivariateSeries; readonly context: FitContext },
): Promise<JudgedFrames> {
  const judge = await detector.open(parameters, context)
  try {
    const { end } = frameEnds(series, { longest: context.frame, step: context.step })
    return { end, parts: await judge.judge(series, end) }
  } finally {
    await judge.dispose()
  }
}

async function testItself<Parameters>(
  detector: MultivariateDetector<Parameters>,
  model: MultivariateModel<Parameters>,
  {
    series,
    context,
    past,
  }: { readonly series: MultivariateSeries; readonly context: FitContext; readonly past: number },
): Promise<SelfTest> {
  const judge = await detector.open(model.parameters, context)
  try {
    const history = Math.max(judge.history, past)
    const shocks: ShockRecall[] = []
    for (const shock of SHOCKS) shocks.push(await recallOf(model, judge, { series, shock, history }))
    const isEmpty = shocks.every(({ planted }) => planted === 0)
    return { shocks, why: isEmpty ? whyEmpty(series, history + 2 * context.frame) : null }
  } finally {
    await judge.dispose()
  }
}

function whyEmpty({ count, starts }: MultivariateSeries, needed: number): string {
  const longest = starts.reduce((most, start, s) => Math.max(most, (starts[s + 1] ?? count) - start), 0)
  if (longest >= needed) return 'no series of the held-out windows ever changes'
  return `a shock needs ${needed} held-out windows in a row, at most ${longest} are there; give more normal logs`
}

async function recallOf(
  model: MultivariateModel,
  judge: FrameJudge,
  {
    series,
    shock,
    history,
  }: { readonly series: MultivariateSeries; readonly shock: ShockName; readonly history: number },
): Promise<ShockRecall> {
  const { frame } = model.options
  const { series: shocked, planted } = plantShocks(series, { shock, frame, history })
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
