// Runs in the threads of ParseThreads: jobs in, their rows out. Arrays are moved, not copied.
import { parentPort, workerData } from 'node:worker_threads'
import { Masker, type MaskerOptions } from '@sp/masking'
import { type BlockRows, parseBlock } from './parse-block.js'
import type { BlockAnswer, BlockQuestion } from './parse-threads.js'
import { TextSender } from './sent-texts.js'
import { failureOf } from './thread-failure.js'

const port = parentPort!

function answerJobs(masker: Masker): void {
  const texts = new TextSender()
  // Not one after the other: while one is being read from the disk, the other is parsed.
  port.on('message', (question: BlockQuestion) => void answer(question, masker, texts))
  say('ready')
}

async function answer({ id, job }: BlockQuestion, masker: Masker, texts: TextSender): Promise<void> {
  try {
    const block = await parseBlock(job, masker)
    const masked = block.masked.map((list) => texts.piece(list))
    say({ id, block: { ...block, masked } }, [...new Set(block.batches.flatMap(buffersOf))])
  } catch (error) {
    say({ id, failure: failureOf(error as Error) })
  }
}

function say(what: BlockAnswer, moved: readonly ArrayBuffer[] = []): void {
  port.postMessage(what, moved)
}

function buffersOf(rows: BlockRows): ArrayBuffer[] {
  const columns = Object.values(rows).filter((column) => ArrayBuffer.isView(column))
  // Small buffers of Node are pieces of one that they share, which must not be moved.
  const isPooled = rows.bytes.buffer.byteLength === Buffer.poolSize
  const own = isPooled ? columns.filter((column) => column !== rows.bytes) : columns
  return own.map((column) => column.buffer as ArrayBuffer)
}

answerJobs(Masker.create(workerData as MaskerOptions))
