import {
  CLASS,
  classEnd,
  DIGIT,
  digitsEnd,
  HEX,
  isDigitAt,
  isValueEnd,
  isWordAt,
  LETTER,
  type PaddedText,
  WORD,
} from './characters.js'
import { WordSet } from './word-set.js'

/**
 * A decimal number: thousands commas or not, optional decimals, exponent and percent sign.
 * @param first its first digit
 * @param whole behind the first run of digits
 * @returns the position after it, or −1 when it is part of a name
 */
export function recogniseNumber(text: PaddedText, first: number, whole: number): number {
  const grouped = whole - first <= 3 ? groupsEnd(text, whole) : whole
  const end = percentEnd(text, exponentEnd(text, decimalsEnd(text, grouped)))
  if (isValueEnd(text, end)) return end
  // `1,234-x`: the last group is glued to a word, what stands before its comma is not.
  return grouped > whole ? grouped - 4 : -1
}

/** Where a number with optional decimals ends whose digits before the point end at a position. */
export function decimalsEnd(text: PaddedText, at: number): number {
  return text[at] === 46 && isDigitAt(text, at + 1) ? digitsEnd(text, at + 1) : at
}

/**
 * Whether figures belong to a terminal's colour code: `ESC[0;94m`, or with the escape spelled out, `#033[1m`.
 * @param from where the text begins
 */
export function isStyleCode(text: PaddedText, start: number, from: number): boolean {
  let at = start - 1
  while (at >= from && start - at <= LONGEST_STYLE && (text[at] === 59 || isDigitAt(text, at))) at-- // ;
  if (at <= from || text[at] !== 91) return false // [
  if (text[at - 1] === 27) return true
  if (at - 2 >= from && text[at - 2] === 94 && text[at - 1] === 91) return true // ^ [
  return at - 3 >= from && ESCAPES.has(text, at - 3, at)
}

const LONGEST_STYLE = 16
/** How logs spell the escape character: `#033`, `\x1b`, `\u001b`; also `^[`. */
const ESCAPES = WordSet.of('033 x1b x1B 01b 01B')

/** `0x` and hex digits. */
export function recogniseHexNumber(text: PaddedText, start: number): number {
  if (text[start] !== 48 || (text[start + 1] | 32) !== 120) return -1 // 0 x
  const end = classEnd(text, start + 2, HEX)
  if (end === start + 2 || isWordAt(text, end) || text[end] === 64) return -1 // @
  return text[end] === 46 && isGluedTo(text, end + 1) ? -1 : end
}

/**
 * Eight or more hex digits with a figure among them. Letters alone are a word; figures alone are a number, unless
 * they start with 0, as registers and addresses do.
 */
export function recogniseHexRun(text: PaddedText, start: number): number {
  let seen = 0
  let at = start
  for (; ; at++) {
    const bits = CLASS[text[at]]
    if ((bits & HEX) === 0) break
    seen |= bits
  }
  const isMixed = (seen & DIGIT) !== 0 && ((seen & LETTER) !== 0 || text[start] === 48)
  return at - start >= 8 && isMixed && isValueEnd(text, at) ? at : -1
}

/**
 * A version: three or more numbers joined by dots, or two after a `v`, with whatever suffix is glued to it
 * (`-rc1`, `-1.358`, `p2`). It has no right boundary on purpose: what is glued to a version belongs to it.
 */
export function recogniseVersion(text: PaddedText, start: number): number {
  const hasMark = (text[start] | 32) === 118 // v
  let at = digitsEnd(text, hasMark ? start + 1 : start)
  if (hasMark && at === start + 1) return -1
  let dots = 0
  while (text[at] === 46 && isDigitAt(text, at + 1)) {
    at = digitsEnd(text, at + 1)
    dots++
  }
  if (dots < (hasMark ? 1 : 2)) return -1
  // An address with a name behind it is a host: `82.68.0.1.dsl.example.org`.
  if (dots >= 3 && text[at] === 46 && isGluedTo(text, at + 1)) return -1
  for (; ; at++) {
    const code = text[at]
    const joins = code === 46 || code === 45 || code === 43 || code === 126 // . - + ~
    if ((CLASS[code] & WORD) === 0 && !(joins && isWordAt(text, at + 1))) break
  }
  return at
}

/** Whether a word, or the `<` of a mask in waiting, stands behind a joining character. */
function isGluedTo(text: PaddedText, at: number): boolean {
  return text[at] === 60 || isWordAt(text, at)
}

function groupsEnd(text: PaddedText, start: number): number {
  let at = start
  while (
    text[at] === 44 &&
    isDigitAt(text, at + 1) &&
    isDigitAt(text, at + 2) &&
    isDigitAt(text, at + 3) &&
    !isWordAt(text, at + 4)
  ) {
    at += 4
  }
  return at
}

function exponentEnd(text: PaddedText, at: number): number {
  if ((text[at] | 32) !== 101) return at // e
  const sign = text[at + 1]
  const digits = sign === 43 || sign === 45 ? at + 2 : at + 1
  return isDigitAt(text, digits) ? digitsEnd(text, digits) : at
}

function percentEnd(text: PaddedText, at: number): number {
  return text[at] === 37 && isValueEnd(text, at) ? at + 1 : at
}
