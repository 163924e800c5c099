import type { Truth } from './flag-metrics.js'

/** How well scores put anomalous units above normal ones, whatever the threshold. */
export interface RankingMetrics {
  /** Area under the ROC curve: the chance that an anomalous unit scores above a normal one, ties counted half. */
  readonly rocAuc: number | null
  /** Average precision, the area under the precision-recall curve by steps; a random order gets the anomalous share. */
  readonly prAuc: number | null
  /** The best F1 that any threshold reaches, chosen with the labels: an upper bound, not a result. */
  readonly oracleF1: number | null
  /** The threshold that reaches it: units that score at least this. */
  readonly oracleThreshold: number
}

/** Ranks units by score and walks down the ranking, units of equal score together. NaN scores rank last. */
export function evaluateRanking(scores: ArrayLike<number>, { isAnomalous, weights }: Truth): RankingMetrics {
  const order = Array.from({ length: scores.length }, (_, i) => i)
  order.sort((a, b) => rankOf(scores[b]) - rankOf(scores[a]))
  let [positives, negatives] = [0, 0]
  for (const i of order) {
    if (isAnomalous[i]) positives += weights?.[i] ?? 1
    else negatives += weights?.[i] ?? 1
  }
  let [tp, fp, rocArea, prArea] = [0, 0, 0, 0]
  const oracle = { f1: 0, threshold: Infinity }
  for (let from = 0; from < order.length;) {
    let [newTp, newFp, to] = [0, 0, from]
    for (; to < order.length && rankOf(scores[order[to]]) === rankOf(scores[order[from]]); to++) {
      if (isAnomalous[order[to]]) newTp += weights?.[order[to]] ?? 1
      else newFp += weights?.[order[to]] ?? 1
    }
    rocArea += newFp * (tp + newTp / 2)
    tp += newTp
    fp += newFp
    prArea += newTp * (tp / (tp + fp))
    const f1 = (2 * tp) / (tp + fp + positives)
    if (f1 > oracle.f1) Object.assign(oracle, { f1, threshold: scores[order[from]] })
    from = to
  }
  const isDecided = positives > 0 && negatives > 0
  return {
    rocAuc: isDecided ? rocArea / (positives * negatives) : null,
    prAuc: positives > 0 ? prArea / positives : null,
    oracleF1: positives > 0 ? oracle.f1 : null,
    oracleThreshold: oracle.threshold,
  }
}

function rankOf(score: number): number {
  return Number.isNaN(score) ? -Infinity : score
}
