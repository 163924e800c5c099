import {
  seriesScale,
  standardized,
  type FitContext,
  type FrameJudge,
  type MultivariateDetector,
  type PartScores,
  type SeriesScale,
} from '@sp/baseline'
import { frameEnds, type MultivariateSeries } from '@sp/builders'
import { onnxruntimeEngine, withParameters, type Engine, type Predictor } from '@sp/engine'
import { COUNTS_VALUES, countsNetwork, type CountsSize } from './counts-network.js'
import { MscredError } from './errors.js'
import { requireCounts } from './mscred-options.js'
import { parametersOf, trainNetwork, type NetworkStep } from './train-network.js'

/** How the autoencoder over window counts is built and trained. */
export interface CountsOptions {
  /** Channels of the three levels; default 32, 64, 128. */
  readonly widths?: readonly [number, number, number]
  /** Passes over the data; default 10. */
  readonly epochs?: number
  /** Windows from one example to the next in training, of 20; default 5: neighbours are nearly the same. */
  readonly trainingStep?: number
  /** Of Adam; default 0.001. */
  readonly learningRate?: number
}

/** What the autoencoder learned: plain data and arrays. */
export interface CountsParameters {
  readonly size: CountsSize
  /** Mean and spread of each series in training, used for whatever is judged. */
  readonly scale: SeriesScale
  readonly weights: Readonly<Record<string, Float32Array>>
}

/** Windows of an example, as in the reference system: the frame of this mode. */
export const COUNTS_WINDOWS = 20
const BATCH = 32
const FEWEST_EXAMPLES = 8

/**
 * The compact autoencoder of the reference system over 20 windows of counts. Its score is the mean squared residual; a frame
 * names the windows it covers. What differs: mean and deviation come from training alone, and series that training
 * did not hold are counted by `unknown`.
 */
export function countsDetector(
  options: CountsOptions & { readonly engine?: Engine } = {},
): MultivariateDetector<CountsParameters> {
  const { engine = onnxruntimeEngine(), ...given } = options
  return {
    name: 'counts',
    refits: false,
    needs: COUNTS_WINDOWS,
    fit: (normal, context) => fitCounts(normal, { given, context, engine }),
    open: (parameters) => Promise.resolve(new CountsJudge(parameters, engine)),
  }
}

async function fitCounts(
  normal: MultivariateSeries,
  { given, context, engine }: { given: CountsOptions; context: FitContext; engine: Engine },
): Promise<CountsParameters> {
  const { widths = [32, 64, 128], epochs = 10, trainingStep = 5, learningRate = 1e-3 } = given
  requireCounts('widths', widths)
  requireCounts('epochs', [epochs])
  requireCounts('trainingStep', [trainingStep])
  const scale = seriesScale(normal, context.counts)
  const series = 4 * Math.ceil(normal.names.length / 4)
  const size: CountsSize = { windows: COUNTS_WINDOWS, series, widths, seed: context.seed }
  const values = standardized(normal, scale)
  const { end } = frameEnds(normal, { longest: COUNTS_WINDOWS, step: trainingStep })
  if (end.length < FEWEST_EXAMPLES) {
    const seen = `${normal.count} windows make ${end.length} examples of ${COUNTS_WINDOWS}`
    throw new MscredError('too-little-data', `${seen}, expected ${FEWEST_EXAMPLES} or more`)
  }
  function* steps(): Generator<NetworkStep> {
    // In the order of time, as the reference system trains.
    for (let from = 0; from < end.length; from += BATCH) {
      const part = end.subarray(from, from + BATCH)
      const weights = new Float32Array(part.length).fill(1)
      yield { batch: exampleBatch(values, part, { size, names: normal.names.length }), weights }
    }
  }
  const graph = await trainNetwork(countsNetwork(size), steps, {
    epochs,
    learningRate,
    clipNorm: 1,
    engine,
    signal: context.signal,
    onProgress: context.onProgress,
  })
  return { size, scale, weights: parametersOf(graph) }
}

/** The 20 windows up to each of `end`, `[B, 1, W, T]`; zeros stand for series beyond the last. */
function exampleBatch(
  values: Float64Array,
  end: Int32Array,
  { size, names }: { readonly size: CountsSize; readonly names: number },
): NetworkStep['batch'] {
  const { windows, series } = size
  const data = new Float32Array(end.length * windows * series)
  end.forEach((last, b) => {
    for (let w = 0; w < windows; w++) {
      const point = last - windows + 1 + w
      data.set(values.subarray(point * names, (point + 1) * names), (b * windows + w) * series)
    }
  })
  return { [COUNTS_VALUES.counts]: { data, shape: [end.length, 1, windows, series] } }
}

/** Judges frames of 20 windows by how badly they are rebuilt. */
class CountsJudge implements FrameJudge {
  readonly history = COUNTS_WINDOWS
  readonly #parameters: CountsParameters
  readonly #engine: Engine
  #predictor: Promise<Predictor> | null = null

  constructor(parameters: CountsParameters, engine: Engine) {
    this.#parameters = parameters
    this.#engine = engine
  }

  async judge(series: MultivariateSeries, end: Int32Array): Promise<PartScores[]> {
    const { size, scale, weights } = this.#parameters
    const names = series.names.length
    const values = standardized(series, scale)
    const score = new Float64Array(end.length).fill(NaN)
    const rows = new Float64Array(end.length * names)
    const signed = new Float64Array(end.length * names)
    const graph = withParameters(countsNetwork(size), weights)
    this.#predictor ??= this.#engine.predictor(graph, { outputs: [COUNTS_VALUES.rebuilt] })
    const predictor = await this.#predictor
    const judged = Int32Array.from(end.keys()).filter((f) => end[f] >= COUNTS_WINDOWS - 1)
    for (let from = 0; from < judged.length; from += BATCH) {
      const part = judged.subarray(from, from + BATCH)
      const batch = exampleBatch(
        values,
        Int32Array.from(part, (f) => end[f]),
        { size, names },
      )
      const { [COUNTS_VALUES.rebuilt]: rebuilt } = await predictor.run(batch)
      const given = batch[COUNTS_VALUES.counts].data as Float32Array
      part.forEach((f, b) => {
        score[f] = addResiduals(given, rebuilt, { size, names, example: b, f, rows, signed })
      })
    }
    return [{ name: 'counts', score, rows, signed }]
  }

  async dispose(): Promise<void> {
    await (await this.#predictor)?.dispose()
    this.#predictor = null
  }
}

/** Writes mean squared and mean signed residual of each series of an example; gives the mean square over all. */
function addResiduals(
  given: Float32Array,
  rebuilt: Float32Array,
  {
    size: { windows, series },
    names,
    example,
    f,
    rows,
    signed,
  }: {
    readonly size: CountsSize
    readonly names: number
    readonly example: number
    readonly f: number
    readonly rows: Float64Array
    readonly signed: Float64Array
  },
): number {
  let total = 0
  for (let w = 0; w < windows; w++) {
    const at = (example * windows + w) * series
    for (let i = 0; i < names; i++) {
      const residual = given[at + i] - rebuilt[at + i]
      rows[f * names + i] += residual ** 2 / windows
      signed[f * names + i] += residual / windows
      total += residual ** 2
    }
  }
  return total / (windows * names)
}
