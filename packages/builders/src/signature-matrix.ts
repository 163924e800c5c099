import { BuildersError } from './errors.js'
import type { MultivariateSeries } from './multivariate-series.js'

/** Lengths of the published signature matrices, in points. */
export const SIGNATURE_SCALES: readonly number[] = [10, 30, 60]

/** Signature matrices at several points: how every two series went together over the last points. */
export interface SignatureMatrices {
  /** Number of frames, F. */
  readonly count: number
  /** The last point of each frame. */
  readonly end: Int32Array
  /** Frames that follow the one before by one step in the same stretch are 1. */
  readonly follows: Uint8Array
  /** `[F, S, N, N]`, S scales in the order asked for. */
  readonly values: Float32Array
}

/** At which points matrices are made, and of how many points. */
export interface SignatureOptions {
  /** Points that a matrix is made of, ascending; default 10, 30, 60. */
  readonly scales?: readonly number[]
  /** Points from one frame to the next; default 10, as published. */
  readonly step?: number
}

/**
 * Signature matrices (Zhang et al. 2019, §3.1, eq. 1): element (i, j) at scale w is the inner product of the last w points of
 * series i and j, divided by w. A frame is made at every step of a stretch from the point on at which the longest scale
 * is full. Cost: O(N²) for each point of each scale.
 * @throws {BuildersError} `bad-window` when a scale or the step is not a positive integer
 */
export function signatureMatrices(
  series: MultivariateSeries,
  { scales = SIGNATURE_SCALES, step = 10 }: SignatureOptions = {},
): SignatureMatrices {
  for (const value of [...scales, step]) requirePositive(value)
  const { end, follows } = frameEnds(series, { longest: Math.max(...scales), step })
  return { count: end.length, end, follows, values: signatureMatricesAt(series, end, scales) }
}

/** Signature matrices `[F, S, N, N]` of the points up to each of `end`, which the caller knows to be enough. */
export function signatureMatricesAt(
  series: MultivariateSeries,
  end: ArrayLike<number>,
  scales: readonly number[],
): Float32Array {
  const elements = series.names.length ** 2
  const values = new Float32Array(end.length * scales.length * elements)
  for (let frame = 0; frame < end.length; frame++) {
    scales.forEach((scale, s) => {
      const at = (frame * scales.length + s) * elements
      const matrix = values.subarray(at, at + elements)
      fillMatrix(series, { from: end[frame] + 1 - scale, to: end[frame] + 1, matrix })
    })
  }
  return values
}

/** The last points of the frames: from the first full one on, every `step` points of each stretch. */
export function frameEnds(
  { count, starts }: Pick<MultivariateSeries, 'count' | 'starts'>,
  { longest, step }: { readonly longest: number; readonly step: number },
): { readonly end: Int32Array; readonly follows: Uint8Array } {
  const end: number[] = []
  const follows: number[] = []
  starts.forEach((start, s) => {
    const first = start + longest - 1
    for (let point = first; point < (starts[s + 1] ?? count); point += step) {
      end.push(point)
      follows.push(point === first ? 0 : 1)
    }
  })
  return { end: Int32Array.from(end), follows: Uint8Array.from(follows) }
}

/** Mean of the outer products of the points `from <= t < to`, `[N, N]`. */
function fillMatrix(
  { names: { length: size }, values }: MultivariateSeries,
  { from, to, matrix }: { readonly from: number; readonly to: number; readonly matrix: Float32Array },
): void {
  const sums = new Float64Array(size * size)
  for (let t = from; t < to; t++) {
    const point = values.subarray(t * size, (t + 1) * size)
    for (let i = 0; i < size; i++) {
      const value = point[i]
      if (value === 0) continue
      for (let j = 0; j <= i; j++) sums[i * size + j] += value * point[j]
    }
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      matrix[i * size + j] = sums[i * size + j] / (to - from)
      matrix[j * size + i] = matrix[i * size + j]
    }
  }
}

function requirePositive(value: number): void {
  if (Number.isInteger(value) && value > 0) return
  throw new BuildersError('bad-window', `a scale or step of ${value} points, expected an integer of 1 or more`)
}
