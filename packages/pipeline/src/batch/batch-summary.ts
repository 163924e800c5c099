/** What is told of a log of a batch. */
export interface BatchLog {
  readonly name: string
  readonly category: string
  readonly role: 'target' | 'baseline'
  readonly records: number
  readonly templates: number
  /** Share of records that are errors or worse, 0..1. */
  readonly errorRate: number
}

/** What a batch showed: `batch_summary.json`. */
export interface BatchSummary {
  readonly format: 'sp-batch'
  readonly version: 1
  readonly target: string
  readonly logs: readonly BatchLog[]
  readonly incidents: number
  readonly findings: number
  readonly comparativeAnomalies: number
  readonly temporalAnomalies: number
}
