import type { FitContext, FrameJudge, MultivariateDetector, PartScores } from '@sp/baseline'
import { frameEnds, type MultivariateSeries } from '@sp/builders'
import { onnxruntimeEngine, type Engine } from '@sp/engine'
import { MscredError } from './errors.js'
import { CHUNK, chunksOf, normalize, pastOf, readRuns, type ReadRun } from './frame-reader.js'
import { mscredNetwork, type MscredSize } from './mscred-network.js'
import { mscredSettings, type MscredOptions, type MscredSettings } from './mscred-options.js'
import { NetworkResiduals, type TrainedNetwork } from './network-residuals.js'
import { ResidualMoments, standardize, type ResidualScale } from './residual-scale.js'
import { seriesRange } from './series-range.js'
import { parametersOf, trainNetwork } from './train-network.js'

/** What a network over signature matrices learned: plain data and arrays. */
export interface MscredParameters extends TrainedNetwork {
  /** What residuals are measured by. */
  readonly residualScale: ResidualScale
  /** Squared residual in spreads that {@link LIMIT_QUANTILE} of the elements of held-out normal frames stay below, by scale. */
  readonly limits: readonly number[]
}

/** Share of normal elements that do not count as residual. */
const LIMIT_QUANTILE = 0.999
/**
 * Threads inside an operator: two are 1.5 times as fast at the published width, no faster at a small part of it. Fixed,
 * since other numbers may give other bits.
 */
const THREADS = { published: 2, predictive: 1 } as const
/** Frames to train on, at least. */
const FEWEST_FRAMES = 30

/**
 * A network over signature matrices. The score of a frame is the number of elements of its matrix at the shortest scale
 * whose residual is larger than 99.9 % of those of held-out normal frames, each in its own standard deviations in training.
 * @param mode `published`: MSCRED of Zhang et al. 2019, which rebuilds frame t from frames up to t. `predictive`: the same
 * network, narrower, without attention, which expects frame t from those before it and never sees t
 * @throws {MscredError} `bad-options`
 */
export function mscredDetector(
  mode: MscredSettings['mode'],
  options: MscredOptions & { readonly engine?: Engine } = {},
): MultivariateDetector<MscredParameters> {
  const { engine = onnxruntimeEngine({ threads: THREADS[mode] }), ...given } = options
  const settings = mscredSettings(mode, given)
  return {
    name: mode,
    refits: false,
    needs: pastOf(settings),
    fit: (normal, context) => fitMscred(normal, { settings, context, engine }),
    adjust: (parameters, heldOut) => withLimits(parameters, heldOut, engine),
    open: (parameters) => Promise.resolve(new MscredJudge(parameters, engine)),
  }
}

async function fitMscred(
  normal: MultivariateSeries,
  { settings, context, engine }: { settings: MscredSettings; context: FitContext; engine: Engine },
): Promise<MscredParameters> {
  const network = await trainedNetwork(normal, { settings, context, engine })
  const { scales, series } = network.size
  const moments = new ResidualMoments(scales * series ** 2, scales)
  await eachResidual(network, engine, {
    series: normal,
    visit(residual) {
      context.signal?.throwIfAborted()
      moments.add(residual)
    },
  })
  return { ...network, residualScale: moments.scale(), limits: [] }
}

async function trainedNetwork(
  normal: MultivariateSeries,
  { settings, context, engine }: { settings: MscredSettings; context: FitContext; engine: Engine },
): Promise<TrainedNetwork> {
  const { mode, scales, steps, widths, centred } = settings
  const { seed } = context
  const size: MscredSize = { mode, series: normal.names.length, scales: scales.length, steps, widths, seed }
  const range = seriesRange(normal, context.counts)
  const runs = [...readRuns(normal, endsOf(normal, settings), { settings, range })]
  const frames = runs.reduce((sum, { run }) => sum + run.asked.length, 0)
  if (frames < FEWEST_FRAMES) {
    const seen = `${frames} frames with enough past to train on, of ${normal.count} points`
    throw new MscredError('too-little-data', `${seen}; expected ${FEWEST_FRAMES} frames or more: give more normal logs`)
  }
  const { centre, spread } = centred ? momentsOf(runs, size) : { centre: null, spread: 1 }
  const reading = { settings, size, range, centre, spread }
  for (const run of runs) normalize(run, reading)
  const graph = await trainNetwork(mscredNetwork(size, CHUNK), (epoch) => chunksOf(runs, { reading, epoch }), {
    ...settings,
    clipNorm: 1,
    engine,
    signal: context.signal,
    onProgress: context.onProgress,
  })
  return { ...reading, weights: parametersOf(graph) }
}

