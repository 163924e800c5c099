import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { openSources, type Source } from '@sp/log-reader'

/**
 * Copies a source that can be read only once (standard input) to a file, and gives a source of the same name that
 * can be read again.
 */
export async function spoolSource(source: Source, path: string): Promise<Source> {
  await pipeline(source.bytes(), createWriteStream(path))
  const [copy] = await openSources([path])
  const { size } = await stat(path)
  return {
    name: source.name,
    sizeBytes: size,
    modifiedMs: null,
    bytes: () => copy.bytes(),
    get bytesRead() {
      return copy.bytesRead
    },
  }
}
