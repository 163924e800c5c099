import type { AnomalyScores, CountEvidence } from '@sp/log-table'
import type { FindingSeverity } from './report.js'

/** The evidence of a group for one template and direction, of the window in which it is strongest. */
export interface GroupEvidence extends CountEvidence {
  /** Rows of that window. */
  readonly windowRows: number
  readonly window: number
}

/** The evidence of several windows, each template and direction once, strongest first. */
export function evidenceOf(scores: AnomalyScores, windows: readonly number[]): GroupEvidence[] {
  const strongest = new Map<string, GroupEvidence>()
  for (const window of windows) {
    const windowRows = scores.endRow[window] - scores.startRow[window]
    for (const evidence of scores.evidence[window]) {
      const key = `${evidence.kind} ${evidence.template}`
      const known = strongest.get(key)
      if (known === undefined || evidence.surprise > known.surprise)
        strongest.set(key, { ...evidence, windowRows, window })
    }
  }
  // Sorting is stable: of equal surprises the earlier window's stays first.
  return [...strongest.values()].sort((a, b) => b.surprise - a.surprise)
}

/**
 * The evidence worth telling. It is as strong as the threshold, or at least half as strong as the strongest; and it
 * speaks of something missing only when the strongest does: a window has a fixed number of rows, so that where much of
 * one thing happens there is less of everything else.
 * @param evidence strongest first
 */
export function tellingEvidence(evidence: readonly GroupEvidence[], threshold: number): GroupEvidence[] {
  const [strongest] = evidence
  return evidence.filter(
    ({ kind, surprise }) =>
      (surprise >= threshold || surprise >= strongest.surprise / 2) &&
      (kind !== 'less-frequent' || strongest.kind === 'less-frequent'),
  )
}

/**
 * How urgent a finding is.
 * - `high`: a message never seen before that the log itself calls an error or worse (syslog 0..3), or a p-value of at
 *   most a hundredth of the budget
 * - `medium`: any other message never seen before, or a p-value of at most a tenth of the budget
 * - `low`: the rest, and whatever lies below the threshold
 * The hundredth and the tenth are steps of ten that people can remember, not estimates.
 */
export function severityOf(facts: {
  readonly isFlagged: boolean
  readonly hasNewTemplate: boolean
  /** Gravest syslog severity among the lines of new templates, −1 where none is known. */
  readonly gravest: number
  readonly pValue: number
  readonly budget: number | null
}): FindingSeverity {
  const { isFlagged, hasNewTemplate, gravest, pValue, budget } = facts
  if (!isFlagged) return 'low'
  const rarer = budget === null ? 1 : pValue / budget
  if ((hasNewTemplate && gravest >= 0 && gravest <= 3) || rarer <= 0.01) return 'high'
  return hasNewTemplate || rarer <= 0.1 ? 'medium' : 'low'
}
