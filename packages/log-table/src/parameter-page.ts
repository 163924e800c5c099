import { type ParameterColumn, ParameterSpans } from './parameter-column.js'
import { parametersToJson } from './parameter-json.js'
import type { TextPage } from './text-page.js'

/** Adds the parameters of some rows to a page, each row a JSON array of `{"type", "value"}`. */
export function appendParameterJson(
  page: TextPage,
  parameters: ParameterColumn,
  { from, to }: { readonly from: number; readonly to: number },
): void {
  if (parameters instanceof ParameterSpans) {
    const writer = new SpanWriter(parameters)
    for (let row = from; row < to; row++) writer.append(page, row)
    return
  }
  page.append(Array.from({ length: to - from }, (_, row) => parametersToJson(parameters, from + row)))
}

const QUOTE = 34
const BACKSLASH = 92
const COMMA = 44
const END = Buffer.from('"}')

/** Writes rows of parameters that are places in bytes, as bytes: no string is made of a value. */
class SpanWriter {
  readonly #parameters: ParameterSpans
  /** By type, what stands before a value. */
  readonly #heads: readonly Buffer[]
  readonly #longestHead: number

  constructor(parameters: ParameterSpans) {
    this.#parameters = parameters
    this.#heads = parameters.spans.typeNames.map((name) => Buffer.from(`{"type":${JSON.stringify(name)},"value":"`))
    this.#longestHead = Math.max(0, ...this.#heads.map((head) => head.length))
  }

  append(page: TextPage, row: number): void {
    const { offsets, starts, ends } = this.#parameters.spans
    let size = 2
    for (let i = offsets[row]; i < offsets[row + 1]; i++) {
      // Six bytes are the most that an escaped one becomes.
      size += this.#longestHead + 6 * (ends[i] - starts[i]) + END.length + 1
    }
    page.appendWritten(size, (bytes, at) => this.#write(bytes, at, row))
  }

  #write(bytes: Buffer, start: number, row: number): number {
    const { texts, spans } = this.#parameters
    const { offsets, types, starts, ends } = spans
    let at = start
    bytes[at++] = 91 // [
    for (let i = offsets[row]; i < offsets[row + 1]; i++) {
      if (i > offsets[row]) bytes[at++] = COMMA
      at = copy(this.#heads[types[i]], bytes, at)
      at = isPlain(texts.bytes, starts[i], ends[i])
        ? copyPiece(texts.bytes, starts[i], ends[i], bytes, at)
        : at + bytes.write(JSON.stringify(texts.textBetween(starts[i], ends[i])).slice(1, -1), at)
      at = copy(END, bytes, at)
    }
    bytes[at++] = 93 // ]
    return at
  }
}

/** Whether no byte has to be escaped in JSON. */
function isPlain(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = bytes[at]
    if (code === QUOTE || code === BACKSLASH || code < 32) return false
  }
  return true
}

function copy(source: Uint8Array, target: Buffer, at: number): number {
  for (let i = 0; i < source.length; i++) target[at + i] = source[i]
  return at + source.length
}

function copyPiece(source: Uint8Array, start: number, end: number, target: Buffer, at: number): number {
  for (let i = start; i < end; i++) target[at++] = source[i]
  return at
}
