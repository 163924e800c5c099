import { SOURCE_NAME } from '../flow/line-batch.js'
import { listOf, type RedisReply, textOf } from './redis-connection.js'

/** An entry of a stream of lines. */
export interface StreamEntry {
  readonly id: string
  readonly source: string
  /** Lines with their ends; empty where the entry holds none. */
  readonly bytes: Buffer
}

/** Fields that hold lines, in the order in which they are looked for. */
const LINE_FIELDS = ['lines', 'line', 'message'] as const

/**
 * Entries of a stream as Redis gives them. Fields: `source`, and `lines` (one or more with line ends between), or `line`
 * or `message`.
 * @param otherwise name of the source where an entry names none, or none that is a name
 */
export function entriesFrom(reply: RedisReply, otherwise: string): StreamEntry[] {
  return listOf(reply).flatMap((entry) => {
    const [id, pairs] = listOf(entry)
    // An entry that was deleted while it was pending has no fields.
    if (id === undefined) return []
    const fields = new Map<string, RedisReply>()
    const list = listOf(pairs ?? null)
    for (let i = 0; i + 1 < list.length; i += 2) fields.set(textOf(list[i]), list[i + 1])
    const name = fields.has('source') ? textOf(fields.get('source')!) : otherwise
    const lines = LINE_FIELDS.map((field) => fields.get(field)).find((value) => value !== undefined)
    return { id: textOf(id), source: SOURCE_NAME.test(name) ? name : otherwise, bytes: withEnd(lines ?? null) }
  })
}

function withEnd(lines: RedisReply): Buffer {
  if (lines === null) return Buffer.alloc(0)
  const bytes = Buffer.isBuffer(lines) ? lines : Buffer.from(String(lines))
  return bytes.length === 0 || bytes[bytes.length - 1] === 10 ? bytes : Buffer.concat([bytes, Buffer.from('\n')])
}
