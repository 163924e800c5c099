import {
  classEnd,
  classOf,
  codeAt,
  DIGIT,
  digitsEnd,
  HEX,
  isDigitAt,
  isValueEnd,
  isWordAt,
  LETTER,
  WORD,
} from './characters.js'

/**
 * A decimal number: optional sign, thousands commas or not, optional decimals, exponent and percent sign.
 * @param start at the sign or the first digit
 * @returns the position after it, or −1 when it is part of a name
 */
export function recogniseNumber(text: string, start: number): number {
  const first = isDigitAt(text, start) ? start : start + 1
  const whole = digitsEnd(text, first)
  const grouped = whole - first <= 3 ? groupsEnd(text, whole) : whole
  const end = percentEnd(text, exponentEnd(text, decimalsEnd(text, grouped)))
  if (isValueEnd(text, end)) return codeAt(text, end) === 59 && isStyleCode(text, start) ? -1 : end // ;
  // `1,234-x`: the last group is glued to a word, what stands before its comma is not.
  return grouped > whole ? grouped - 4 : -1
}

/** Digits with optional decimals, from an optional sign on: the part of a quantity before its unit. */
export function quantityEnd(text: string, start: number): number {
  const first = isDigitAt(text, start) ? start : start + 1
  return decimalsEnd(text, digitsEnd(text, first))
}

/** Whether figures belong to a terminal's colour code: `ESC[0;94m`, or with the escape spelled out, `#033[1m`. */
export function isStyleCode(text: string, start: number): boolean {
  const before = start > 0 ? text.charCodeAt(start - 1) : 0
  return (before === 91 || before === 59) && followsEscape(text, start) // [ ;
}

function followsEscape(text: string, start: number): boolean {
  let at = start - 1
  while (start - at <= LONGEST_STYLE && (codeAt(text, at) === 59 || isDigitAt(text, at))) at--
  if (codeAt(text, at) !== 91) return false
  const before = text.slice(Math.max(0, at - 3), at)
  return before.endsWith('\x1b') || before.endsWith('^[') || ESCAPES.has(before)
}

const LONGEST_STYLE = 16
/** How logs spell the escape character: `#033`, `\x1b`, `\u001b`; also `^[`. */
const ESCAPES = new Set(['033', 'x1b', 'x1B', '01b', '01B'])

/** `0x` and hex digits. */
export function recogniseHexNumber(text: string, start: number): number {
  if (text.charCodeAt(start) !== 48 || (codeAt(text, start + 1) | 32) !== 120) return -1 // 0 x
  const end = classEnd(text, start + 2, HEX)
  if (end === start + 2 || isWordAt(text, end) || codeAt(text, end) === 64) return -1 // @
  return codeAt(text, end) === 46 && isGluedTo(text, end + 1) ? -1 : end
}

/**
 * Eight or more hex digits with a figure among them. Letters alone are a word; figures alone are a number, unless
 * they start with 0, as registers and addresses do.
 */
export function recogniseHexRun(text: string, start: number): number {
  let seen = 0
  let at = start
  for (; at < text.length; at++) {
    const bits = classOf(text.charCodeAt(at))
    if ((bits & HEX) === 0) break
    seen |= bits
  }
  const isMixed = (seen & DIGIT) !== 0 && ((seen & LETTER) !== 0 || text.charCodeAt(start) === 48)
  return at - start >= 8 && isMixed && isValueEnd(text, at) ? at : -1
}

/**
 * A version: three or more numbers joined by dots, or two after a `v`, with whatever suffix is glued to it
 * (`-rc1`, `-1.358`, `p2`). It has no right boundary on purpose: what is glued to a version belongs to it.
 */
export function recogniseVersion(text: string, start: number): number {
  const hasMark = (text.charCodeAt(start) | 32) === 118 // v
  let at = digitsEnd(text, hasMark ? start + 1 : start)
  if (hasMark && at === start + 1) return -1
  let dots = 0
  while (codeAt(text, at) === 46 && isDigitAt(text, at + 1)) {
    at = digitsEnd(text, at + 1)
    dots++
  }
  if (dots < (hasMark ? 1 : 2)) return -1
  // An address with a name behind it is a host: `82.68.0.1.dsl.example.org`.
  if (dots >= 3 && codeAt(text, at) === 46 && isGluedTo(text, at + 1)) return -1
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const joins = code === 46 || code === 45 || code === 43 || code === 126 // . - + ~
    if ((classOf(code) & WORD) === 0 && !(joins && isWordAt(text, at + 1))) break
  }
  return at
}

/** Whether a word, or the `<` of a mask in waiting, stands behind a joining character. */
function isGluedTo(text: string, at: number): boolean {
  return codeAt(text, at) === 60 || isWordAt(text, at)
}

function groupsEnd(text: string, start: number): number {
  let at = start
  while (
    codeAt(text, at) === 44 &&
    isDigitAt(text, at + 1) &&
    isDigitAt(text, at + 2) &&
    isDigitAt(text, at + 3) &&
    !isWordAt(text, at + 4)
  ) {
    at += 4
  }
  return at
}

function decimalsEnd(text: string, at: number): number {
  return codeAt(text, at) === 46 && isDigitAt(text, at + 1) ? digitsEnd(text, at + 1) : at
}

function exponentEnd(text: string, at: number): number {
  if ((codeAt(text, at) | 32) !== 101) return at // e
  const sign = codeAt(text, at + 1)
  const digits = sign === 43 || sign === 45 ? at + 2 : at + 1
  return isDigitAt(text, digits) ? digitsEnd(text, digits) : at
}

function percentEnd(text: string, at: number): number {
  return codeAt(text, at) === 37 && isValueEnd(text, at) ? at + 1 : at
}
