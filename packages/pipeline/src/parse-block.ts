import { type LogLayout, LogReaderError, type PieceOptions, readPiece, type ReadSummary, type Source } from '@sp/log-reader'
import { fileSource, YearTracker, type YearState } from '@sp/log-reader'
import { Dictionary } from '@sp/log-table'
import { Masker, type MaskerOptions } from '@sp/masking'

/** A stretch of a file for a thread to read and mask; plain data. */
export interface BlockJob {
  readonly path: string
  readonly layout: LogLayout
  readonly fromByte: number
  readonly toByte: number
  /** Where the dates that stand before are taken to be. */
  readonly years: YearState
  readonly reading: Pick<PieceOptions, 'bootTimeMs' | 'multiline' | 'maxLineBytes'>
  readonly masking: MaskerOptions
}

/** Records of a block in flat arrays that move between threads without a copy. */
export interface BlockRows {
  readonly rowCount: number
  /** UTF-8, of the texts below. */
  readonly bytes: Uint8Array
  readonly lineNo: Int32Array
  readonly byteOffset: Float64Array
  readonly timestamp: Float64Array
  /** Index into the block's `hosts`, −1 for none. */
  readonly host: Int32Array
  /** Index into the block's `processes`. */
  readonly process: Int32Array
  readonly pid: Int32Array
  readonly severity: Int8Array
  readonly rawStart: Int32Array
  readonly rawEnd: Int32Array
  /** Index into the block's `masked`. */
  readonly maskedCode: Int32Array
  readonly spanOffsets: Int32Array
  readonly spanTypes: Uint8Array
  readonly spanStarts: Int32Array
  readonly spanEnds: Int32Array
}

/** What a thread makes of a {@link BlockJob}. */
export interface ParsedBlock {
  readonly batches: readonly BlockRows[]
  readonly hosts: readonly string[]
  readonly processes: readonly string[]
  readonly masked: readonly string[]
  readonly typeNames: readonly string[]
  readonly summary: ReadSummary
  /** Date of the first line that has one without a year, NaN for none; as {@link YearTracker.first}. */
  readonly firstDate: number
  readonly yearsAfter: YearState
}
