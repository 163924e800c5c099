import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { z } from 'zod'
import { SOURCE_NAME } from '../flow/line-batch.js'
import { Problem } from './problems.js'

/** Name of a source in a request. */
export const SourceName = z.string().regex(SOURCE_NAME, 'a name of 1 to 256 visible characters')

/** One line of NDJSON or element of a JSON array. */
export const LineObject = z
  .object({
    line: z.string().optional().describe('The line, without its end. Line ends in it make it several lines.'),
    message: z.string().optional().describe('Another name for `line`.'),
    source: SourceName.optional().describe('Name of the source; default: that of the request.'),
  })
  .refine(({ line, message }) => line !== undefined || message !== undefined, 'it has neither "line" nor "message"')

/** A line of NDJSON: an object, or the line alone. */
export const LineValue = z.union([LineObject, z.string()])

/** Bytes of lines by source, in order of first appearance. */
export type LinesBySource = ReadonlyMap<string, Uint8Array>

/** How a body came. */
export interface BodyFacts {
  readonly mediaType: string
  readonly encoding: string | undefined
  /** Source of lines that name none. */
  readonly source: string
  /** Most bytes after decompression. */
  readonly mostBytes: number
}

/** The lines of a body, or the reason why none of them is taken. @throws {Problem} */
export async function linesOfBody(body: Buffer, facts: BodyFacts): Promise<LinesBySource> {
  const bytes = await decompressed(body, facts)
  if (facts.mediaType === 'text/plain') return bytes.length === 0 ? new Map() : new Map([[facts.source, ended(bytes)]])
  return facts.mediaType === 'application/json' ? linesOfArray(bytes, facts) : linesOfNdjson(bytes, facts)
}

const unzip = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)

async function decompressed(body: Buffer, { encoding = 'identity', mostBytes }: BodyFacts): Promise<Buffer> {
  const name = encoding.trim().toLowerCase()
  if (name === 'identity') return body
  if (name !== 'gzip' && name !== 'x-gzip') {
    throw new Problem(415, 'bad-encoding', 'the body may be gzip or as it is', { 'accept-encoding': 'gzip, identity' })
  }
  try {
    return await unzip(body, { maxOutputLength: mostBytes })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') {
      throw new Problem(400, 'bad-gzip', 'the body is no whole gzip')
    }
    throw new Problem(413, 'body-too-large', `the body is longer than ${mostBytes} bytes when decompressed`)
  }
}

function ended(bytes: Buffer): Uint8Array {
  return bytes[bytes.length - 1] === 10 ? bytes : Buffer.concat([bytes, LINE_END])
}

const LINE_END = Uint8Array.of(10)

function linesOfArray(bytes: Buffer, facts: BodyFacts): LinesBySource {
  const value = jsonOf(bytes.toString('utf8'), 'the body')
  const values = Array.isArray(value) ? (value as unknown[]) : [value]
  const lines = new LineTexts(facts.source)
  values.forEach((one, i) => lines.add(one, Array.isArray(value) ? `element ${i + 1}` : 'the body'))
  return lines.bytes()
}

function linesOfNdjson(bytes: Buffer, facts: BodyFacts): LinesBySource {
  const lines = new LineTexts(facts.source)
  bytes
    .toString('utf8')
    .split('\n')
    .forEach((text, i) => {
      if (text.trim() !== '') lines.add(jsonOf(text, `line ${i + 1}`), `line ${i + 1}`)
    })
  return lines.bytes()
}

class LineTexts {
  readonly #source: string
  readonly #texts = new Map<string, string[]>()

  constructor(source: string) {
    this.#source = source
  }

  add(value: unknown, place: string): void {
    const parsed = LineValue.safeParse(value)
    if (!parsed.success) throw new Problem(400, 'bad-lines', `${place}: ${issueOf(parsed.error)}; nothing was taken`)
    const one = typeof parsed.data === 'string' ? { line: parsed.data } : parsed.data
    const source = ('source' in one ? one.source : undefined) ?? this.#source
    const texts = this.#texts.get(source) ?? []
    if (texts.length === 0) this.#texts.set(source, texts)
    const text = one.line ?? ('message' in one ? one.message : undefined) ?? ''
    texts.push(text.endsWith('\n') ? text : text + '\n')
  }

  bytes(): LinesBySource {
    return new Map([...this.#texts].map(([source, texts]) => [source, Buffer.from(texts.join(''))]))
  }
}

function jsonOf(text: string, place: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Problem(400, 'bad-json', `${place} is not JSON; nothing was taken`)
  }
}

/** What is wrong, without what the client sent. */
export function issueOf(error: z.ZodError): string {
  const [issue] = error.issues
  const key = issue.path.join('.')
  return key === '' ? issue.message : `${key}: ${issue.message}`
}
