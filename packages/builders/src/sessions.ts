/**
 * Event sequences, one per entity and stretch of activity (a block, a container, a process), all in flat arrays.
 * Session `s` owns the events `offsets[s] <= i < offsets[s + 1]`, in the order of the log.
 */
export interface Sessions {
  /** Number of sessions. */
  readonly count: number
  /** What groups the events of a session, such as `blk_-162` or `host/sshd/771`; a key recurs after a timeout. */
  readonly keys: readonly string[]
  /** `count + 1` entries, ascending from 0. */
  readonly offsets: Int32Array
  /** Vocabulary indices (`Vocabulary`): 1 is a template not known from training; 0 does not occur. */
  readonly events: Int32Array
  /** Row of each event in the stream of rows they come from, 0-based. */
  readonly rows: Int32Array
  /** Time of each event in milliseconds since 1970, NaN where the line has none. */
  readonly times: Float64Array
}
