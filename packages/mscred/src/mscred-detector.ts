import type { FitContext, FrameJudge, MultivariateDetector, PartScores } from '@sp/baseline'
import { frameEnds, signatureMatricesAt, type MultivariateSeries } from '@sp/builders'
import { onnxruntimeEngine, permutation, seededRandom, withParameters, type Engine, type Predictor } from '@sp/engine'
import { frameRuns, type FrameRun } from './frame-runs.js'
import { MscredError } from './errors.js'
import { MSCRED_VALUES, mscredNetwork, type MscredSize } from './mscred-network.js'
import { mscredSettings, type MscredOptions, type MscredSettings } from './mscred-options.js'
import { seriesRange, withinRange, type SeriesRange } from './series-range.js'
import { parametersOf, trainNetwork, type NetworkStep } from './train-network.js'

/** What a network over signature matrices learned: plain data and arrays. */
export interface MscredParameters {
  readonly settings: MscredSettings
  readonly size: MscredSize
  readonly range: SeriesRange
  /** `[S, N, N]` mean of each element in training; `null` where matrices are not centred. */
  readonly centre: Float32Array | null
  /** What all elements are divided by. */
  readonly spread: number
  /** Squared residual that 1 % of the elements of held-out normal frames exceed, by scale. */
  readonly limits: readonly number[]
  readonly weights: Readonly<Record<string, Float32Array>>
}

/** Frames that are judged in one run, and trained on in one step, as in the study. */
const CHUNK = 8
/** Share of normal elements that count as residual. */
const LIMIT_QUANTILE = 0.99
/** Frames to train on, at least. */
const FEWEST_FRAMES = 30

/**
 * A network over signature matrices. The score of a frame is the number of elements of its matrix at the shortest scale
 * whose squared residual is more than 99 % of those of held-out normal frames.
 * @param mode `published`: MSCRED of Zhang et al. 2019, which rebuilds frame t from frames up to t. `predictive`: the same
 * network, narrower, without attention, which expects frame t from those before it and never sees t
 * @throws {MscredError} `bad-options`
 */
export function mscredDetector(
  mode: MscredSettings['mode'],
  options: MscredOptions & { readonly engine?: Engine } = {},
): MultivariateDetector<MscredParameters> {
  const { engine = onnxruntimeEngine(), ...given } = options
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
  const { mode, scales, steps, widths } = settings
  const range = seriesRange(normal, context.counts)
  const size: MscredSize = {
    mode,
    series: normal.names.length,
    scales: scales.length,
    steps,
    widths,
    seed: context.seed,
  }
  const { end } = frameEnds(normal, { longest: Math.max(...scales), step: settings.gap })
  const reader = new FrameReader(withinRange(normal, range), { settings, range, size, centre: null, spread: 1 })
  const runs = frameRuns(normal, end, reader.needs).map((run) => ({ run, values: reader.matrices(run.points) }))
  const frames = runs.reduce((sum, { run }) => sum + run.asked.length, 0)
  if (frames < FEWEST_FRAMES) {
    const seen = `${frames} frames with enough past to train on, of ${normal.count} points`
    throw new MscredError('too-little-data', `${seen}; expected ${FEWEST_FRAMES} frames or more`)
  }
  const { centre, spread } = settings.centred ? momentsOf(runs, reader.elements) : { centre: null, spread: 1 }
  for (const { values } of runs) normalize(values, centre, spread)
  const graph = await trainNetwork(
    mscredNetwork(size, CHUNK),
    (epoch) => chunksOf(runs, { reader, epoch, seed: context.seed }),
    { ...settings, clipNorm: 1, engine, signal: context.signal, onProgress: context.onProgress },
  )
  return { settings, size, range, centre, spread, limits: [], weights: parametersOf(graph) }
}

/** Frames that are read before the one that is judged. */
function framesBefore({ mode, steps }: MscredSettings): number {
  return mode === 'predictive' ? steps : steps - 1
}

