import type { PartScores } from './multivariate-detector.js'
import type { PartCalibration, SeriesMoments } from './multivariate-model.js'

/** What all parts together say of frames. */
export interface CombinedFrames {
  /** `[F]` the highest part, each divided by its level: 1 is as high as the highest held-out frame. */
  readonly score: Float64Array
  /** `[F, N]` how strange each series is: standard deviations of held-out frames in the part that is surest. */
  readonly ranking: Float64Array
  /** `[F, N]` residual of each series in standard deviations of held-out frames, by the part that is highest there. */
  readonly deviation: Float64Array
}

const LEAST = 1e-9
/**
 * Standard deviations of held-out frames beyond which parts are equally sure. A part for which normal data are nearly exact, as
 * components are where counts add up to the size of a window, would else drown what the others say of a series.
 */
const SURE = 30
/** What all parts say of a series beside the one that is surest: it decides between those that are equally sure. */
const TIE = 0.01

/**
 * Times the mean energy of training above which held-out energy says that relations do not last. Measured: 0.8 to 1.03 where
 * they do, 4 to 6 where they do not.
 */
const LASTING = 2

/** Learns what makes parts comparable from what they say of held-out normal frames. */
export function calibrateParts(heldOut: readonly PartScores[], size: number): PartCalibration[] {
  const growth = heldOut.map((part) => growthOf(part, size))
  // The least bad one where none lasts.
  const most = Math.max(LASTING, Math.min(...growth))
  return heldOut.map((part, p) => {
    const frames = judged(part.score)
    const signed = momentsOf(part.signed, { frames, size })
    const rows = momentsOf(part.rows ?? absoluteDeviations(part.signed, signed, size), { frames, size })
    const level = frames.reduce((highest, f) => Math.max(highest, part.score[f]), 0)
    return { name: part.name, lasts: growth[p] <= most, level: Math.max(level, LEAST), rows, signed }
  })
}

/** Mean energy of held-out frames by that of training; 1 where the latter is not known. */
function growthOf({ score, rows, fittedMean }: PartScores, size: number): number {
  const frames = judged(score)
  if (rows === undefined || fittedMean === undefined || frames.length === 0) return 1
  let sum = 0
  for (const f of frames) for (let i = 0; i < size; i++) sum += rows[f * size + i]
  return sum / (frames.length * size * fittedMean)
}

/** Combines what parts say of frames, in the order of their calibrations. */
export function combineParts(
  parts: readonly PartScores[],
  calibrations: readonly PartCalibration[],
  size: number,
): CombinedFrames {
  const count = parts[0].score.length
  const score = new Float64Array(count)
  const ranking = new Float64Array(count * size)
  const deviation = new Float64Array(count * size)
  const others = new Float64Array(count * size)
  parts.forEach((part, p) => {
    const calibration = calibrations[p]
    if (!calibration.lasts) return
    const rows = part.rows ?? absoluteDeviations(part.signed, calibration.signed, size)
    for (let f = 0; f < count; f++) {
      if (Number.isNaN(part.score[f])) continue
      score[f] = Math.max(score[f], part.score[f] / calibration.level)
      for (let i = 0; i < size; i++) {
        const at = f * size + i
        const strange = Math.min(Math.max(0, deviationOf(rows[at], calibration.rows, i)), SURE)
        others[at] += TIE * strange
        if (strange < ranking[at]) continue
        ranking[at] = strange
        deviation[at] = deviationOf(part.signed[at], calibration.signed, i)
      }
    }
  })
  return { score, ranking: ranking.map((strange, at) => strange + others[at]), deviation }
}

function judged(score: Float64Array): number[] {
  return Array.from(score.keys()).filter((f) => !Number.isNaN(score[f]))
}

function momentsOf(
  values: Float64Array,
  { frames, size }: { readonly frames: readonly number[]; readonly size: number },
): SeriesMoments {
  const mean = new Array<number>(size).fill(0)
  const squares = new Array<number>(size).fill(0)
  for (const f of frames) for (let i = 0; i < size; i++) mean[i] += values[f * size + i] / frames.length
  for (const f of frames) {
    for (let i = 0; i < size; i++) squares[i] += (values[f * size + i] - mean[i]) ** 2 / frames.length
  }
  return { mean, deviation: squares.map((variance) => Math.max(Math.sqrt(variance), LEAST)) }
}

function absoluteDeviations(signed: Float64Array, moments: SeriesMoments, size: number): Float64Array {
  return signed.map((value, at) => Math.abs(deviationOf(value, moments, at % size)))
}

function deviationOf(value: number, { mean, deviation }: SeriesMoments, i: number): number {
  return (value - mean[i]) / deviation[i]
}
