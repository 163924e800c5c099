import type { Evidence, Finding } from '@sp/log-table'
import type { DetectorFacts, JudgedUnit, LastingChange, Remark } from '@sp/report'
import type { StepTemplates } from './step-templates.js'

/** A unit that a step judged strange, or the strangest that it did not flag; rows count over the whole parsed log. */
export interface StrangeStep extends Pick<Finding, 'unit' | 'session' | 'records' | 'score' | 'pValue' | 'detectors'> {
  readonly isFlagged: boolean
  /** First row, and the row after the last. */
  readonly startRow: number
  readonly endRow: number
  /** Of a session: its rows that are shown, ascending; those of evidence are among them. */
  readonly keptRows: readonly number[] | null
  /** Strongest first; `row` counts over the whole parsed log, templates by code of {@link StepTemplates}. */
  readonly evidence: readonly Evidence[]
}

/** What the results of a step are read with. */
export interface StepContext {
  readonly templates: StepTemplates
  /** Told every judged unit, while the table is read: nobody needs to keep them. */
  readonly onUnit: (unit: JudgedUnit) => void
}

/** What one step left in a folder, but for its judged units. */
export interface StepResults {
  readonly detectors: readonly DetectorFacts[]
  /** Share of normal units that may be flagged; `null` where nothing is calibrated or nothing says so. */
  readonly budget: number | null
  readonly strange: readonly StrangeStep[]
  readonly changes: readonly LastingChange[]
  readonly remarks: readonly Remark[]
}

/** A p-value that can be used: of a table without one the share of the judged units that score at least as high. */
export function pValuesOf(pValue: ArrayLike<number>, score: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(pValue)
  if (!values.some(Number.isNaN)) return values
  const sorted = Float64Array.from(score).sort()
  return Float64Array.from(score, (own, i) => {
    if (!Number.isNaN(values[i])) return values[i]
    let [low, high] = [0, sorted.length] // the first that is at least as high
    while (low < high) {
      const middle = (low + high) >> 1
      if (sorted[middle] < own) low = middle + 1
      else high = middle
    }
    return Math.max(1, sorted.length - low) / Math.max(1, sorted.length)
  })
}

/** −log10 of a p-value, 0 or more and finite. */
export function strengthOf(pValue: number): number {
  return pValue > 0 ? Math.max(0, -Math.log10(pValue)) : 300
}
