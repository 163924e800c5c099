import { ParameterSpans, type ParameterColumn } from '@sp/log-table'

/** Types of parameters that tell one thing from another, whatever figures they are made of: no amount of anything. */
const NAMES: ReadonlySet<string> = new Set(['HEX', 'ID'])

/**
 * Calls back with each parameter of a row as a number: with or without a unit (`12`, `-0.5`, `350ms`, `42C`), else NaN;
 * NaN too for identifiers and hex digits. Where parameters are places in bytes, no string is made.
 */
export function visitNumbers(parameters: ParameterColumn, row: number, visit: (value: number) => void): void {
  if (parameters instanceof ParameterSpans) {
    const { texts, spans } = parameters
    for (let i = spans.offsets[row]; i < spans.offsets[row + 1]; i++) {
      const isName = NAMES.has(spans.typeNames[spans.types[i]])
      visit(isName ? NaN : numberInBytes(texts.bytes, spans.starts[i], spans.ends[i]))
    }
    return
  }
  parameters.visit(row, (type, value) => visit(NAMES.has(type) ? NaN : numberOf(value)))
}

/** A text as a number; the reference for {@link numberInBytes}. */
export function numberOf(text: string): number {
  const match = /^(-?\d{1,15}(?:\.\d{1,9})?)[a-zA-Z%]{0,4}$/.exec(text)
  return match === null ? NaN : Number(match[1])
}

/** The same of bytes between two positions. */
export function numberInBytes(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  const isNegative = from < to && bytes[from] === MINUS
  if (isNegative) at++
  let digits = 0
  let value = 0
  for (; at < to && isDigit(bytes[at]); at++, digits++) value = 10 * value + bytes[at] - ZERO
  if (digits === 0 || digits > 15) return NaN
  let decimals = 0
  if (bytes[at] === DOT && at + 1 < to && isDigit(bytes[at + 1])) {
    for (at++; at < to && isDigit(bytes[at]); at++, decimals++) value = 10 * value + bytes[at] - ZERO
    if (decimals > 9) return NaN
  }
  if (to - at > 4) return NaN
  const end = at
  for (; at < to; at++) if (!isUnit(bytes[at])) return NaN
  // Up to 15 digits are exact, and so is the power of ten: their quotient is rounded as the text would be.
  if (digits + decimals > 15) return Number(String.fromCharCode(...bytes.subarray(from, end)))
  const size = value / POWERS_OF_TEN[decimals]
  return isNegative ? -size : size
}

const ZERO = 48
const MINUS = 45
const DOT = 46
const POWERS_OF_TEN = Float64Array.from({ length: 10 }, (_, power) => 10 ** power)

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= 57
}

/** A letter or a percent sign. */
function isUnit(byte: number): boolean {
  return (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90) || byte === 37
}
