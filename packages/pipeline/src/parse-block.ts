import {
  fileSource,
  type LogLayout,
  type PieceOptions,
  readPiece,
  type ReadSummary,
  type RecordBatch,
  type YearState,
  YearTracker,
} from '@sp/log-reader'
import { Dictionary } from '@sp/log-table'
import type { MaskedBytes, Masker } from '@sp/masking'

/** A stretch of a file for a thread to read and mask; plain data. */
export interface BlockJob {
  readonly path: string
  /** Of the open file: threads of a process share it, so all read one file whatever becomes of its path. */
  readonly descriptor: number
  readonly layout: LogLayout
  readonly fromByte: number
  readonly toByte: number
  /** Where the dates that stand before are taken to be. */
  readonly years: YearState
  readonly reading: Pick<PieceOptions, 'bootTimeMs' | 'multiline' | 'maxLineBytes'>
}

/** Bytes behind a block that are read with it: mostly the end of its last line. */
const LINE_BYTES = 2 ** 14

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
  /** Which of the block's `masked` lists the codes mean. */
  readonly maskedList: number
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
  /** Distinct masked texts: the list of the masker, or several where one became full; each may go on growing. */
  readonly masked: readonly (readonly string[])[]
  readonly typeNames: readonly string[]
  readonly summary: ReadSummary
  /** Date of the first line that has one without a year, NaN for none; as {@link YearTracker.first}. */
  readonly firstDate: number
  readonly yearsAfter: YearState
}

/**
 * Reads and masks the records of a block. What needs the lines before (template codes, dictionaries, line numbers) is
 * left to whoever puts the blocks together.
 * @param masker that of the thread: texts known from other blocks need not be made again
 * @throws {LogReaderError} as `readRecords`
 */
export async function parseBlock(job: BlockJob, masker: Pick<Masker, 'maskBytes'>): Promise<ParsedBlock> {
  const dictionaries = { source: new Dictionary(), host: new Dictionary(), process: new Dictionary() }
  const years = new YearTracker(job.years.year, job.years.previous)
  const { path, descriptor, toByte } = job
  const source = fileSource(path, { sizeBytes: toByte + LINE_BYTES, modifiedMs: 0, descriptor, isPlain: true })
  const piece = readPiece(source, { ...job, years }, { ...job.reading, dictionaries })
  const batches: BlockRows[] = []
  const masked: (readonly string[])[] = []
  let typeNames: readonly string[] = []
  for await (const batch of piece) {
    const result = masker.maskBytes(batch.message)
    if (masked.at(-1) !== result.values) masked.push(result.values)
    typeNames = result.typeNames
    batches.push(rowsOf(batch, result, masked.length - 1))
  }
  return {
    batches,
    hosts: dictionaries.host.values,
    processes: dictionaries.process.values,
    masked,
    typeNames,
    summary: piece.summary,
    firstDate: years.first,
    yearsAfter: years.state,
  }
}

function rowsOf(batch: RecordBatch, masks: MaskedBytes, maskedList: number): BlockRows {
  return {
    rowCount: batch.rowCount,
    bytes: batch.raw.bytes,
    lineNo: batch.lineNo,
    byteOffset: batch.byteOffset,
    timestamp: batch.timestamp,
    host: batch.host.codes,
    process: batch.process.codes,
    pid: batch.pid,
    severity: batch.severity,
    rawStart: batch.raw.starts,
    rawEnd: batch.raw.ends,
    maskedList,
    maskedCode: masks.codes,
    spanOffsets: masks.offsets,
    spanTypes: masks.types,
    spanStarts: masks.starts,
    spanEnds: masks.ends,
  }
}
