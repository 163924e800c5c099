import { calibrationError } from '@sp/evaluation'

/** What is judged, in the order of weight. */
export const CRITERIA = [
  'detection',
  'falseAlarms',
  'calibration',
  'integrity',
  'stability',
  'latency',
  'memory',
] as const

/** Name of a criterion. */
export type Criterion = (typeof CRITERIA)[number]

/** The most points of each criterion; together 100, most of them for what is found (docs/methods/validation.md). */
export const MOST_POINTS: Readonly<Record<Criterion, number>> = {
  detection: 55,
  falseAlarms: 15,
  calibration: 10,
  integrity: 5,
  stability: 5,
  latency: 5,
  memory: 5,
}

/** Points of one criterion, and why so many. */
export interface CriterionScore {
  readonly criterion: Criterion
  readonly points: number
  readonly most: number
  /** One sentence with the figures. */
  readonly why: string
}

/** Band of a score, as the reference system has them. */
export type ScoreBand = 'excellent' | 'good' | 'fair' | 'poor'

/** How incidents were found. */
export interface DetectionFigures {
  /** Mean over the kinds of planted incidents of the share found; `null` where none was planted. */
  readonly plantedRecall: number | null
  readonly planted: number
  /** Share of the labelled incidents found; `null` without labels. */
  readonly labelledRecall: number | null
  readonly labelled: number
  /** Share of normal windows that are flagged. */
  readonly flaggedNormal: number
}

/** Normal windows as a bundle judges them. */
export interface NormalFigures {
  readonly windows: number
  readonly flagged: number
  readonly pValues: readonly number[]
  /** Windows that hold the same record: their size by their stride. */
  readonly overlap: number
  readonly budget: number
  /** Where the lines are from, for the sentence. */
  readonly from: string
}

/** Band of a score: 90, 70 and 50 points. */
export function bandOf(score: number): ScoreBand {
  if (score >= 90) return 'excellent'
  if (score >= 70) return 'good'
  return score >= 50 ? 'fair' : 'poor'
}

/**
 * Share of incidents found less the share of normal windows flagged (Youden 1950): a bundle that flags everything, or
 * nothing, gets no point.
 */
export function scoreDetection(figures: DetectionFigures): CriterionScore {
  const { plantedRecall, planted, labelledRecall, labelled, flaggedNormal } = figures
  const recalls = [plantedRecall, labelledRecall].filter((recall) => recall !== null)
  const recall = recalls.reduce((sum, one) => sum + one, 0) / Math.max(1, recalls.length)
  const said = [
    ...(plantedRecall === null ? [] : [`${percent(plantedRecall)} of ${planted} planted incidents (mean over kinds)`]),
    ...(labelledRecall === null ? [] : [`${percent(labelledRecall)} of ${labelled} labelled incidents`]),
  ]
  const why = `${said.join(' and ')} found, less the ${percent(flaggedNormal)} of normal windows that are flagged anyhow`
  return scored('detection', recall - flaggedNormal, why)
}

/** Windows without a record in common, with fewer of which a share of flagged ones says nothing. */
const FEWEST_WINDOWS = 20

/** Why windows are too few to say anything; `null` where they are not. */
function tooFew({ windows, overlap, from }: Pick<NormalFigures, 'windows' | 'overlap' | 'from'>): string | null {
  const apart = Math.floor(windows / overlap)
  if (apart >= FEWEST_WINDOWS) return null
  return `too little data: ${windows} windows of ${from}, ${apart} without a line in common; ${FEWEST_WINDOWS} say something`
}

/** Full as long as the evidence allows the budget, none from ten times the budget on, nor with too little data. */
export function scoreFalseAlarms(figures: NormalFigures): CriterionScore {
  const little = tooFew(figures)
  if (little !== null) return scored('falseAlarms', 0, little)
  const { windows, flagged, overlap, budget, from } = figures
  const share = flagged / windows
  const least = wilsonLower(share, windows / overlap)
  const why =
    `${flagged} of ${windows} windows of ${from} flagged (${percent(share)}, at least ${percent(least)} with 97.5 % ` +
    `confidence), ${percent(budget)} are allowed`
  return scored('falseAlarms', 1 - Math.log10(Math.max(least, budget) / budget), why)
}

/** How far p-values below 0.1 are from what they claim; a tenth beyond chance costs all points, and too little data too. */
export function scoreCalibration(figures: NormalFigures): CriterionScore {
  const little = tooFew(figures)
  if (little !== null) return scored('calibration', 0, little)
  const { pValues, overlap } = figures
  const error = calibrationError(pValues, 0.1) ?? 0
  // Kolmogorov's distance of so many independent values from the truth, at 95 %.
  const chance = 1.36 / Math.sqrt(Math.max(1, pValues.length / overlap))
  const why = `p-values of normal windows are off by ${error.toFixed(3)} at most, chance allows ${chance.toFixed(3)}`
  return scored('calibration', 1 - Math.max(0, error - chance) / 0.1, why)
}

/** A bundle that is not whole is refused and has no score at all. */
export function scoreIntegrity(members: number, isUnchanged: boolean): CriterionScore {
  const why = isUnchanged
    ? `all ${members} members have their hash, before judging and after`
    : 'the bundle changed while it was judged'
  return scored('integrity', isUnchanged ? 1 : 0, why)
}

/** Lines that come little by little must be judged as they are in a whole log. */
export function scoreStability(same: number, all: number): CriterionScore {
  const why = `${same} of ${all} findings are the same in a whole log and in lines that come little by little`
  return scored('stability', all === 0 ? 1 : same / all, why)
}

/** Full up to 20 ms for 100 lines (99 of 100 batches), none from 200 ms on. */
export function scoreLatency(p99Ms: number, linesPerSecond: number): CriterionScore {
  const why = `100 lines take ${p99Ms.toFixed(1)} ms or less in 99 of 100 cases, ${Math.round(linesPerSecond).toLocaleString('en')} lines a second`
  return scored('latency', 1 - Math.log10(Math.max(p99Ms, 20) / 20), why)
}

const MIB = 2 ** 20

/** Full up to 300 MiB of the whole process, none from 1,200 MiB on. */
export function scoreMemory(peakBytes: number): CriterionScore {
  const why = `the process held ${Math.round(peakBytes / MIB)} MiB at most`
  return scored('memory', 1 - Math.log2(Math.max(peakBytes, 300 * MIB) / (300 * MIB)) / 2, why)
}

/** Lower end of the Wilson 95 % interval of a share of `count` independent units. */
export function wilsonLower(share: number, count: number): number {
  if (count <= 0) return 0
  const z2 = 1.96 ** 2
  const middle = share + z2 / (2 * count)
  const margin = 1.96 * Math.sqrt((share * (1 - share)) / count + z2 / (4 * count * count))
  return Math.max(0, (middle - margin) / (1 + z2 / count))
}

function scored(criterion: Criterion, share: number, why: string): CriterionScore {
  const most = MOST_POINTS[criterion]
  return { criterion, points: most * Math.min(1, Math.max(0, share)), most, why }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
