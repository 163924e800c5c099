import { classOf, codeAt, isDigitAt, isWordAt, LETTER, UPPER } from './characters.js'
import { isStyleCode, quantityEnd } from './recognise-number.js'

const DURATION_UNITS = new Set(
  (
    'ns us µs μs ms s m h d w nsec usec msec sec secs min mins hr hrs ' +
    'second seconds minute minutes hour hours day days'
  ).split(' '),
)
const SIZE_UNITS = new Set(
  'B KB kB kb MB mb GB gb TB tb PB KiB MiB GiB TiB PiB K k M G T KBytes MBytes GBytes bytes'.split(' '),
)
// Standing apart, `B` and the letter pairs are folded into the number; words such as `bytes`, `ms` and `seconds`
// stay: the hand-made templates of the Loghub systems keep them.
const APART_UNITS = new Set('B KB kB MB GB TB PB KiB MiB GiB TiB PiB'.split(' '))
const LONGEST_UNIT = 7

/** Numbers with a unit of time glued to each: `15ms`, `1.5s`, `1h30m`. */
export function recogniseDuration(text: string, start: number): number {
  let at = quantityEnd(text, start)
  for (;;) {
    const unit = unitEnd(text, at, DURATION_UNITS)
    if (unit < 0) return -1
    if (!isDigitAt(text, unit)) return isQuantityEnd(text, unit) && !isStyleCode(text, start) ? unit : -1
    at = quantityEnd(text, unit)
  }
}

/** A number with a unit of memory glued to it (`5GB`, `512M`) or one space apart (`9.6 KB`). */
export function recogniseSize(text: string, start: number): number {
  const number = quantityEnd(text, start)
  const isApart = codeAt(text, number) === 32
  // Most words behind a number start in a small letter: they need no look at the table.
  if (isApart && (classOf(codeAt(text, number + 1)) & UPPER) === 0 && codeAt(text, number + 1) !== 107) return -1 // k
  const end = isApart ? unitEnd(text, number + 1, APART_UNITS) : unitEnd(text, number, SIZE_UNITS)
  return end >= 0 && isQuantityEnd(text, end) && !isStyleCode(text, start) ? end : -1
}

function unitEnd(text: string, start: number, units: ReadonlySet<string>): number {
  if (start >= text.length || (classOf(text.charCodeAt(start)) & LETTER) === 0) return -1
  const limit = Math.min(text.length, start + LONGEST_UNIT + 1)
  let end = start
  while (end < limit && (classOf(text.charCodeAt(end)) & LETTER) !== 0) end++
  return end > start && end - start <= LONGEST_UNIT && units.has(text.slice(start, end)) ? end : -1
}

/** Unlike a bare number, a quantity may stand before a slash: `3.5 MB/s`. */
function isQuantityEnd(text: string, at: number): boolean {
  const code = codeAt(text, at)
  if (code === 46 || code === 45) return codeAt(text, at + 1) !== 60 && !isWordAt(text, at + 1)
  return !isWordAt(text, at) && code !== 64 && code !== 35
}
