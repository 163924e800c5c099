import {
  bootstrapInterval,
  distinctUnits,
  evaluateFlags,
  evaluateRanking,
  findLeakage,
  reweighted,
  type LabelledSessions,
  type Truth,
} from '@sp/evaluation'

/** One detector's flags and scores of the test sessions. */
export interface Row {
  readonly detector: string
  readonly flags: ArrayLike<number>
  readonly scores: ArrayLike<number>
  readonly seconds: number
}

/** What they are worth. */
export interface Figures {
  readonly recall: number | null
  readonly fpr: number | null
  readonly f1: number | null
  readonly f1Reweighted: number | null
  readonly f1Oracle: number | null
  readonly f1Distinct: number | null
  readonly balancedAccuracy: number | null
  readonly rocAuc: number | null
  readonly prAuc: number | null
}

/** Prints the table of a set, the row that flags everything first. */
export function printSet(set: LabelledSessions, rows: readonly Row[]): Record<string, Figures> {
  const { isAnomalous, population } = set
  const leakage = findLeakage(set)
  const abnormal = isAnomalous.reduce((sum, label) => sum + label, 0)
  console.log(
    `\n${set.name}: ${set.train.length} normal sessions to learn from, ${isAnomalous.length - abnormal} normal and ` +
      `${abnormal} abnormal to judge; ${percent(leakage.normalSeen)} of the normal and ${percent(leakage.abnormalSeen)} ` +
      `of the abnormal ones occur in training as they are`,
  )
  console.log(
    `${'detector'.padEnd(26)}  recall    FPR  F1    F1 rw [95 %]           oracle F1dist BA    ROC   PR    CPU s`,
  )
  const distinct = distinctUnits(set.test.map((events) => events.join(' ')))
  const truth: Truth = population === null ? { isAnomalous } : reweighted(isAnomalous, population)
  const all: Row = {
    detector: 'flagAll',
    flags: isAnomalous.map(() => 1),
    scores: isAnomalous.map(() => 0),
    seconds: 0,
  }
  const figures: Record<string, Figures> = {}
  for (const row of [all, ...rows]) {
    figures[row.detector] = figuresOf(row, { isAnomalous, truth, distinct })
    printRow(row, figures[row.detector], truth)
  }
  return figures
}

function figuresOf(
  { flags, scores }: Row,
  { isAnomalous, truth, distinct }: { isAnomalous: Uint8Array; truth: Truth; distinct: readonly number[] },
): Figures {
  const plain = evaluateFlags(flags, { isAnomalous })
  const ranking = evaluateRanking(scores, truth)
  const once = evaluateFlags(
    distinct.map((i) => flags[i]),
    { isAnomalous: distinct.map((i) => isAnomalous[i]) },
  )
  return {
    recall: plain.recall,
    fpr: plain.falsePositiveRate,
    f1: plain.f1,
    f1Reweighted: evaluateFlags(flags, truth).f1,
    f1Oracle: ranking.oracleF1,
    f1Distinct: once.f1,
    balancedAccuracy: plain.balancedAccuracy,
    rocAuc: ranking.rocAuc,
    prAuc: ranking.prAuc,
  }
}

function printRow({ detector, flags, seconds }: Row, figures: Figures, { isAnomalous, weights }: Truth): void {
  const interval = bootstrapInterval(flags.length, (drawn) => f1Of(drawn, flags, { isAnomalous, weights }), {
    seed: 1,
    samples: 200,
  })
  const range = interval === null ? '' : `[${interval.low.toFixed(3)}–${interval.high.toFixed(3)}]`
  const { recall, fpr, f1, f1Reweighted, f1Oracle, f1Distinct, balancedAccuracy, rocAuc, prAuc } = figures
  console.log(
    `${detector.padEnd(26)}  ${fixed(recall)}  ${((fpr ?? NaN) * 100).toFixed(3).padStart(7)}% ${fixed(f1)} ` +
      `${fixed(f1Reweighted)} ${range}  ${[f1Oracle, f1Distinct, balancedAccuracy, rocAuc, prAuc].map(fixed).join(' ')} ` +
      seconds.toFixed(2),
  )
}

function f1Of(drawn: Int32Array, flags: ArrayLike<number>, { isAnomalous, weights }: Truth): number | null {
  let [tp, fp, fn] = [0, 0, 0]
  for (const i of drawn) {
    const weight = weights?.[i] ?? 1
    if (flags[i] && isAnomalous[i]) tp += weight
    else if (flags[i]) fp += weight
    else if (isAnomalous[i]) fn += weight
  }
  return tp + fp + fn > 0 ? (2 * tp) / (2 * tp + fp + fn) : null
}

function fixed(figure: number | null): string {
  return figure === null ? '  –  ' : figure.toFixed(3)
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
