import { EvidenceMiner, type EvidenceSnapshot } from '@sp/drain'
import {
  openSources,
  type ReadOptions,
  readPiece,
  readRecords,
  type ReadSummary,
  type RecordDictionaries,
  type RecordStream,
  type Source,
  type YearState,
  YearTracker,
} from '@sp/log-reader'
import { ParsedLogWriter, type TemplateTable } from '@sp/log-table'
import { Masker, type MaskerOptions } from '@sp/masking'
import { maskedBatch, minedRows, newDictionaries } from '../parse-log.js'
import type { LogShard, ShardPiece } from './log-shard.js'

/** A shard to be mined: plain data, fit for another process or machine. */
export interface ShardJob {
  readonly shard: LogShard
  readonly masking: MaskerOptions
  readonly reading: Omit<ReadOptions, 'fromLine' | 'toLine' | 'dictionaries' | 'signal' | 'formats'>
  /**
   * Where the dates stand before the first piece, for logs whose dates name no year; `null` where that is not known: then
   * the year of the log's first line is taken for it.
   */
  readonly years: PlainYears | null
  /** File for the rows, whose templates are kinds of messages of this shard. */
  readonly rows: string
}

/** A {@link YearState} that survives JSON: `null` for no date. */
export interface PlainYears {
  readonly year: number
  readonly previous: number | null
}

/** What a shard showed. */
export interface MinedShard {
  readonly snapshot: EvidenceSnapshot
  /** One a piece. */
  readonly pieces: readonly MinedPiece[]
  /** Milliseconds since 1970; `null` without times. */
  readonly firstTime: number | null
  readonly lastTime: number | null
}

/** What a piece of a log showed. */
export interface MinedPiece {
  readonly summary: ReadSummary
  /** The first date without a year, as `YearTracker.first`; `null` for none. */
  readonly firstDate: number | null
  /** Year that it was read with; `null` for a log that was read as a whole. */
  readonly guess: number | null
  readonly yearsAfter: PlainYears | null
}

/** Mines a shard, here or elsewhere. */
export type MineShard = (job: ShardJob, signal?: AbortSignal) => Promise<MinedShard>

/**
 * Reads, masks and mines a shard by itself, and keeps its rows for {@link joinShards}. Memory: one batch, and the miner.
 * @throws {LogReaderError} as `readRecords`; {@link LogTableError} `write-failed`
 */
export async function mineShard(job: ShardJob, signal?: AbortSignal): Promise<MinedShard> {
  const miner = EvidenceMiner.create()
  const masker = Masker.create(job.masking)
  const dictionaries = newDictionaries()
  const writer = await ParsedLogWriter.create(job.rows)
  const pieces: MinedPiece[] = []
  let [firstTime, lastTime] = [Infinity, -Infinity]
  try {
    for (const [index, piece] of job.shard.pieces.entries()) {
      const opened = await openPiece(piece, { ...job, years: index === 0 ? job.years : null, dictionaries, signal })
      for await (const batch of opened.stream) {
        signal?.throwIfAborted()
        for (const time of batch.timestamp) {
          if (time < firstTime) firstTime = time
          if (time > lastTime) lastTime = time
        }
        await writer.write(minedRows(maskedBatch(batch, masker), miner))
      }
      pieces.push(opened.mined())
    }
    const snapshot = miner.snapshot()
    await writer.finish(kindTable(snapshot))
    const hasTimes = Number.isFinite(firstTime)
    return { snapshot, pieces, firstTime: hasTimes ? firstTime : null, lastTime: hasTimes ? lastTime : null }
  } finally {
    await writer.abort()
  }
}

/** The kind of messages that stands in a shard's file as the template of this id. */
export function kindOfId(id: string): number {
  return Number(id.slice(1))
}

function kindTable({ kinds }: EvidenceSnapshot): TemplateTable {
  return kinds.map(({ count }, code) => ({ id: `k${code}`, text: '', count }))
}

interface OpenedPiece {
  readonly stream: RecordStream
  /** What it showed, once it was read. */
  mined(): MinedPiece
}

async function openPiece(
  { path, layout, fromByte, toByte }: ShardPiece,
  {
    reading,
    years,
    dictionaries,
    signal,
  }: Pick<ShardJob, 'reading' | 'years'> & { dictionaries: RecordDictionaries; signal?: AbortSignal },
): Promise<OpenedPiece> {
  const [source] = await openSources([path])
  if (layout === null) {
    const stream = readRecords(source, { ...reading, dictionaries, signal })
    return { stream, mined: () => ({ summary: { ...stream.summary }, firstDate: null, guess: null, yearsAfter: null }) }
  }
  const guess = years?.year ?? layout.year ?? 0
  const tracker = new YearTracker(guess, years?.previous ?? NaN)
  const piece = { layout, fromByte, toByte: toByte ?? Number.MAX_SAFE_INTEGER, years: tracker }
  const stream = readPiece(source, piece, { ...reading, dictionaries })
  return { stream, mined: () => minedPiece(source, stream, { tracker, layout, guess }) }
}

function minedPiece(
  { name }: Source,
  { summary }: RecordStream,
  { tracker, layout, guess }: { tracker: YearTracker; layout: NonNullable<ShardPiece['layout']>; guess: number },
): MinedPiece {
  const { format, confidence, fallbacks } = layout
  return {
    summary: { ...summary, source: name, format, confidence, fallbacks },
    firstDate: Number.isNaN(tracker.first) ? null : tracker.first,
    guess,
    yearsAfter: plainYears(tracker.state),
  }
}

function plainYears({ year, previous }: YearState): PlainYears {
  return { year, previous: Number.isNaN(previous) ? null : previous }
}
