import { createHash } from 'node:crypto'
import type { Source } from '@sp/log-reader'
import type { RunControl } from '../progress.js'

/** SHA-256 of the content of logs in their order, 64 hexadecimal digits: by what they hold, not by their names. */
export async function hashSources(
  sources: readonly Source[],
  { onProgress, signal }: RunControl = {},
): Promise<string> {
  const all = createHash('sha256')
  const total = sources.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0)
  let before = 0
  for (const source of sources) {
    const own = createHash('sha256')
    for await (const chunk of source.bytes()) {
      signal?.throwIfAborted()
      own.update(chunk)
      onProgress?.({ step: 'hashing', done: before + source.bytesRead, total, unit: 'bytes', records: 0 })
    }
    before += source.bytesRead
    all.update(own.digest())
  }
  return all.digest('hex')
}
