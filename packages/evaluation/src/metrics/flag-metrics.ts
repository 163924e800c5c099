/** Units (lines, windows, sessions) with what is true of each and how much each counts. */
export interface Truth {
  /** 1 where the unit is anomalous. */
  readonly isAnomalous: ArrayLike<number>
  /**
   * How many units each stands for; default 1. A sample with as many abnormal as normal units, drawn from a set where
   * abnormal ones are rare, says nothing about precision until it is weighted back; see {@link reweighted}.
   */
  readonly weights?: ArrayLike<number>
}

/** How well flags match the truth, each unit by its weight. Shares are `null` where there is nothing to divide by. */
export interface FlagMetrics {
  readonly truePositives: number
  readonly falsePositives: number
  readonly falseNegatives: number
  readonly trueNegatives: number
  readonly precision: number | null
  readonly recall: number | null
  /** 2·TP / (2·TP + FP + FN). */
  readonly f1: number | null
  /** Share of normal units that are flagged. */
  readonly falsePositiveRate: number | null
  /** Mean of recall and 1 − false positive rate: 0.5 for anything that does not look at the data. */
  readonly balancedAccuracy: number | null
}

/** Compares flags with the truth; `flags` has 1 where a unit is called anomalous. */
export function evaluateFlags(flags: ArrayLike<number>, { isAnomalous, weights }: Truth): FlagMetrics {
  const sums = [0, 0, 0, 0]
  for (let i = 0; i < flags.length; i++) sums[(isAnomalous[i] ? 2 : 0) + (flags[i] ? 1 : 0)] += weights?.[i] ?? 1
  const [trueNegatives, falsePositives, falseNegatives, truePositives] = sums
  const recall = share(truePositives, truePositives + falseNegatives)
  const falsePositiveRate = share(falsePositives, falsePositives + trueNegatives)
  return {
    truePositives,
    falsePositives,
    falseNegatives,
    trueNegatives,
    precision: share(truePositives, truePositives + falsePositives),
    recall,
    f1: share(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
    falsePositiveRate,
    balancedAccuracy: recall === null || falsePositiveRate === null ? null : (recall + 1 - falsePositiveRate) / 2,
  }
}

/** The row that belongs beside every table: what flagging everything scores. */
export function flagEverything(truth: Truth): FlagMetrics {
  return evaluateFlags(new Uint8Array(truth.isAnomalous.length).fill(1), truth)
}

/** Weights by which a sample counts like the population that it was drawn from, of so many normal and abnormal units. */
export function reweighted(
  isAnomalous: ArrayLike<number>,
  population: { readonly normal: number; readonly abnormal: number },
): Truth {
  let abnormal = 0
  for (let i = 0; i < isAnomalous.length; i++) abnormal += isAnomalous[i] ? 1 : 0
  const normal = isAnomalous.length - abnormal
  const weights = Float64Array.from({ length: isAnomalous.length }, (_, i) =>
    isAnomalous[i] ? population.abnormal / abnormal : population.normal / normal,
  )
  return { isAnomalous, weights }
}

/**
 * The first unit of each key, as indices. Figures over distinct sessions and figures over all sessions differ (F1 .88 and
 * .96 for the same flags on HDFS): print both, named.
 */
export function distinctUnits(keys: readonly string[]): number[] {
  const seen = new Set<string>()
  return [...keys.keys()].filter((i) => seen.size < seen.add(keys[i]).size)
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}
