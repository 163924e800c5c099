import { quantile } from '../quantile.js'
import type { PartScores } from './multivariate-detector.js'
import type { PartCalibration, SeriesMoments } from './multivariate-model.js'

/**
 * Blocks that held-out frames are cut into, at most and at least. The levels of a model are of all held-out frames, and the
 * highest of four fifths is so much less than the highest of all that a third of the alarms that were allowed stayed out.
 */
const [MOST_BLOCKS, FEWEST_BLOCKS] = [20, 5]
/** Frames of a block, at least: those at its ends overlap with its neighbours. */
const FRAMES_A_BLOCK = 50

/**
 * Scores of held-out frames `[F]`, each by levels of the series that are not of its own block of frames: of thirty series in
 * three parts one is always at its highest in the frames that say what the highest is.
 * @param trials what was said of frames, by the data that they were held out from
 */
export function heldOutScores(
  trials: readonly (readonly PartScores[])[],
  calibrations: readonly PartCalibration[],
  size: number,
): Float64Array {
  const joined = joinParts(trials)
  const count = joined[0].score.length
  const blocks = Math.max(FEWEST_BLOCKS, Math.min(MOST_BLOCKS, Math.floor(count / FRAMES_A_BLOCK)))
  const blockOf = Array.from({ length: count }, (_, f) => Math.floor((f * blocks) / count))
  const result = new Float64Array(count)
  for (const block of new Set(blockOf)) {
    const others = calibrations.map((own, p) => {
      // What is one level of all frames is no opinion of single series.
      if (own.levels.length === 1) return own
      const elsewhere = judged(joined[p].score).filter((f) => blockOf[f] !== block)
      return { ...own, levels: levelsOf(joined[p], { frames: elsewhere, size }) }
    })
    blockOf.forEach((own, f) => {
      if (own === block) result[f] = strongestPart(joined, others, f)
    })
  }
  return result
}

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
/** Mean energy of a series in training: where held-out data never reach it, nothing happened, and little would be beyond measure. */
const QUIET = 1
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

/**
 * A series is as lively as others at least: a quarter of them have a lower level. Where nothing ever happened, a first event
 * would else be beyond all measure.
 */
const FLOOR_SHARE = 0.25

/** Learns what makes parts comparable from what they say of held-out normal frames. */
export function calibrateParts(heldOut: readonly PartScores[], size: number): PartCalibration[] {
  const growth = heldOut.map((part) => growthOf(part, size))
  // The least bad one where none lasts.
  const most = Math.max(LASTING, Math.min(...growth))
  return heldOut.map((part, p) => {
    const frames = judged(part.score)
    const signed = momentsOf(part.signed, { frames, size })
    const rows = momentsOf(part.rows ?? absoluteDeviations(part.signed, signed, size), { frames, size })
    return { name: part.name, lasts: growth[p] <= most, levels: levelsOf(part, { frames, size }), rows, signed }
  })
}

function levelsOf(
  { score, rows, isStrangestRow }: PartScores,
  { frames, size }: { readonly frames: readonly number[]; readonly size: number },
): number[] {
  if (!isStrangestRow || rows === undefined) return [highestOf(frames, (f) => score[f])]
  const own = Array.from({ length: size }, (_, i) => highestOf(frames, (f) => rows[f * size + i]))
  const lively = own.filter((level) => level > QUIET)
  if (lively.length === 0) return own
  const [least, most] = [quantile(lively, FLOOR_SHARE), Math.max(...lively)]
  // Of a series in which nothing ever happened it is not known what an event means: as little as in the liveliest one.
  return own.map((level) => (level > QUIET ? Math.max(level, least) : most))
}

function highestOf(frames: readonly number[], valueOf: (frame: number) => number): number {
  return frames.reduce((highest, f) => Math.max(highest, valueOf(f)), LEAST)
}

/** Score of a frame by a part: 1 is as high as the highest held-out frame. */
function partScore({ score, rows }: PartScores, { levels }: PartCalibration, f: number): number {
  if (levels.length === 1) return score[f] / levels[0]
  let highest = 0
  for (let i = 0; i < levels.length; i++) highest = Math.max(highest, rows![f * levels.length + i] / levels[i])
  return highest
}

/** The highest of the parts that last and say something. */
function strongestPart(parts: readonly PartScores[], calibrations: readonly PartCalibration[], f: number): number {
  let highest = 0
  parts.forEach((part, p) => {
    const calibration = calibrations[p]
    if (calibration.lasts && !Number.isNaN(part.score[f])) highest = Math.max(highest, partScore(part, calibration, f))
  })
  return highest
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
  const score = Float64Array.from(parts[0].score, (_, f) => strongestPart(parts, calibrations, f))
  const ranking = new Float64Array(count * size)
  const deviation = new Float64Array(count * size)
  const others = new Float64Array(count * size)
  parts.forEach((part, p) => {
    const calibration = calibrations[p]
    if (!calibration.lasts) return
    const rows = part.rows ?? absoluteDeviations(part.signed, calibration.signed, size)
    for (let f = 0; f < count; f++) {
      if (Number.isNaN(part.score[f])) continue
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

/** What was said of frames, one trial after the other, as of one series. */
export function joinParts(trials: readonly (readonly PartScores[])[]): PartScores[] {
  return trials[0].map(({ name, rows, fittedMean, isStrangestRow }, p) => ({
    name,
    ...(isStrangestRow ? { isStrangestRow } : {}),
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

/** The frames of which some part says something: of the others it is not known whether they are normal. */
export function judgedFrames(parts: readonly PartScores[]): number[] {
  return Array.from(parts[0].score.keys()).filter((f) => parts.some(({ score }) => !Number.isNaN(score[f])))
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
  const deviation = squares.map(Math.sqrt)
  const lively = deviation.filter((own) => own > LEAST)
  // A series in which nothing ever happened varies as little as a quarter of the others: by 0 an event would be beyond words.
  const quiet = lively.length > 0 ? quantile(lively, FLOOR_SHARE) : 1
  return { mean, deviation: deviation.map((own) => (own > LEAST ? own : quiet)) }
}

function absoluteDeviations(signed: Float64Array, moments: SeriesMoments, size: number): Float64Array {
  return signed.map((value, at) => Math.abs(deviationOf(value, moments, at % size)))
}

function deviationOf(value: number, { mean, deviation }: SeriesMoments, i: number): number {
  return (value - mean[i]) / deviation[i]
}
