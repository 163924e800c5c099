// Runs in the threads of ParseThreads: one block in, its rows out. Arrays are moved, not copied.
import { LogReaderError } from '@sp/log-reader'
import { Tinypool } from 'tinypool'
import { type BlockJob, type BlockRows, parseBlock } from './parse-block.js'
import type { BlockAnswer } from './parse-threads.js'

/** The rows of a block, or why there are none. */
export default async function parseBlockInThread(job: BlockJob): Promise<unknown> {
  try {
    const block = await parseBlock(job)
    return moved({ block }, block.batches)
  } catch (error) {
    // The class of an error does not cross threads.
    if (error instanceof LogReaderError) return { failure: { code: error.code, message: error.message } }
    throw error
  }
}

function moved(answer: BlockAnswer, batches: readonly BlockRows[]): unknown {
  const buffers = new Set(batches.flatMap(buffersOf))
  return Tinypool.move({ [Tinypool.transferableSymbol]: [...buffers], [Tinypool.valueSymbol]: answer } as never)
}

function buffersOf(rows: BlockRows): ArrayBuffer[] {
  const columns = Object.values(rows).filter((column) => ArrayBuffer.isView(column))
  // Small buffers of Node are pieces of one that they share, which must not be moved.
  const isPooled = rows.bytes.buffer.byteLength === Buffer.poolSize
  const own = isPooled ? columns.filter((column) => column !== rows.bytes) : columns
  return own.map((column) => column.buffer as ArrayBuffer)
}
