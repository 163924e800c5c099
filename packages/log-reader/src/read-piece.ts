import { LogReaderError } from './errors.js'
import { candidateFormats, formatByName } from './format-registry.js'
import { isJournalFramed, JOURNAL_MAGIC } from './journal-blocks.js'
import { lineBatches, newLineCounts } from './line-batches.js'
import { LineSample } from './line-sample.js'
import { layoutOf, type LogLayout, SAMPLE_LINES } from './log-layout.js'
import { newAssembler } from './new-assembler.js'
import { peek } from './peek.js'
import { newReadSummary, takeCounts, type MutableReadSummary } from './read-summary.js'
import type { ReadOptions, RecordStream } from './read-records.js'
import type { RecordBatch } from './record-builder.js'
import type { Source } from './source.js'
import type { YearTracker } from './year-tracker.js'

/** A stretch of a source, and what must be known to read it without what stands before it. */
export interface LogPiece {
  readonly layout: LogLayout
  /** First byte; a line that begins before it belongs to the piece before. */
  readonly fromByte: number
  /** Behind the last byte; a record that begins before it belongs to this piece to its end. */
  readonly toByte: number
  /** Gives dates without a year theirs; afterwards it stands at the end of the piece. */
  readonly years: YearTracker
}

/** How a piece is read: what concerns single records, and nothing that says which. */
export type PieceOptions = Pick<ReadOptions, 'bootTimeMs' | 'multiline' | 'maxLineBytes' | 'dictionaries'>

/**
 * The layout of a source that can be read in pieces; `null` for one that cannot: a stream, a compressed file, the
 * export format of the journal.
 */
export async function pieceLayout(
  source: Source,
  options: Pick<ReadOptions, 'format' | 'year' | 'maxLineBytes'> = {},
): Promise<LogLayout | null> {
  const bytes = await source.bytesFrom?.(0)
  const formats = candidateFormats([])
  const forced = options.format === undefined ? null : formatByName(options.format, formats)
  if (!bytes) return null
  const { head, all } = await peek(bytes, JOURNAL_MAGIC.length)
  if (isJournalFramed(head, forced)) {
    // A generator that was never asked for anything would not close its file.
    await all.next()
    await all.return(undefined)
    return null
  }
  const batches = []
  let count = 0
  for await (const batch of lineBatches(all, newLineCounts(), options)) {
    batches.push(batch)
    count += batch.count
    if (count >= SAMPLE_LINES) break
  }
  return layoutOf(source, { ...options, sample: new LineSample(batches, SAMPLE_LINES), formats, forced })
}

/**
 * Reads the records that begin in a piece of a source. All pieces of a source together give the records of
 * `readRecords`, whatever the pieces are. Line numbers count from the first line of the piece; `summary.lines` is the
 * number of lines that begin in it.
 * @param source one for which {@link pieceLayout} gave a layout
 */
export function readPiece(source: Source, piece: LogPiece, options: PieceOptions = {}): RecordStream {
  const summary = newReadSummary(source.name)
  return { summary, [Symbol.asyncIterator]: () => readBatches(source, piece, options, summary) }
}

async function* readBatches(
  source: Source,
  piece: LogPiece,
  options: PieceOptions,
  summary: MutableReadSummary,
): AsyncGenerator<RecordBatch> {
  const { layout, years } = piece
  const isInside = piece.fromByte > layout.firstByte
  const assembler = newAssembler(source, options, { layout, formats: candidateFormats([]), summary, years, isInside })
  const counts = newLineCounts()
  let isOver = false
  const content = await alignedBytes(source, piece, () => {
    isOver = true
    takeCounts(summary, counts)
    assembler.endBefore(counts.lines)
  })
  for await (const batch of lineBatches(content.bytes, counts, { ...options, offset: content.offset })) {
    yield* assembler.push(batch)
    if (assembler.lineBehind !== null) break
  }
  if (!isOver) takeCounts(summary, counts)
  summary.bytes = Math.min(piece.toByte, isOver ? Infinity : content.offset + counts.bytes) - piece.fromByte
  const last = assembler.end()
  if (last !== null) yield last
}

/**
 * The bytes of a source from the first line that begins in a piece on, without end. `onEnd` is called once all lines
 * that begin in the piece have been taken and more bytes are asked for; not if the source ends before.
 */
async function alignedBytes(
  source: Source,
  { fromByte, toByte }: { readonly fromByte: number; readonly toByte: number },
  onEnd: () => void,
): Promise<{ readonly offset: number; readonly bytes: AsyncGenerator<Uint8Array> }> {
  // The byte before tells whether a line begins with the first.
  let position = Math.max(0, fromByte - 1)
  const bytes = await source.bytesFrom?.(position)
  if (!bytes) {
    throw new LogReaderError('not-readable', `${source.name}: a log that is read in pieces must be a plain file`)
  }
  const chunks = bytes[Symbol.asyncIterator]()
  let isAligned = fromByte === 0
  let rest: Uint8Array = NO_BYTES
  while (!isAligned && position < toByte) {
    const next = await chunks.next()
    if (next.done) break
    const newline = next.value.indexOf(NEWLINE)
    isAligned = newline >= 0
    rest = isAligned ? next.value.subarray(newline + 1) : NO_BYTES
    position += isAligned ? newline + 1 : next.value.length
  }
  const isEmpty = !isAligned || position >= toByte
  const lines = isEmpty ? closed(chunks) : linesUntil(toByte - position, { rest, chunks }, onEnd)
  return { offset: position, bytes: lines }
}

async function* closed(chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  await chunks.return?.()
}

/** All bytes; `onEnd` between those of the lines that begin before `length` and the rest. */
async function* linesUntil(
  length: number,
  { rest, chunks }: { readonly rest: Uint8Array; readonly chunks: AsyncIterator<Uint8Array> },
  onEnd: () => void,
): AsyncGenerator<Uint8Array> {
  let left = length
  try {
    for (let chunk = rest; ;) {
      const newline = left > chunk.length ? -1 : chunk.indexOf(NEWLINE, Math.max(0, left - 1))
      if (newline >= 0 && left > -Infinity) {
        yield chunk.subarray(0, newline + 1)
        onEnd()
        left = -Infinity
        yield chunk.subarray(newline + 1)
      } else yield chunk
      left -= chunk.length
      const next = await chunks.next()
      if (next.done) return
      chunk = next.value
    }
  } finally {
    await chunks.return?.()
  }
}

const NEWLINE = 10
const NO_BYTES = new Uint8Array(0)