/** Frames as they are trained on: a gap apart. */
function endsOf(series: MultivariateSeries, { scales, gap }: MscredSettings): Int32Array {
  return frameEnds(series, { longest: Math.max(...scales), step: gap }).end
}

/** Mean of each element over all frames, and one standard deviation of what is left. */
function momentsOf(
  runs: readonly ReadRun[],
  { scales, series }: MscredSize,
): { readonly centre: Float32Array; readonly spread: number } {
  const elements = scales * series ** 2
  const sums = new Float64Array(elements)
  let count = 0
  for (const { values } of runs) {
    for (let k = 0; k < values.length; k++) sums[k % elements] += values[k]
    count += values.length / elements
  }
  const centre = Float32Array.from(sums, (sum) => sum / count)
  let squares = 0
  for (const { values } of runs)
    for (let k = 0; k < values.length; k++) squares += (values[k] - centre[k % elements]) ** 2
  return { centre, spread: Math.sqrt(squares / (count * elements)) || 1 }
}

/** The parameters with the squared residuals that count, learned from held-out frames. */
async function withLimits(
  parameters: MscredParameters,
  heldOut: MultivariateSeries,
  engine: Engine,
): Promise<MscredParameters> {
  const { scales, series } = parameters.size
  const squares: number[][] = Array.from({ length: scales }, () => [])
  function visit(residual: Float32Array): void {
    standardize(residual, parameters.residualScale)
    residual.forEach((value, k) => squares[Math.floor(k / series ** 2)].push(value * value))
  }
  await eachResidual(parameters, engine, { series: heldOut, visit })
  if (squares[0].length === 0) {
    throw new MscredError(
      'too-little-data',
      `${heldOut.count} held-out points hold no frame with enough past: give more normal logs`,
    )
  }
  const limits = squares.map(quantileOf)
  if (!limits.every(Number.isFinite)) {
    const seen = 'residuals of the network are no numbers: its training has gone astray'
    throw new MscredError('diverged', `${seen}; lower the learning rate, or look for extreme values in the series`)
  }
  return { ...parameters, limits }
}

/** Calls with the residual of each frame of a series, a gap apart. */
async function eachResidual(
  network: TrainedNetwork,
  engine: Engine,
  { series, visit }: { readonly series: MultivariateSeries; readonly visit: (residual: Float32Array) => void },
): Promise<void> {
  const residuals = new NetworkResiduals(network, engine)
  try {
    await residuals.each(series, endsOf(series, network.settings), (_, residual) => visit(residual))
  } finally {
    await residuals.dispose()
  }
}

function quantileOf(values: readonly number[]): number {
  const ascending = Float64Array.from(values).sort()
  return ascending[Math.floor(LIMIT_QUANTILE * (ascending.length - 1))]
}

/** Judges frames by a trained network. */
class MscredJudge implements FrameJudge {
  readonly history: number
  readonly #parameters: MscredParameters
  readonly #residuals: NetworkResiduals

  constructor(parameters: MscredParameters, engine: Engine) {
    this.#parameters = parameters
    this.#residuals = new NetworkResiduals(parameters, engine)
    this.history = pastOf(parameters.settings)
  }

  async judge(series: MultivariateSeries, end: Int32Array): Promise<PartScores[]> {
    const { limits, size, residualScale, settings } = this.#parameters
    const signed = new Float64Array(end.length * size.series)
    const scales = new Float64Array(end.length * size.scales).fill(NaN)
    await this.#residuals.each(series, end, (place, residual) => {
      standardize(residual, residualScale)
      countLarge(residual, limits, scales.subarray(place * size.scales, (place + 1) * size.scales))
      meanRows(residual, signed.subarray(place * size.series, (place + 1) * size.series))
    })
    const score = Float64Array.from(end, (_, f) => scales[f * size.scales])
    return [{ name: settings.mode, score, signed, scales }]
  }

  async dispose(): Promise<void> {
    await this.#residuals.dispose()
  }
}

/** How many elements of each scale are residual. */
function countLarge(residual: Float32Array, limits: readonly number[], counts: Float64Array): void {
  const elements = residual.length / counts.length
  counts.fill(0)
  for (let k = 0; k < residual.length; k++) {
    const scale = Math.floor(k / elements)
    if (residual[k] * residual[k] > limits[scale]) counts[scale]++
  }
}

/** Mean of each row of the matrix at the shortest scale, signed. */
function meanRows(residual: Float32Array, rows: Float64Array): void {
  const size = rows.length
  for (let i = 0; i < size; i++) {
    let sum = 0
    for (let j = 0; j < size; j++) sum += residual[i * size + j]
    rows[i] = sum / size
  }
}
