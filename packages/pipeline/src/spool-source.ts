import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { openSources, type Source } from '@sp/log-reader'

/**
 * Copies a source that can be read only once (standard input) to a file, and gives a source of the same name that
 * can be read again.
 */
export async function spoolSource(source: Source, path: string): Promise<Source> {
  await pipeline(source.bytes(), createWriteStream(path))
  const [copy] = await openSources([path])
  return {
    name: source.name,
    sizeBytes: copy.sizeBytes,
    modifiedMs: source.modifiedMs,
    bytes: () => copy.bytes(),
    probe: copy.probe && (() => copy.probe!()),
    get bytesRead() {
      return copy.bytesRead
    },
  }
}
