import { signatureMatricesAt, type MultivariateSeries } from '@sp/builders'
import { permutation, seededRandom } from '@sp/engine'
import { frameRuns, type FrameRun } from './frame-runs.js'
import { MSCRED_VALUES, type MscredSize } from './mscred-network.js'
import type { MscredSettings } from './mscred-options.js'
import { withinRange, type SeriesRange } from './series-range.js'
import type { NetworkStep } from './train-network.js'

/** How frames of a series become what a network reads: plain data and arrays. */
export interface Reading {
  readonly settings: MscredSettings
  readonly size: MscredSize
  readonly range: SeriesRange
  /** `[S, N, N]` mean of each element in training; `null` where matrices are not centred. */
  readonly centre: Float32Array | null
  /** What all elements are divided by. */
  readonly spread: number
}

/** Frames that are judged in one run, and trained on in one step. */
export const CHUNK = 8

/** A run of frames with their matrices, `[frames, S, N, N]`. */
export interface ReadRun {
  readonly run: FrameRun
  readonly values: Float32Array
}

/** Frames that are read before the one that is judged. */
function framesBefore({ mode, steps }: MscredSettings): number {
  return mode === 'predictive' ? steps : steps - 1
}

/** Points that a judged frame depends on. */
export function pastOf(settings: MscredSettings): number {
  return Math.max(...settings.scales) + framesBefore(settings) * settings.gap
}

/**
 * The runs of frames that are needed to judge those that end with `end`, one after the other, with their signature matrices
 * as they are, neither centred nor divided.
 */
export function* readRuns(
  series: MultivariateSeries,
  end: Int32Array,
  { settings, range }: Pick<Reading, 'settings' | 'range'>,
): Generator<ReadRun> {
  const { gap, scales } = settings
  const scaled = withinRange(series, range)
  for (const run of frameRuns(series, end, { gap, before: framesBefore(settings), longest: Math.max(...scales) })) {
    yield { run, values: signatureMatricesAt(scaled, run.points, scales) }
  }
}

/** Centres and divides the matrices of a run in place, as the network was trained. */
export function normalize({ values }: ReadRun, { centre, spread }: Pick<Reading, 'centre' | 'spread'>): void {
  if (centre === null) return
  for (let k = 0; k < values.length; k++) values[k] = (values[k] - centre[k % centre.length]) / spread
}

/** The chunk whose first judged frame is the `from`-th of a run; beyond its end the last frame stands in, uncounted. */
export function stepOf(
  { run, values }: ReadRun,
  from: number,
  { settings, size }: Pick<Reading, 'settings' | 'size'>,
): NetworkStep {
  const { series, scales, steps } = size
  const shape = [scales, series, series]
  const elements = scales * series ** 2
  const frames = gather(values, { elements, from, count: CHUNK + steps - 1 })
  const targets = gather(values, { elements, from: from + framesBefore(settings), count: CHUNK })
  const weights = Float32Array.from({ length: CHUNK }, (_, i) => Number(from + i < run.asked.length))
  const batch = {
    [MSCRED_VALUES.frames]: { data: frames, shape: [CHUNK + steps - 1, ...shape] },
    [MSCRED_VALUES.targets]: { data: targets, shape: [CHUNK, ...shape] },
  }
  return { batch, weights }
}

function gather(
  values: Float32Array,
  { elements, from, count }: { readonly elements: number; readonly from: number; readonly count: number },
): Float32Array {
  const last = values.length / elements - 1
  const gathered = new Float32Array(count * elements)
  for (let i = 0; i < count; i++) {
    const frame = Math.min(from + i, last)
    gathered.set(values.subarray(frame * elements, (frame + 1) * elements), i * elements)
  }
  return gathered
}

/** The steps of an epoch: chunks of consecutive frames from a random offset on, in random order. */
export function* chunksOf(
  runs: readonly ReadRun[],
  { reading, epoch }: { readonly reading: Pick<Reading, 'settings' | 'size'>; readonly epoch: number },
): Generator<NetworkStep> {
  const random = seededRandom(reading.size.seed, epoch + 1)
  const chunks = runs.flatMap((read) => {
    const count = read.run.asked.length
    const offset = count > CHUNK ? random.integer(CHUNK) : 0
    return Array.from({ length: Math.ceil((count - offset) / CHUNK) }, (_, c) => ({ read, from: offset + c * CHUNK }))
  })
  for (const c of permutation(random, chunks.length)) yield stepOf(chunks[c].read, chunks[c].from, reading)
}
