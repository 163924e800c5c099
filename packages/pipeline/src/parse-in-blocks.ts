import { open } from 'node:fs/promises'
import {
  becameShorter,
  givesSameDates,
  type LogLayout,
  pieceLayout,
  type ReadOptions,
  type ReadSummary,
  type RecordDictionaries,
  type Source,
  type YearState,
} from '@sp/log-reader'
import { DictionaryColumn, DistinctTexts, ParameterSpans, type RecordColumns, TextBytes } from '@sp/log-table'
import type { Masker } from '@sp/masking'
import { type BlockJob, type BlockRows, parseBlock, type ParsedBlock } from './parse-block.js'
import type { ParseThreads } from './parse-threads.js'
import { workAhead } from './work-ahead.js'

/**
 * Bytes of a block: enough that handing it over costs little, few enough that the work is spread evenly and that its arrays
 * do not grow old, which would make the collection of garbage dear. With the end of its last line it is one read.
 */
const BLOCK_BYTES = 2 ** 20 - 2 ** 15
/** Blocks for each thread that may be begun before they are asked for: so many that none waits for one that is slow. */
const BLOCKS_AHEAD = 12

/** Files of fewer bytes are parsed sooner than threads have started. */
const FEWEST_BYTES = 16 * 2 ** 20

/** Rows that were read and masked, and have no template yet. */
export interface MaskedRows extends RecordColumns {
  readonly raw: TextBytes
  readonly masked: DistinctTexts
  readonly parameters: ParameterSpans
}

/** How a source is read in blocks. */
export interface BlockOptions {
  /** Threads that turn blocks into rows as well; `count` says how many there are with this one. */
  readonly threads: Pick<ParseThreads, 'count' | 'free' | 'parse'>
  readonly masker: Pick<Masker, 'maskBytes'>
  readonly reading: ReadOptions
  readonly dictionaries: RecordDictionaries
  /** Default {@link BLOCK_BYTES}. */
  readonly blockBytes?: number
}

/**
 * The layout of a source that can be parsed in blocks, `null` for one that cannot, or need not: it is small, or only some
 * of its lines are wanted, or its formats are functions that no other thread has.
 */
export async function blockLayout(
  source: Source,
  reading: ReadOptions,
  fewestBytes = FEWEST_BYTES,
): Promise<LogLayout | null> {
  const { fromLine, toLine, formats } = reading
  const isWhole = fromLine === undefined && toLine === undefined
  if (!isWhole || source.path === undefined || formats !== undefined || (source.sizeBytes ?? 0) <= fewestBytes)
    return null
  return pieceLayout(source, reading)
}

/**
 * The rows of a source, block after block, as one reader would give them. Blocks are parsed ahead and put together in the
 * order of the source, so that neither their size nor who is quicker shows anywhere.
 * @param layout from {@link blockLayout}
 * @returns the rows, and a summary that is filled while they are put together
 */
export function parseInBlocks(
  source: Source,
  layout: LogLayout,
  options: BlockOptions,
): { readonly rows: AsyncGenerator<MaskedRows>; readonly summary: ReadSummary } {
  const { format, confidence, fallbacks } = layout
  const summary: Summary = { source: source.name, format, confidence, fallbacks, ...NO_COUNTS }
  return { rows: rowsOfBlocks(source, layout, summary, options), summary }
}

type Summary = { -readonly [Key in keyof ReadSummary]: ReadSummary[Key] }