/** Points that a judged frame depends on. */
function pastOf(settings: MscredSettings): number {
  return Math.max(...settings.scales) + framesBefore(settings) * settings.gap
}

/** A run of frames with their matrices, `[frames, S, N, N]`. */
interface ReadRun {
  readonly run: FrameRun
  readonly values: Float32Array
}

/** The steps of an epoch: chunks of consecutive frames from a random offset on, in random order. */
function* chunksOf(
  runs: readonly ReadRun[],
  { reader, epoch, seed }: { readonly reader: FrameReader; readonly epoch: number; readonly seed: number },
): Generator<NetworkStep> {
  const random = seededRandom(seed, epoch + 1)
  const chunks = runs.flatMap((read) => {
    const count = read.run.asked.length
    const offset = count > CHUNK ? random.integer(CHUNK) : 0
    return Array.from({ length: Math.ceil((count - offset) / CHUNK) }, (_, c) => ({ read, from: offset + c * CHUNK }))
  })
  for (const c of permutation(random, chunks.length)) yield reader.step(chunks[c].read, chunks[c].from)
}

/** What of the parameters decides how frames are read. */
type Reading = Pick<MscredParameters, 'settings' | 'range' | 'size' | 'centre' | 'spread'>

/** Makes signature matrices of a scaled series, and chunks of them. */
class FrameReader {
  /** Elements of the matrices of a frame, S · N². */
  readonly elements: number
  readonly #series: MultivariateSeries
  readonly #reading: Reading

  constructor(scaled: MultivariateSeries, reading: Reading) {
    this.#series = scaled
    this.#reading = reading
    this.elements = reading.size.scales * reading.size.series ** 2
  }

