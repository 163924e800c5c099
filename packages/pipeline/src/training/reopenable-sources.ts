import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { LogSegment } from '../parse-log.js'
import { spoolSource } from '../spool-source.js'

/**
 * Segments whose sources can be read more than once: those that cannot (standard input, pipes) are copied into a folder,
 * which is removed when `work` is done.
 * @param folder beside which the copies lie
 */
export async function withReopenable<T>(
  segments: readonly LogSegment[],
  folder: string,
  work: (segments: readonly LogSegment[]) => Promise<T>,
): Promise<T> {
  if (segments.every(({ source }) => source.probe !== undefined)) return work(segments)
  const spool = `${folder}-input-${randomUUID()}`
  try {
    await mkdir(spool, { recursive: true })
    const copies: LogSegment[] = []
    for (const [index, segment] of segments.entries()) {
      const { source } = segment
      const copy = source.probe ? source : await spoolSource(source, join(spool, `${index}.log`))
      copies.push({ ...segment, source: copy })
    }
    return await work(copies)
  } finally {
    await rm(spool, { recursive: true, force: true })
  }
}
