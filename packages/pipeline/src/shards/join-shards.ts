import { type EvidenceMiner } from '@sp/drain'
import type { ReadSummary } from '@sp/log-reader'
import { type ParsedLog, ParsedLogFile, type ParsedLogWriter } from '@sp/log-table'
import type { LogShard } from './log-shard.js'
import { kindOfId, type MinedShard } from './mine-shard.js'

/** A shard that was mined. */
export interface ShardRows {
  readonly shard: LogShard
  readonly mined: MinedShard
  /** File with its rows. */
  readonly rows: string
}

/**
 * The rows of all shards, one after the other, with the codes of the merged miner and the line numbers of whole logs.
 * Memory: one row group.
 * @returns how each log was read, in order
 */
export async function joinShards(
  shards: readonly ShardRows[],
  { miner, writer, signal }: { miner: EvidenceMiner; writer: ParsedLogWriter; signal?: AbortSignal },
): Promise<ReadSummary[]> {
  const summaries: ReadSummary[] = []
  for (const { shard, mined, rows } of shards) {
    const codes = miner.codesOf(mined.snapshot)
    const log = await ParsedLogFile.open(rows)
    try {
      let startRow = 0
      for (const [i, { source }] of shard.pieces.entries()) {
        const { summary } = mined.pieces[i]
        const linesBefore = summaries[source]?.lines ?? 0
        const endRow = startRow + summary.records
        for await (const batch of log.batches({ startRow, endRow })) {
          signal?.throwIfAborted()
          await writer.write(moved(batch, { log, codes, linesBefore }))
        }
        startRow = endRow
        summaries[source] = summaries[source] === undefined ? summary : added(summaries[source], summary)
      }
    } finally {
      await log.close()
    }
  }
  return summaries
}

function moved(
  batch: ParsedLog,
  { log, codes, linesBefore }: { log: ParsedLogFile; codes: Int32Array; linesBefore: number },
): ParsedLog {
  const kinds = log.templates.map(({ id }) => codes[kindOfId(id)])
  return {
    ...batch,
    lineNo: batch.lineNo.map((line) => line + linesBefore),
    template: batch.template.map((code) => (code < 0 ? -1 : kinds[code])),
  }
}

/** Of two pieces of a log, one behind the other: what was counted is added up. */
function added(one: ReadSummary, other: ReadSummary): ReadSummary {
  const counts = Object.entries(one).map(([key, value]) => {
    const isCount = typeof value === 'number' && key !== 'confidence'
    return [key, isCount ? value + (other[key as keyof ReadSummary] as number) : (value as unknown)]
  })
  return Object.fromEntries(counts) as ReadSummary
}
