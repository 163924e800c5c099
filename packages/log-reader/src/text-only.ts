import { LogReaderError } from './errors.js'
import { CHECKED_BYTES, contentKind, type ContentKind } from './text-check.js'

/**
 * The chunks of a stream, once its first bytes have shown that it is text.
 * @throws {LogReaderError} `binary-file`, `empty-log`
 */
export async function* textOnly(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  let head: Uint8Array | null = new Uint8Array(0)
  for await (const chunk of chunks) {
    if (head === null) {
      yield chunk
      continue
    }
    head = Buffer.concat([head, chunk])
    if (head.length < CHECKED_BYTES) continue
    yield checked(head, name)
    head = null
  }
  if (head !== null) yield checked(head, name)
}

/** What to say of content that cannot be read as a log. */
export function refusal(path: string, kind: Exclude<ContentKind, 'text'>): LogReaderError {
  if (kind === 'empty') return new LogReaderError('empty-log', `${path}: the file is empty; there is nothing to read`)
  if (kind === 'utf-16') {
    const advice = `convert it first: iconv -f UTF-16 -t UTF-8 "${path}"`
    return new LogReaderError('binary-file', `${path}: the file is UTF-16, logs are read as UTF-8; ${advice}`)
  }
  return new LogReaderError(
    'binary-file',
    `${path}: the file is binary, not text; name a text log, plain, gzip or zstd`,
  )
}

function checked(head: Uint8Array, name: string): Uint8Array {
  const kind = contentKind(head.subarray(0, CHECKED_BYTES))
  if (kind !== 'text') throw refusal(name, kind)
  return head
}
