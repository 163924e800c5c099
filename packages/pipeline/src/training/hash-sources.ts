import { createHash } from 'node:crypto'
import type { LogSegment } from '../parse-log.js'
import type { RunControl } from '../progress.js'

/** SHA-256 of the content of logs and the lines taken of it, in order, 64 hexadecimal digits; names do not count. */
export async function hashSources(
  segments: readonly LogSegment[],
  { onProgress, signal }: RunControl = {},
): Promise<string> {
  const all = createHash('sha256')
  const total = segments.reduce((sum, { source }) => sum + (source.sizeBytes ?? 0), 0)
  let before = 0
  for (const { source, fromLine, toLine } of segments) {
    const own = createHash('sha256')
    for await (const chunk of source.bytes()) {
      signal?.throwIfAborted()
      own.update(chunk)
      onProgress?.({ step: 'hashing', done: before + source.bytesRead, total, unit: 'bytes', records: 0 })
    }
    before += source.bytesRead
    all.update(own.digest())
    if (fromLine !== undefined || toLine !== undefined) all.update(`${fromLine ?? 0}-${toLine ?? ''}`)
  }
  return all.digest('hex')
}
