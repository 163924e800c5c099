import {
  CLASS,
  classEnd,
  DIGIT,
  digitsEnd,
  HEX,
  HOST,
  intBetween,
  isDigitAt,
  isWordAt,
  LETTER,
  type PaddedText,
} from './characters.js'
import { WordSet } from './word-set.js'

/** An IPv4 address with an optional `:port` or `/mask`. */
export function recogniseIp4(text: PaddedText, start: number): number {
  const end = quadEnd(text, start)
  if (end < 0 || !isAddressEnd(text, end)) return -1
  const next = text[end]
  if (next !== 58 && next !== 47) return end // : /
  const tail = digitsEnd(text, end + 1)
  const digits = tail - end - 1
  if (digits === 0 || !isAddressEnd(text, tail)) return end
  if (next === 58) return digits <= 5 ? tail : end
  return digits <= 2 && intBetween(text, end + 1, tail) <= 32 && text[tail] !== 47 ? tail : end
}

/** An IPv6 address, `::` allowed, with an optional zone (`%eth0`) and prefix length (`/64`). */
export function recogniseIp6(text: PaddedText, start: number): number {
  let at = start
  let groups = 0
  let isShortened = false
  let hasDigit = false
  if (text[at] === 58) {
    if (text[at + 1] !== 58) return -1
    isShortened = true
    at += 2
  }
  for (;;) {
    const group = at
    while (at - group <= 4) {
      const bits = CLASS[text[at]]
      if ((bits & HEX) === 0) break
      if ((bits & DIGIT) !== 0) hasDigit = true
      at++
    }
    if (at - group > 4) return -1
    if (at === group) break
    if (text[at] === 46 && (groups > 0 || isShortened)) {
      at = quadEnd(text, group)
      if (at < 0) return -1
      groups += 2
      break
    }
    groups++
    if (text[at] !== 58) break
    if (text[at + 1] === 58) {
      if (isShortened) return -1
      isShortened = true
      at += 2
    } else if (isHexAt(text, at + 1)) at++
    else break
    if (groups > 8) return -1
  }
  const isWhole = isShortened ? groups <= 7 && (hasDigit || groups === 0) : groups === 8
  if (!isWhole) return -1
  if (text[at] === 60) return -1 // a mask in waiting
  const zone = zoneEnd(text, at)
  const end = prefixLengthEnd(text, zone)
  const next = text[end]
  if (next === 37 || !isAddressEnd(text, end)) return -1
  return (next === 58 || next === 47) && isJoined(text, end + 1) ? -1 : end
}

/** Six or more pairs of hex digits, all joined by colons or all by hyphens. */
export function recogniseMac(text: PaddedText, start: number): number {
  const separator = text[start + 2]
  if (separator !== 58 && separator !== 45) return -1
  let at = start
  let pairs = 0
  while (isHexAt(text, at) && isHexAt(text, at + 1)) {
    pairs++
    at += 2
    if (text[at] !== separator || !isHexAt(text, at + 1)) break
    at++
  }
  return pairs >= 6 && !isWordAt(text, at) ? at : -1
}

/** Three groups of four hex digits joined by dots, as routers and switches write a MAC address: `00e0.fc09.bcf9`. */
export function recogniseDottedMac(text: PaddedText, start: number): number {
  for (let at = 0; at < 14; at++) {
    const isDot = at === 4 || at === 9
    if (isDot ? text[start + at] !== 46 : !isHexAt(text, start + at)) return -1
  }
  return isAddressEnd(text, start + 14) ? start + 14 : -1
}

/** An identifier of 8-4-4-4-12 hex digits, of any version and variant. */
export function recogniseUuid(text: PaddedText, start: number): number {
  for (let at = 0; at < 36; at++) {
    const isHyphen = at === 8 || at === 13 || at === 18 || at === 23
    if (isHyphen ? text[start + at] !== 45 : !isHexAt(text, start + at)) return -1
  }
  return isWordAt(text, start + 36) ? -1 : start + 36
}

/**
 * A host name with two labels or more, looked for backwards from the colon before its port.
 * @param colon position of the colon; a digit follows it
 * @param floor the name starts here or later
 * @returns where the name starts, or −1; names of source files (`Main.java:12`) are none
 */
export function hostStart(text: PaddedText, colon: number, floor: number): number {
  const limit = Math.max(floor, colon - 253)
  let start = colon
  let lastDot = -1
  while (start > limit) {
    const code = text[start - 1]
    if (code >= 128 || (CLASS[code] & HOST) === 0) break
    start--
    if (code === 46 && lastDot < 0) lastDot = start
  }
  if (lastDot <= start || start === colon - 253 || text[start] === 45) return -1
  if (start > floor && isHostGlue(text[start - 1])) return -1
  const isName = colon - lastDot > 2 && isLetters(text, lastDot + 1, colon)
  return isName && !SOURCE_ENDINGS.has(text, lastDot + 1, colon) ? start : -1
}

/** The port after a host: where its digits end, or −1. */
export function portEnd(text: PaddedText, start: number): number {
  const end = digitsEnd(text, start)
  return end > start && end - start <= 5 && isAddressEnd(text, end) ? end : -1
}

/** Where a run of hex digits and colons ends: what failed as an address there is not tried again piece by piece. */
export function colonRunEnd(text: PaddedText, start: number): number {
  let at = start
  while (text[at] === 58 || isHexAt(text, at)) at++
  return at
}

const SOURCE_ENDINGS = WordSet.of(
  'java scala kt groovy py pyx rb php pl pm sh c cc cpp cxx h hh hpp cs go rs js mjs cjs ts tsx jsx vue m mm swift lua ex erl hs ml sql html xml json yml yaml conf cfg ini log txt',
)

function quadEnd(text: PaddedText, start: number): number {
  let at = octetEnd(text, start)
  for (let octet = 1; octet < 4; octet++) {
    if (at < 0 || text[at] !== 46) return -1
    at = octetEnd(text, at + 1)
  }
  return at
}

/** One to three figures, 255 at most. Without a loop, which the processor would have to guess the end of. */
function octetEnd(text: PaddedText, at: number): number {
  if (!isDigitAt(text, at)) return -1
  if (!isDigitAt(text, at + 1)) return at + 1
  if (!isDigitAt(text, at + 2)) return at + 2
  return isDigitAt(text, at + 3) || intBetween(text, at, at + 3) > 255 ? -1 : at + 3
}

/** Unlike a number, an address may stand before a hyphen, as in a range. */
function isAddressEnd(text: PaddedText, at: number): boolean {
  if (isWordAt(text, at)) return false
  return !(text[at] === 46 && (isWordAt(text, at + 1) || text[at + 1] === 60))
}

function isJoined(text: PaddedText, at: number): boolean {
  const code = text[at]
  return code === 58 || code === 60 || isWordAt(text, at)
}

function isHostGlue(code: number): boolean {
  return code >= 128 || code === 95 || code === 47 || code === 64 // _ / @
}

function zoneEnd(text: PaddedText, at: number): number {
  return text[at] === 37 && isWordAt(text, at + 1) ? classEnd(text, at + 1, LETTER | DIGIT) : at
}

function prefixLengthEnd(text: PaddedText, at: number): number {
  if (text[at] !== 47) return at
  const end = digitsEnd(text, at + 1)
  return end > at + 1 && end - at <= 4 && isAddressEnd(text, end) ? end : at
}

function isHexAt(text: PaddedText, at: number): boolean {
  return (CLASS[text[at]] & HEX) !== 0
}

function isLetters(text: PaddedText, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((CLASS[text[at]] & LETTER) === 0) return false
  return true
}
