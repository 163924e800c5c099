import {
  Dictionary,
  DistinctTexts,
  type ParsedLog,
  ParameterSpans,
  type SpanArrays,
  type TextBytes,
} from '@sp/log-table'
import {
  readRecords,
  type ReadOptions,
  type ReadSummary,
  type RecordBatch,
  type RecordDictionaries,
  type Source,
} from '@sp/log-reader'
import type { TemplateMiner } from '@sp/drain'
import type { RunControl } from './progress.js'

/** A source, or a run of its lines. */
export interface LogSegment {
  readonly source: Source
  /** First physical line, 0-based; default 0. */
  readonly fromLine?: number
  /** Line after the last; default the end. */
  readonly toLine?: number
}

/** Hides the variable parts of messages and keeps what it hid; `Masker` of `@sp/masking` is one. */
export interface MessageMasker {
  /**
   * The distinct masked texts, the index of each message's in them, and where what was hidden stands in the bytes, in
   * order of appearance.
   */
  maskBytes(messages: TextBytes): SpanArrays & { readonly values: readonly string[]; readonly codes: Int32Array }
}

/** How lines become rows. */
export interface ParseLogOptions extends RunControl {
  readonly masker: MessageMasker
  readonly miner: TemplateMiner
  readonly reading?: Omit<ReadOptions, 'fromLine' | 'toLine' | 'dictionaries' | 'signal'>
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
 * matches and groups what is new. Memory: one batch.
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
  let records = 0
  let bytesBefore = 0
  for (const { source, fromLine, toLine } of segments) {
    const stream = readRecords(source, { ...options.reading, fromLine, toLine, dictionaries, signal: options.signal })
    summaries.push(stream.summary)
    for await (const batch of stream) {
      options.signal?.throwIfAborted()
      yield mineBatch(batch, options)
      records += batch.rowCount
      const done = bytesBefore + source.bytesRead
      options.onProgress?.({ step: 'reading', done, total, unit: 'bytes', records })
    }
    bytesBefore += source.sizeBytes ?? source.bytesRead
  }
}

/** Empty dictionaries for the string columns of a stream. */
export function newDictionaries(): RecordDictionaries {
  return { source: new Dictionary(), host: new Dictionary(), process: new Dictionary() }
}

function mineBatch({ message, ...fields }: RecordBatch, { masker, miner }: ParseLogOptions): ParsedLog {
  const { values, codes, ...spans } = masker.maskBytes(message)
  const template = new Int32Array(fields.rowCount)
  for (let row = 0; row < template.length; row++) template[row] = miner.learn(values[codes[row]])
  const parameters = new ParameterSpans(message, spans)
  return { ...fields, masked: new DistinctTexts(values, codes), template, parameters }
}

function totalBytes(segments: readonly LogSegment[]): number | null {
  let total = 0
  for (const { source } of segments) {
    if (source.sizeBytes === null) return null
    total += source.sizeBytes
  }
  return total
}
