import { pieceLayout, type ReadOptions, type Source } from '@sp/log-reader'
import { PipelineError } from '../errors.js'
import type { LogShard, ShardPiece } from './log-shard.js'

/** A shard of fewer bytes costs more than it saves. */
const FEWEST_BYTES = 64 * 2 ** 10

/**
 * Cuts logs into shards of about the same number of bytes, by file and by range of bytes; fewer where there is little.
 * Logs that can only be read as a whole belong to the shard in which they begin.
 * @param count shards wanted, 1 or more
 * @throws {PipelineError} `bad-options` when a log is no file, or the count none
 * @throws {LogReaderError} as `readRecords`
 */
export async function planShards(
  sources: readonly Source[],
  { count, reading = {}, fewestBytes = FEWEST_BYTES }: { count: number; reading?: ReadOptions; fewestBytes?: number },
): Promise<LogShard[]> {
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new PipelineError('bad-options', `${count} shards; give a whole number from 1 on`)
  }
  const total = sources.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0)
  const target = Math.max(fewestBytes, Math.ceil(total / count))
  const shards: ShardPiece[][] = []
  let before = 0
  for (const [index, source] of sources.entries()) {
    for (const { shard, piece } of await piecesOf(source, { index, before, target, reading })) {
      ;(shards[shard] ??= []).push(piece)
    }
    before += source.sizeBytes ?? 0
  }
  return shards.filter((pieces) => pieces !== undefined).map((pieces, index) => ({ index, pieces }))
}

/** The pieces of a log, each with the shard that it belongs to: borders lie at multiples of the target. */
async function piecesOf(
  source: Source,
  { index, before, target, reading }: { index: number; before: number; target: number; reading: ReadOptions },
): Promise<{ shard: number; piece: ShardPiece }[]> {
  const { path, sizeBytes } = source
  if (path === undefined || sizeBytes === null) {
    throw new PipelineError(
      'bad-options',
      `${source.name} is no file, so no shard can read it by itself; save it first`,
    )
  }
  const first = Math.floor(before / target)
  const last = Math.floor(Math.max(before, before + sizeBytes - 1) / target)
  const layout = first === last ? null : await pieceLayout(source, reading)
  if (layout === null) return [{ shard: first, piece: { source: index, path, fromByte: 0, toByte: null, layout } }]
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const shard = first + i
    const fromByte = Math.max(0, shard * target - before)
    // What was appended since the size was taken belongs to the last piece.
    const toByte = shard === last ? null : (shard + 1) * target - before
    return { shard, piece: { source: index, path, fromByte, toByte, layout } }
  })
}
