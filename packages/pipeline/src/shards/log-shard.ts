import type { LogLayout } from '@sp/log-reader'

/** A stretch of a log, or a whole one; plain data, so that another machine can read it. */
export interface ShardPiece {
  /** Which of the logs, 0-based. */
  readonly source: number
  readonly path: string
  /** First byte; a line that begins before it belongs to the piece before. */
  readonly fromByte: number
  /** Behind the last byte, `null` for the end; a record that begins before it belongs to this piece to its end. */
  readonly toByte: number | null
  /** `null` for a log that can only be read as a whole: compressed, or an export of the journal. */
  readonly layout: LogLayout | null
}

/** A part of a corpus: pieces of logs, in order. All shards in order are the corpus. */
export interface LogShard {
  /** 0-based. */
  readonly index: number
  readonly pieces: readonly ShardPiece[]
}
