import { createHash } from 'node:crypto'
import { ParsedLogFile } from '@sp/log-table'

/** Rows `from <= row < to`. */
export interface RowRange {
  readonly from: number
  readonly to: number
}

/** Rows of a parsed log that stand for all of them. */
export interface RowSample {
  /** Ascending, with a gap between each two. */
  readonly ranges: readonly RowRange[]
  /** Rows in them. */
  readonly rows: number
  /** Rows of the log: each row of the sample stands for `of / rows`. */
  readonly of: number
}

/**
 * Bytes of a source that are taken together or left out together: thousands of rows, so that few windows and steps of
 * processes are cut by its ends.
 */
const BLOCK_BYTES = 256 * 1024

interface Block extends RowRange {
  readonly key: string
}

/**
 * A sample of blocks of rows, every block with the same chance. A block is known by the number of its source, in the
 * order in which they were given, and the bytes at which it lies, and its key, a hash of these and the seed, says how early it is taken: those with the smallest keys are the
 * sample (bottom-k sampling, Cohen & Kaplan 2007, which is a reservoir that can be merged). So neither the order of rows
 * nor how the log was cut into shards nor the folder that it lies in decides what is in it.
 * @param mostRows rows that the sample holds at most; at least one block
 * @returns `null` where the log has no more rows
 */
export async function sampleRows(
  parsed: string,
  { mostRows, seed, signal }: { readonly mostRows: number; readonly seed: number; readonly signal?: AbortSignal },
): Promise<RowSample | null> {
  const log = await ParsedLogFile.open(parsed)
  try {
    if (log.rowCount <= mostRows) return null
    const blocks = await blocksOf(log, { seed, signal })
    blocks.sort((a, b) => (a.key < b.key ? -1 : 1))
    const ranges = joined(firstOf(blocks, mostRows).sort((a, b) => a.from - b.from))
    return { ranges, rows: ranges.reduce((sum, range) => sum + sizeOf(range), 0), of: log.rowCount }
  } finally {
    await log.close()
  }
}

/** The sample without its first rows. */
export function withoutFirst({ ranges, rows, of }: RowSample, count: number): RowSample {
  let left = count
  const rest = ranges.flatMap(({ from, to }) => {
    const start = from + Math.min(left, to - from)
    left -= start - from
    return start < to ? [{ from: start, to }] : []
  })
  return { ranges: rest, rows: Math.max(0, rows - count), of }
}

/** Says of rows of the log which of the sample they are, −1 for those that are not in it. */
export function placeInSample({ ranges }: RowSample): (row: number) => number {
  const before: number[] = []
  ranges.reduce((sum, range) => before.push(sum) && sum + sizeOf(range), 0)
  return (row) => {
    let [low, high] = [0, ranges.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (ranges[middle].to <= row) low = middle + 1
      else high = middle
    }
    const range = ranges[low]
    return range !== undefined && row >= range.from ? before[low] + row - range.from : -1
  }
}

async function blocksOf(
  log: ParsedLogFile,
  { seed, signal }: { readonly seed: number; readonly signal?: AbortSignal },
): Promise<Block[]> {
  const blocks: Block[] = []
  const sources = new Map<string, number>()
  let [row, from, source, number] = [0, 0, -1, -1]
  function end(): void {
    if (row > from) blocks.push({ key: keyOf(seed, source, number), from, to: row })
    from = row
  }
  for await (const batch of log.batches({ columns: ['source', 'byteOffset'] })) {
    signal?.throwIfAborted()
    for (let i = 0; i < batch.rowCount; i++, row++) {
      const name = batch.source.at(i) ?? ''
      const block = Math.floor(batch.byteOffset[i] / BLOCK_BYTES)
      if (!sources.has(name)) sources.set(name, sources.size)
      if (sources.get(name) === source && block === number) continue
      end()
      source = sources.get(name)!
      number = block
    }
  }
  end()
  return blocks
}

/** The first blocks that have room together. */
function firstOf(blocks: readonly Block[], mostRows: number): Block[] {
  const chosen = [blocks[0]]
  let rows = sizeOf(blocks[0])
  for (const block of blocks.slice(1)) {
    rows += sizeOf(block)
    if (rows > mostRows) break
    chosen.push(block)
  }
  return chosen
}

function keyOf(...identity: readonly number[]): string {
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex')
}

function joined(ranges: readonly RowRange[]): RowRange[] {
  const whole: { from: number; to: number }[] = []
  for (const { from, to } of ranges) {
    const last = whole.at(-1)
    if (last?.to === from) last.to = to
    else whole.push({ from, to })
  }
  return whole
}

function sizeOf({ from, to }: RowRange): number {
  return to - from
}
