import type { TemplateMiner } from '@sp/drain'
import {
  readRecords,
  type ReadOptions,
  type ReadSummary,
  type RecordBatch,
  type RecordDictionaries,
  type Source,
} from '@sp/log-reader'
import {
  Dictionary,
  DistinctTexts,
  type ParsedLog,
  ParameterSpans,
  type SpanArrays,
  type TextBytes,
} from '@sp/log-table'
import type { MaskerOptions } from '@sp/masking'
import { blockLayout, type MaskedRows, parseInBlocks } from './parse-in-blocks.js'
import { ParseThreads } from './parse-threads.js'
import type { RunControl } from './progress.js'

/** A source, or a run of its lines. */
export interface LogSegment {
  readonly source: Source
  /** First physical line, 0-based; default 0. */
  readonly fromLine?: number
  /** Line after the last; default the end. */
  readonly toLine?: number
}

/** A whole source, or some of its lines. */
export function segmentOf(log: Source | LogSegment): LogSegment {
  return 'source' in log ? log : { source: log }
}

/** Hides the variable parts of messages and keeps what it hid; `Masker` of `@sp/masking` is one. */
export interface MessageMasker {
  /**
   * The distinct masked texts, the index of each message's in them, and where what was hidden stands in the bytes, in
   * order of appearance.
   */
  maskBytes(messages: TextBytes): SpanArrays & { readonly values: readonly string[]; readonly codes: Int32Array }
  /** What `Masker.create` needs to make another like it; without it everything is done in one thread. */
  readonly options?: MaskerOptions
}

/** How lines become rows. */
export interface ParseLogOptions extends RunControl {
  readonly masker: MessageMasker
  readonly miner: TemplateMiner
  readonly reading?: Omit<ReadOptions, 'fromLine' | 'toLine' | 'dictionaries' | 'signal'>
  /**
   * Threads that read and mask, the calling one among them; default 1, that one alone. The rows do not depend on it. Plain
   * files of more than 16 MiB are split by ranges of bytes; each thread adds about 50 MB. Compressed files, streams, exports of the
   * journal, ranges of lines, own header formats and maskers without `options` are left to the calling thread.
   */
  readonly workers?: number
  /** Strings of an earlier call on the same stream, so that codes go on meaning the same. */
  readonly dictionaries?: RecordDictionaries
}

/** The rows of some segments, one after the other, and what reading them showed. */
export interface LogParse extends AsyncIterable<ParsedLog> {
  /** One per segment, filled while its lines are read. */
  readonly summaries: readonly ReadSummary[]
}

/**
 * Reads, masks and mines: bytes → records → masked messages → template codes. Training, batch inference and
 * streaming all parse through here. A learning miner (`EvidenceMiner`, `Drain`) learns; one over frozen templates (`NoveltyMiner`)
 * matches and groups what is new. Memory: one batch; with `workers`, at most twelve blocks of
 * 1 MiB and their columns for each.
 */
export function parseLog(segments: readonly LogSegment[], options: ParseLogOptions): LogParse {
  const summaries: ReadSummary[] = []
  return { summaries, [Symbol.asyncIterator]: () => parseSegments(segments, options, summaries) }
}

async function* parseSegments(
  segments: readonly LogSegment[],
  options: ParseLogOptions,
  summaries: ReadSummary[],
): AsyncGenerator<ParsedLog, void, undefined> {
  const dictionaries = options.dictionaries ?? newDictionaries()
  const total = totalBytes(segments)
  const threads = new ParseThreads(options.workers ?? 1, options.masker.options)
  let records = 0
  let bytesBefore = 0
  try {
    for (const segment of segments) {
      const { source } = segment
      const { rows, summary } = await maskedRows(segment, { ...options, dictionaries }, threads)
      summaries.push(summary)
      for await (const batch of rows) {
        options.signal?.throwIfAborted()
        yield minedRows(batch, options.miner)
        records += batch.rowCount
        const done = bytesBefore + Math.max(source.bytesRead, summary.bytes)
        options.onProgress?.({ step: 'reading', done, total, unit: 'bytes', records })
      }
      bytesBefore += source.sizeBytes ?? source.bytesRead
    }
  } finally {
    await threads.close()
  }
}

/** The rows of a segment, read by threads where there are some and the source allows it. */
export async function maskedRows(
  { source, fromLine, toLine }: LogSegment,
  options: Pick<ParseLogOptions, 'masker' | 'reading' | 'signal'> & { readonly dictionaries: RecordDictionaries },
  threads: ParseThreads,
): Promise<{ rows: AsyncIterable<MaskedRows>; summary: ReadSummary }> {
  const { masker, dictionaries, signal } = options
  const reading = { ...options.reading, fromLine, toLine }
  const layout = threads.count > 1 ? await blockLayout(source, reading) : null
  if (layout !== null) {
    threads.start()
    return parseInBlocks(source, layout, { threads, masker, reading, dictionaries })
  }
  const stream = readRecords(source, { ...reading, dictionaries, signal })
  return { rows: maskBatches(stream, masker), summary: stream.summary }
}

async function* maskBatches(batches: AsyncIterable<RecordBatch>, masker: MessageMasker): AsyncGenerator<MaskedRows> {
  for await (const batch of batches) yield maskedBatch(batch, masker)
}

/** Records with the variable parts of their messages found. */
// Written out: taking fields from an object by leaving others out costs as much as five lines.
export function maskedBatch(batch: RecordBatch, masker: MessageMasker): MaskedRows {
  const spans = masker.maskBytes(batch.message)
  return {
    rowCount: batch.rowCount,
    source: batch.source,
    lineNo: batch.lineNo,
    byteOffset: batch.byteOffset,
    timestamp: batch.timestamp,
    host: batch.host,
    process: batch.process,
    pid: batch.pid,
    severity: batch.severity,
    raw: batch.raw,
    masked: new DistinctTexts(spans.values, spans.codes),
    parameters: new ParameterSpans(batch.message, spans),
  }
}

/** Rows with the templates that a miner gives them, in order. */
export function minedRows(rows: MaskedRows, miner: TemplateMiner): ParsedLog {
  const { values, codes } = rows.masked
  const template = miner.learnAll?.(rows.masked) ?? codes.map((code) => miner.learn(values[code]))
  return { ...rows, template }
}

/** Empty dictionaries for the string columns of a stream. */
export function newDictionaries(): RecordDictionaries {
  return { source: new Dictionary(), host: new Dictionary(), process: new Dictionary() }
}

/** Bytes on disk of all segments; `null` where one is not known. */
export function totalBytes(segments: readonly LogSegment[]): number | null {
  let total = 0
  for (const { source } of segments) {
    if (source.sizeBytes === null) return null
    total += source.sizeBytes
  }
  return total
}
