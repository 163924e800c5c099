import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Source } from '@sp/log-reader'
import { spoolSource } from '../spool-source.js'

/**
 * Sources that can be read more than once: those that cannot (standard input, pipes) are copied into a folder, which is
 * removed when `work` is done.
 * @param folder beside which the copies lie
 */
export async function withReopenable<T>(
  sources: readonly Source[],
  folder: string,
  work: (sources: readonly Source[]) => Promise<T>,
): Promise<T> {
  if (sources.every((source) => source.probe !== undefined)) return work(sources)
  const spool = `${folder}-input-${randomUUID()}`
  try {
    await mkdir(spool, { recursive: true })
    const copies: Source[] = []
    for (const [index, source] of sources.entries()) {
      copies.push(source.probe ? source : await spoolSource(source, join(spool, `${index}.log`)))
    }
    return await work(copies)
  } finally {
    await rm(spool, { recursive: true, force: true })
  }
}
