import { CLASS, digitsEnd, isDigitAt, isWordAt, LETTER, type PaddedText, UPPER } from './characters.js'
import { decimalsEnd } from './recognise-number.js'
import { WordSet } from './word-set.js'

const DURATION_UNITS = WordSet.of(
  'ns us µs μs ms s m h d w nsec usec msec sec secs min mins hr hrs ' +
    'second seconds minute minutes hour hours day days',
)
const SIZE_UNITS = WordSet.of(
  'B KB kB kb MB mb GB gb TB tb PB KiB MiB GiB TiB PiB K k M G T KBytes MBytes GBytes bytes',
)
// Standing apart, `B` and the letter pairs are folded into the number; words such as `bytes`, `ms` and `seconds`
// stay: the hand-made templates of the Loghub systems keep them.
const APART_UNITS = WordSet.of('B KB kB MB GB TB PB KiB MiB GiB TiB PiB')
const LONGEST_UNIT = 7

/**
 * Numbers with a unit of time glued to each: `15ms`, `1.5s`, `1h30m`.
 * @param number behind the first number
 */
export function recogniseDuration(text: PaddedText, number: number): number {
  let at = number
  for (;;) {
    const unit = unitEnd(text, at, DURATION_UNITS)
    if (unit < 0) return -1
    if (!isDigitAt(text, unit)) return isQuantityEnd(text, unit) ? unit : -1
    at = decimalsEnd(text, digitsEnd(text, unit))
  }
}

/**
 * A number with a unit of memory glued to it (`5GB`, `512M`) or one space apart (`9.6 KB`).
 * @param number behind the number
 */
export function recogniseSize(text: PaddedText, number: number): number {
  const isApart = text[number] === 32
  // Most words behind a number start in a small letter: they need no look at the table.
  if (isApart && (CLASS[text[number + 1]] & UPPER) === 0 && text[number + 1] !== 107) return -1 // k
  const end = isApart ? unitEnd(text, number + 1, APART_UNITS) : unitEnd(text, number, SIZE_UNITS)
  return end >= 0 && isQuantityEnd(text, end) ? end : -1
}

function unitEnd(text: PaddedText, start: number, units: WordSet): number {
  const limit = start + LONGEST_UNIT + 1
  let end = start
  while (end < limit && (CLASS[text[end]] & LETTER) !== 0) end++
  return end > start && end - start <= LONGEST_UNIT && units.has(text, start, end) ? end : -1
}

/** Unlike a bare number, a quantity may stand before a slash: `3.5 MB/s`. */
function isQuantityEnd(text: PaddedText, at: number): boolean {
  const code = text[at]
  if (code === 46 || code === 45) return text[at + 1] !== 60 && !isWordAt(text, at + 1)
  return !isWordAt(text, at) && code !== 64 && code !== 35
}
