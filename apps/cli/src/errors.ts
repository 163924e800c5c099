/** What the process ends with. Decided here and in main.ts only. */
export const EXIT = {
  fine: 0,
  /** Anomalies were found and `--fail-on-anomaly` was given. */
  anomalies: 1,
  error: 2,
  /** Interrupted (128 + SIGINT), as shells expect. */
  interrupted: 130,
} as const

/** The command line asks for something that cannot be done as written. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
