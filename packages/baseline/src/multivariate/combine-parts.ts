import type { PartScores } from './multivariate-detector.js'
import type { PartCalibration } from './multivariate-model.js'

/** What all parts together say of frames. */
export interface CombinedFrames {
  /** `[F]` the highest part, each divided by its level: 1 is as high as the highest held-out frame. */
  readonly score: Float64Array
  /** `[F, N]` how strange each series is, compared in the same way. */
  readonly ranking: Float64Array
  /** `[F, N]` residual of each series in standard deviations of held-out frames, by the part that is highest there. */
  readonly deviation: Float64Array
}

const LEAST = 1e-9
/**
 * Times the highest held-out frame beyond which parts are equally sure. A part for which normal data are nearly exact, as
 * components are where counts add up to the size of a window, would else drown what the others say of a series.
 */
const SURE = 10
/** What all parts say of a series beside the one that is surest: it decides between those that are equally sure. */
const TIE = 0.01

/** Learns what makes parts comparable from what they say of held-out normal frames. */
export function calibrateParts(heldOut: readonly PartScores[], size: number): PartCalibration[] {
  return heldOut.map((part) => {
    const frames = judged(part.score)
    const signed = signedMoments(part.signed, { frames, size })
    const rows = part.rows ?? absoluteDeviations(part.signed, signed, size)
    let rowLevel = 0
    for (const f of frames) for (let i = 0; i < size; i++) rowLevel = Math.max(rowLevel, rows[f * size + i])
    const level = frames.reduce((highest, f) => Math.max(highest, part.score[f]), 0)
    return { name: part.name, level: Math.max(level, LEAST), rowLevel: Math.max(rowLevel, LEAST), ...signed }
  })
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
    const rows = part.rows ?? absoluteDeviations(part.signed, calibration, size)
    for (let f = 0; f < count; f++) {
      if (Number.isNaN(part.score[f])) continue
      score[f] = Math.max(score[f], part.score[f] / calibration.level)
      for (let i = 0; i < size; i++) {
        const at = f * size + i
        const strange = Math.min(rows[at] / calibration.rowLevel, SURE)
        others[at] += TIE * strange
        if (strange < ranking[at]) continue
        ranking[at] = strange
        deviation[at] = deviationOf(part.signed[at], calibration, i)
      }
    }
  })
  return { score, ranking: ranking.map((strange, at) => strange + others[at]), deviation }
}

type SignedMoments = Pick<PartCalibration, 'signedMean' | 'signedDeviation'>

function judged(score: Float64Array): number[] {
  return Array.from(score.keys()).filter((f) => !Number.isNaN(score[f]))
}

function signedMoments(
  signed: Float64Array,
  { frames, size }: { readonly frames: readonly number[]; readonly size: number },
): SignedMoments {
  const signedMean = new Array<number>(size).fill(0)
  const squares = new Array<number>(size).fill(0)
  for (const f of frames) for (let i = 0; i < size; i++) signedMean[i] += signed[f * size + i] / frames.length
  for (const f of frames) {
    for (let i = 0; i < size; i++) squares[i] += (signed[f * size + i] - signedMean[i]) ** 2 / frames.length
  }
  return { signedMean, signedDeviation: squares.map((variance) => Math.max(Math.sqrt(variance), LEAST)) }
}

function absoluteDeviations(signed: Float64Array, moments: SignedMoments, size: number): Float64Array {
  return signed.map((value, at) => Math.abs(deviationOf(value, moments, at % size)))
}

function deviationOf(value: number, { signedMean, signedDeviation }: SignedMoments, i: number): number {
  return (value - signedMean[i]) / signedDeviation[i]
}