  /** What must lie before a frame that is judged. */
  get needs(): { readonly gap: number; readonly before: number; readonly longest: number } {
    const { gap, scales } = this.#reading.settings
    return { gap, before: framesBefore(this.#reading.settings), longest: Math.max(...scales) }
  }

  matrices(points: readonly number[]): Float32Array {
    return signatureMatricesAt(this.#series, points, this.#reading.settings.scales)
  }

  /** The chunk whose first judged frame is the `from`-th of a run; beyond its end the last frame stands in, uncounted. */
  step({ run, values }: ReadRun, from: number): NetworkStep {
    const { series, scales, steps } = this.#reading.size
    const { before } = this.needs
    const shape = [scales, series, series]
    const frames = this.#gather(values, { from, count: CHUNK + steps - 1 })
    const targets = this.#gather(values, { from: from + before, count: CHUNK })
    const weights = Float32Array.from({ length: CHUNK }, (_, i) => Number(from + i < run.asked.length))
    const batch = {
      [MSCRED_VALUES.frames]: { data: frames, shape: [CHUNK + steps - 1, ...shape] },
      [MSCRED_VALUES.targets]: { data: targets, shape: [CHUNK, ...shape] },
    }
    return { batch, weights }
  }

  #gather(values: Float32Array, { from, count }: { readonly from: number; readonly count: number }): Float32Array {
    const { elements } = this
    const last = values.length / elements - 1
    const gathered = new Float32Array(count * elements)
    for (let i = 0; i < count; i++) {
      const frame = Math.min(from + i, last)
      gathered.set(values.subarray(frame * elements, (frame + 1) * elements), i * elements)
    }
    return gathered
  }
}

/** Mean of each element over all frames, and one standard deviation of what is left. */
function momentsOf(runs: readonly ReadRun[], elements: number): { centre: Float32Array; spread: number } {
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

function normalize(values: Float32Array, centre: Float32Array | null, spread: number): void {
  if (centre === null) return
  for (let k = 0; k < values.length; k++) values[k] = (values[k] - centre[k % centre.length]) / spread
}

/** The parameters with the squared residuals that count, learned from held-out frames. */
async function withLimits(
  parameters: MscredParameters,
  heldOut: MultivariateSeries,
  engine: Engine,
): Promise<MscredParameters> {
  const { scales, series } = parameters.size
  const judge = new MscredJudge(parameters, engine)
  const squares: number[][] = Array.from({ length: scales }, () => [])
  const { end } = frameEnds(heldOut, {
    longest: Math.max(...parameters.settings.scales),
    step: parameters.settings.gap,
  })
  try {
    await judge.eachResidual(heldOut, end, (_, residual) => {
      residual.forEach((value, k) => squares[Math.floor(k / series ** 2)].push(value * value))
    })
  } finally {
    await judge.dispose()
  }
  if (squares[0].length === 0) {
    throw new MscredError('too-little-data', `${heldOut.count} held-out points hold no frame with enough past`)
  }
  return { ...parameters, limits: squares.map(quantileOf) }
}

function quantileOf(values: readonly number[]): number {
  const ascending = Float64Array.from(values).sort()
  return ascending[Math.floor(LIMIT_QUANTILE * (ascending.length - 1))]
}

/** Judges frames by a trained network. */
class MscredJudge implements FrameJudge {
  readonly history: number
  readonly #parameters: MscredParameters
  readonly #engine: Engine
  readonly #loaded = new Map<number, Promise<Predictor>>()

  constructor(parameters: MscredParameters, engine: Engine) {
    this.#parameters = parameters
    this.#engine = engine
    this.history = pastOf(parameters.settings)
  }

  async judge(series: MultivariateSeries, end: Int32Array): Promise<PartScores[]> {
    const { limits, size } = this.#parameters
    const signed = new Float64Array(end.length * size.series)
    const scales = new Float64Array(end.length * size.scales).fill(NaN)
    await this.eachResidual(series, end, (place, residual) => {
      countLarge(residual, limits, scales.subarray(place * size.scales, (place + 1) * size.scales))
      meanRows(residual, signed.subarray(place * size.series, (place + 1) * size.series))
    })
    const score = Float64Array.from(end, (_, f) => scales[f * size.scales])
    return [{ name: this.#parameters.settings.mode, score, signed, scales }]
  }

  /** Calls with the place of each frame that has enough past, and its residual `[S, N, N]`, which is reused. */
  async eachResidual(
    series: MultivariateSeries,
    end: Int32Array,
    visit: (place: number, residual: Float32Array) => void,
  ): Promise<void> {
    const { range, centre, spread } = this.#parameters
    const reader = new FrameReader(withinRange(series, range), this.#parameters)
    const residual = new Float32Array(reader.elements)
    for (const run of frameRuns(series, end, reader.needs)) {
      const values = reader.matrices(run.points)
      normalize(values, centre, spread)
      for (let from = 0; from < run.asked.length; from += CHUNK) {
        const { batch } = reader.step({ run, values }, from)
        const predictor = await this.#predictor()
        const { [MSCRED_VALUES.expected]: expected } = await predictor.run({
          [MSCRED_VALUES.frames]: batch[MSCRED_VALUES.frames],
        })
        const there = batch[MSCRED_VALUES.targets].data as Float32Array
        for (let i = 0; i < CHUNK && from + i < run.asked.length; i++) {
          const at = i * reader.elements
          for (let k = 0; k < residual.length; k++) residual[k] = there[at + k] - expected[at + k]
          visit(run.asked[from + i].place, residual)
        }
      }
    }
  }

  async dispose(): Promise<void> {
    for (const predictor of this.#loaded.values()) await (await predictor).dispose()
    this.#loaded.clear()
  }

  #predictor(chunk = CHUNK): Promise<Predictor> {
    const known = this.#loaded.get(chunk)
    if (known !== undefined) return known
    const { size, weights } = this.#parameters
    const graph = withParameters(mscredNetwork(size, chunk), weights)
    const loaded = this.#engine.predictor(graph, { outputs: [MSCRED_VALUES.expected] })
    this.#loaded.set(chunk, loaded)
    return loaded
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
