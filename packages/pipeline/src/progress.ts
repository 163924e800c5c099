/** How far a long step has come. */
export interface Progress {
  /** What is being done, as a person would say it: `reading`, `counting`, `scoring`, `reporting`. */
  readonly step: string
  /** Work done so far, in `unit`. */
  readonly done: number
  /** All the work, in `unit`; `null` where it is not known beforehand (standard input). */
  readonly total: number | null
  readonly unit: 'bytes' | 'rows' | 'windows' | 'epochs'
  /** Log records seen so far, for a rate in lines per second. */
  readonly records: number
}

/** What every long step takes. */
export interface RunControl {
  /** Called after every batch. */
  readonly onProgress?: (progress: Progress) => void
  /** Aborting ends the run with the signal's reason; what was half-written is removed. */
  readonly signal?: AbortSignal
}