async function* rowsOfBlocks(
  source: Source,
  layout: LogLayout,
  summary: Summary,
  options: BlockOptions,
): AsyncGenerator<MaskedRows> {
  const size = source.sizeBytes!
  const blocks = blockRanges(size, options.blockBytes ?? BLOCK_BYTES)
  const { threads, masker } = options
  const file = await open(source.path!)
  const { bootTimeMs, multiline, maxLineBytes } = options.reading
  const reading = { bootTimeMs, multiline, maxLineBytes }
  const about = { path: source.path!, descriptor: file.fd, layout, reading }
  let years: YearState = { year: layout.year ?? 0, previous: NaN }
  const parsed = workAhead({
    count: blocks.length,
    // The lines between are not read yet: the year is a guess, and nothing is known of the date before.
    jobAt: (block): BlockJob => ({ ...about, ...blocks[block], years: { year: years.year, previous: NaN } }),
    free: () => threads.free,
    elsewhere: (job) => threads.parse(job),
    here: (job) => parseBlock(job, masker),
    most: BLOCKS_AHEAD * threads.count,
  })
  try {
    for await (const { job, result } of parsed) {
      let block = result
      if (!Number.isNaN(block.firstDate)) {
        if (!givesSameDates(block.firstDate, job.years.year, years)) block = await parseBlock({ ...job, years }, masker)
        years = block.yearsAfter
      }
      const read = job.fromByte + block.summary.bytes
      if (read < Math.min(job.toByte, size)) throw becameShorter(source.name, size, read)
      yield* putTogether(source, block, summary.lines, options.dictionaries)
      for (const name of COUNTS) summary[name] += block.summary[name]
    }
  } finally {
    // Closed under a thread that reads, the descriptor could come to mean another file: by now all have ended.
    await file.close()
  }
}

interface ByteRange {
  readonly fromByte: number
  readonly toByte: number
}

const NO_COUNTS = {
  lines: 0,
  records: 0,
  bytes: 0,
  timestamps: 0,
  withoutHeader: 0,
  continuationLines: 0,
  invalidUtf8: 0,
  cutLines: 0,
  cutRecords: 0,
}
const COUNTS = Object.keys(NO_COUNTS) as (keyof typeof NO_COUNTS)[]

function blockRanges(size: number, blockBytes: number): ByteRange[] {
  return Array.from({ length: Math.ceil(size / blockBytes) }, (_, index) => ({
    fromByte: index * blockBytes,
    // What was appended since the size was taken belongs to the last block.
    toByte: (index + 1) * blockBytes >= size ? Number.MAX_SAFE_INTEGER : (index + 1) * blockBytes,
  }))
}

function* putTogether(
  source: Source,
  block: ParsedBlock,
  firstLine: number,
  dictionaries: RecordDictionaries,
): Generator<MaskedRows> {
  const sourceCode = dictionaries.source.codeOf(source.name)
  const hosts = Int32Array.from(block.hosts, (host) => dictionaries.host.codeOf(host))
  const processes = Int32Array.from(block.processes, (process) => dictionaries.process.codeOf(process))
  for (const rows of block.batches) {
    const { rowCount, bytes } = rows
    const raw = new TextBytes(bytes, rows.rawStart, rows.rawEnd)
    yield {
      rowCount,
      source: new DictionaryColumn(dictionaries.source.values, new Int32Array(rowCount).fill(sourceCode)),
      lineNo: movedOn(rows.lineNo, firstLine),
      byteOffset: rows.byteOffset,
      timestamp: rows.timestamp,
      host: new DictionaryColumn(dictionaries.host.values, translated(rows.host, hosts)),
      process: new DictionaryColumn(dictionaries.process.values, translated(rows.process, processes)),
      pid: rows.pid,
      severity: rows.severity,
      raw,
      masked: new DistinctTexts(block.masked[rows.maskedList], rows.maskedCode),
      parameters: new ParameterSpans(raw, spansOf(rows, block.typeNames)),
    }
  }
}

// The arrays of a block belong to whoever puts the blocks together, so they are changed where they are: every instant
// that this takes the other threads may have to wait.

function movedOn(lines: Int32Array, by: number): Int32Array {
  for (let row = 0; row < lines.length; row++) lines[row] += by
  return lines
}

function translated(codes: Int32Array, to: Int32Array): Int32Array {
  for (let row = 0; row < codes.length; row++) if (codes[row] >= 0) codes[row] = to[codes[row]]
  return codes
}

function spansOf(rows: BlockRows, typeNames: readonly string[]) {
  const { spanOffsets: offsets, spanTypes: types, spanStarts: starts, spanEnds: ends } = rows
  return { offsets, types, starts, ends, typeNames }
}
