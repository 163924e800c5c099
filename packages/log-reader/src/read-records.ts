import { LogReaderError } from './errors.js'
import { candidateFormats, formatByName } from './format-registry.js'
import type { HeaderFormat } from './header-format.js'
import { isJournalFramed, JOURNAL_MAGIC, journalBlocks } from './journal-blocks.js'
import { lineBatches, MAX_LINE_BYTES, newLineCounts, type LineBatch, type LineCounts } from './line-batches.js'
import { LineSample } from './line-sample.js'
import { layoutOf, SAMPLE_LINES } from './log-layout.js'
import { newAssembler } from './new-assembler.js'
import { peek } from './peek.js'
import { newReadSummary, takeCounts, type MutableReadSummary, type ReadSummary } from './read-summary.js'
import type { RecordBatch, RecordDictionaries } from './record-builder.js'
import type { Source } from './source.js'

/** How to read a source. */
export interface ReadOptions {
  /** Name of the header format; default: told by the first 500 lines. */
  readonly format?: string
  /** Formats to try before the known ones; one with the name of a known one replaces it. */
  readonly formats?: readonly HeaderFormat[]
  /** Year of the first line where the header names none; default: inferred from the time of last change. */
  readonly year?: number
  /** Start of the machine, milliseconds since 1970-01-01 UTC, which turns the uptime of `dmesg` into times. */
  readonly bootTimeMs?: number
  /** Join stack traces and indented lines to the record before them. Default true. */
  readonly multiline?: boolean
  /** Only records whose first line has at least this number (0-based). Default 0. */
  readonly fromLine?: number
  /** Only records whose first line has a smaller number. Default: no end. */
  readonly toLine?: number
  /** Most records in a batch. Default 8192, which a chunk of a source (256 KiB) seldom holds: a batch ends with its chunk. */
  readonly batchRecords?: number
  /** Bytes of a line that are kept. Default 1 MiB; the rest is skipped and counted. */
  readonly maxLineBytes?: number
  /** Dictionaries to share with other sources. Default: new ones. */
  readonly dictionaries?: RecordDictionaries
  /** Ends the reading with its reason. */
  readonly signal?: AbortSignal
}

/** The records of a source, in batches; may be iterated once. */
export interface RecordStream extends AsyncIterable<RecordBatch> {
  readonly summary: ReadSummary
}

/**
 * Reads the records of one source. Memory: one batch and a few chunks of the source.
 * @throws {LogReaderError} while iterating: `unknown-format`, `empty-log`, `broken-compression`, `not-readable`
 * @example
 * const [source] = await openSources(['app.log'])
 * for await (const batch of readRecords(source)) console.log(batch.message.at(0))
 */
export function readRecords(source: Source, options: ReadOptions = {}): RecordStream {
  const summary = newReadSummary(source.name)
  return { summary, [Symbol.asyncIterator]: () => readBatches(source, options, summary) }
}

async function* readBatches(
  source: Source,
  options: ReadOptions,
  summary: MutableReadSummary,
): AsyncGenerator<RecordBatch> {
  const formats = candidateFormats(options.formats ?? [])
  const forced = options.format === undefined ? null : formatByName(options.format, formats)
  const counts = newLineCounts()
  const maxLineBytes = options.maxLineBytes ?? MAX_LINE_BYTES
  const lines = splitRecords(source.bytes(), counts, { forced, maxLineBytes })
  try {
    const head = await readSample(lines)
    if (counts.bytes === 0) throw new LogReaderError('empty-log', `${source.name}: the log is empty`)
    const sample = new LineSample(head, SAMPLE_LINES)
    const layout = await layoutOf(source, { sample, formats, forced, year: options.year })
    const assembler = newAssembler(source, options, { layout, formats, summary })
    for await (const batch of chain(head, lines)) {
      options.signal?.throwIfAborted()
      const full = assembler.push(batch)
      takeCounts(summary, counts)
      yield* full
      if (assembler.lineBehind !== null) break
    }
    const last = assembler.end()
    takeCounts(summary, counts)
    // What was read ahead is no part of it.
    if (assembler.lineBehind !== null) summary.lines = assembler.lineBehind
    if (last !== null) yield last
  } finally {
    await lines.return(undefined)
  }
}

/** Lines, or the blocks of the journal export format where that is asked for or the first bytes show it. */
async function* splitRecords(
  bytes: AsyncIterable<Uint8Array>,
  counts: LineCounts,
  options: { forced: HeaderFormat | null; maxLineBytes: number },
): AsyncGenerator<LineBatch> {
  const { head, all } = await peek(bytes, JOURNAL_MAGIC.length)
  yield* isJournalFramed(head, options.forced) ? journalBlocks(all, counts, options) : lineBatches(all, counts, options)
}

/** Line batches until they hold a sample; nothing is lost, they are read first afterwards. */
async function readSample(lines: AsyncIterator<LineBatch>): Promise<LineBatch[]> {
  const head: LineBatch[] = []
  let count = 0
  while (count < SAMPLE_LINES) {
    const next = await lines.next()
    if (next.done) break
    head.push(next.value)
    count += next.value.count
  }
  return head
}

async function* chain(head: readonly LineBatch[], rest: AsyncIterable<LineBatch>): AsyncGenerator<LineBatch> {
  yield* head
  yield* rest
}
