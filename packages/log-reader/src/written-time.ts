import { LineScanner } from './line-scanner.js'

const scanner = new LineScanner()

/**
 * A time given as a number since 1970, in milliseconds. The magnitude tells the unit: up to 1e11 seconds (year 5138),
 * then milliseconds, microseconds, nanoseconds, a thousand times each.
 */
export function timeOfNumber(value: number): number {
  const size = Math.abs(value)
  if (size < 1e11) return value * 1000
  if (size < 1e14) return value
  return size < 1e17 ? value / 1e3 : value / 1e6
}

/** A time given as text, ISO 8601 or a number, in milliseconds since 1970-01-01 UTC; NaN when it is neither. */
export function timeOfText(text: string): number {
  const scan = scanner.start(Buffer.from(text))
  const midnight = scan.date(text.charCodeAt(4) === 47 ? 47 : 45)
  if (midnight === midnight && (scan.skip(84) || scan.skip(32))) {
    const clock = scan.clock()
    if (clock < 0) return NaN
    const local = midnight + clock + scan.fractionMs()
    scan.skipSpaces()
    return local - scan.zoneMs()
  }
  return /^\d+(\.\d+)?$/.test(text) ? timeOfNumber(Number(text)) : NaN
}
