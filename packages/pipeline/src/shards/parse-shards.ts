import { readFile, rm } from 'node:fs/promises'
import { type BaseMiner, EvidenceMiner } from '@sp/drain'
import { givesSameDates, type ReadOptions, type Source, type YearState } from '@sp/log-reader'
import { ParsedLogWriter, writeFileAtomically } from '@sp/log-table'
import type { MaskerOptions } from '@sp/masking'
import { PipelineError } from '../errors.js'
import { jsonText } from '../json-file.js'
import type { LogSegment } from '../parse-log.js'
import type { RunControl } from '../progress.js'
import { type NormalLogs, normalLogsOf } from '../training/parse-normal.js'
import { joinShards, type ShardRows } from './join-shards.js'
import type { LogShard } from './log-shard.js'
import { mergeShards } from './merge-shards.js'
import { type MinedShard, type MineShard, mineShard, type PlainYears, type ShardJob } from './mine-shard.js'
import { planShards } from './plan-shards.js'

/** How a corpus is parsed in shards. */
export interface ShardOptions {
  /** Shards wanted, 1 or more. */
  readonly count: number
  /** Shards under way at a time, default all of them; for `mine` functions that have a queue of their own. */
  readonly ahead?: number
  /** Mines a shard, in another process or on another machine that sees the same files; default {@link mineShard}, here. */
  readonly mine?: MineShard
  /** Bytes below which no shard is cut, default 64 KiB. */
  readonly fewestBytes?: number
}

/**
 * As `parseNormal`, shard by shard: each is mined by itself, what they have learned is merged, and their rows get the
 * templates of all. Rows, templates and the miner's state are those of one process. Shards that an earlier run has left
 * in the folder are taken over.
 * @param folder for the files of the shards, which are removed at the end
 * @throws {PipelineError} `bad-options` when a log is no file
 */
export async function parseShards(
  segments: readonly LogSegment[],
  to: { readonly parsed: string; readonly miner: string; readonly folder: (name: string) => string },
  {
    masking,
    miner: given,
    reading = {},
    shards: { count, ahead, mine = mineShard, fewestBytes },
    onProgress,
    signal,
  }: RunControl & { masking: MaskerOptions; miner: BaseMiner; reading?: ReadOptions; shards: ShardOptions },
): Promise<NormalLogs> {
  const sources = shardable(segments, { miner: given, reading })
  const shards = await planShards(sources, { count, reading, fewestBytes })
  const mining = new ShardMining(shards, { masking, reading, mine, folder: to.folder, signal })
  const mined = await mining.all(ahead ?? shards.length, (done) =>
    onProgress?.({ step: 'mining shards', done, total: totalOf(sources), unit: 'bytes', records: 0 }),
  )
  const miner = mergeShards(mined.map(({ mined: { snapshot } }) => snapshot))
  const writer = await ParsedLogWriter.create(to.parsed)
  try {
    const summaries = await joinShards(mined, { miner, writer, signal })
    await writer.finish(miner.templates())
    await writeFileAtomically(to.miner, jsonText(miner.snapshot()))
    await mining.remove()
    return normalLogsOf(summaries, {
      records: writer.rowCount,
      templates: miner.templates(),
      firstTime: Math.min(...mined.map(({ mined: { firstTime } }) => firstTime ?? Infinity)),
      lastTime: Math.max(...mined.map(({ mined: { lastTime } }) => lastTime ?? -Infinity)),
    })
  } finally {
    await writer.abort()
  }
}

/** The logs, where shards can read them by themselves. */
function shardable(
  segments: readonly LogSegment[],
  { miner, reading }: { miner: BaseMiner; reading: ReadOptions },
): Source[] {
  if (segments.some(({ fromLine, toLine }) => fromLine !== undefined || toLine !== undefined)) {
    throw new PipelineError('bad-options', 'shards are made of whole logs; leave out the ranges of lines')
  }
  if (reading.formats !== undefined) {
    throw new PipelineError(
      'bad-options',
      'a shard knows the header formats that there are; leave out those of your own',
    )
  }
  if (!(miner instanceof EvidenceMiner) || miner.kinds().length > 0) {
    throw new PipelineError('bad-options', 'shards learn templates by evidence, from nothing; leave out the miner')
  }
  return segments.map(({ source }) => source)
}

/** The shards of a corpus while they are mined. */
class ShardMining {
  constructor(
    private readonly shards: readonly LogShard[],
    private readonly options: Pick<ShardJob, 'masking' | 'reading'> & {
      readonly mine: MineShard
      readonly folder: (name: string) => string
      readonly signal?: AbortSignal
    },
  ) {}

  /** Mines all shards, some at a time, then again those whose first date has turned out to have another year. */
  async all(ahead: number, onBytes: (done: number) => void): Promise<ShardRows[]> {
    const mined: MinedShard[] = []
    const waiting = [...this.shards]
    let done = 0
    const mineOn = async (): Promise<void> => {
      for (let shard = waiting.shift(); shard !== undefined; shard = waiting.shift()) {
        mined[shard.index] = await this.#mined(shard, null)
        done += mined[shard.index].pieces.reduce((sum, { summary }) => sum + summary.bytes, 0)
        onBytes(done)
      }
    }
    await Promise.all(Array.from({ length: Math.max(1, ahead) }, mineOn))
    await this.#settleYears(mined)
    return this.shards.map((shard) => ({ shard, mined: mined[shard.index], rows: this.#rows(shard) }))
  }

  /** Removes what shards have left. */
  async remove(): Promise<void> {
    for (const shard of this.shards) {
      for (const path of [this.#rows(shard), this.#result(shard)]) await rm(path, { force: true })
    }
  }

  /** As in {@link parseInBlocks}: what stands before a piece is known only when all before it were read. */
  async #settleYears(mined: MinedShard[]): Promise<void> {
    let before: { readonly source: number; readonly years: PlainYears } | null = null
    for (const { index, pieces } of this.shards) {
      const [{ source }] = pieces
      const known: PlainYears | null = before?.source === source ? before.years : null
      const { firstDate, guess } = mined[index].pieces[0]
      if (known !== null && firstDate !== null && !givesSameDates(firstDate, guess!, stateOf(known))) {
        mined[index] = await this.#mined(this.shards[index], known)
      }
      const last = mined[index].pieces.at(-1)!
      if (last.yearsAfter === null) before = null
      else if (last.firstDate !== null || known === null || pieces.length > 1) {
        before = { source: pieces.at(-1)!.source, years: last.yearsAfter }
      }
    }
  }

  async #mined(shard: LogShard, years: PlainYears | null): Promise<MinedShard> {
    const { mine, masking, reading, signal } = this.options
    const result = this.#result(shard)
    const known = await earlierResult(result)
    if (known !== null && years === null) return known
    const mined = await mine({ shard, masking, reading, years, rows: this.#rows(shard) }, signal)
    await writeFileAtomically(result, JSON.stringify(mined))
    return mined
  }

  #rows({ index }: LogShard): string {
    return this.options.folder(`shard-${index}-of-${this.shards.length}.parquet`)
  }

  #result({ index }: LogShard): string {
    return this.options.folder(`shard-${index}-of-${this.shards.length}.json`)
  }
}

async function earlierResult(path: string): Promise<MinedShard | null> {
  return readFile(path, 'utf8').then(
    (text) => JSON.parse(text) as MinedShard,
    () => null,
  )
}

function stateOf({ year, previous }: PlainYears): YearState {
  return { year, previous: previous ?? NaN }
}

function totalOf(sources: readonly Source[]): number {
  return sources.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0)
}
