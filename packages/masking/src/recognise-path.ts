import { CLASS, CLOSING, classEnd, isWordAt, LETTER, type PaddedText, PATH, URL_END, WORD } from './characters.js'
import { WordSet } from './word-set.js'

/**
 * A path of the Unix kind: optional `~`, `.` or `..`, then `/segment` at least once, then an optional `?query`.
 * @param start at the first character, which the caller found to stand where a path may start
 */
export function recognisePath(text: PaddedText, start: number): number {
  let slash = start
  if (text[slash] === 126)
    slash++ // ~
  else while (slash - start < 2 && text[slash] === 46) slash++
  if (text[slash] !== 47) return -1
  if (text[slash + 1] === 63 && isWordAt(text, slash + 2)) return queryEnd(text, slash + 1) // ?
  if (!isSegmentStart(text[slash + 1])) return -1
  let end = classEnd(text, slash + 1, PATH)
  while (isTrailing(text[end - 1])) end--
  if (end === slash + 1) return -1
  return text[end] === 63 && isWordAt(text, end + 1) ? queryEnd(text, end) : end
}

/** A path of the Windows kind: a drive (`C:\`, `C:/`) or a share (`\\server\`), then segments. */
export function recogniseWindowsPath(text: PaddedText, start: number): number {
  const isShare = text[start] === 92 && text[start + 1] === 92
  const isDrive = text[start + 1] === 58 && isSlash(text[start + 2])
  if (!isShare && !isDrive) return -1
  const first = isShare ? start + 2 : start + 3
  let end = first
  while (text[end] === 92 || (CLASS[text[end]] & PATH) !== 0) end++
  while (end > first && text[end - 1] === 46) end--
  if (isShare) return end > first && isWordAt(text, first) ? end : -1
  return end
}

/** Whether a path may start after a character: at a line's start, after a space, quote, bracket, `=`, `,` and the like. */
export function isPathBoundary(before: number): boolean {
  // ) ] } - . / > < * \ % @ # ~ + & ! ? and $ glue a slash to what stands before it: rates, pairs, tags, globs.
  return BOUNDARIES[before] === 1
}

/**
 * What follows `scheme://`, up to a space or quote, without the punctuation that closes a sentence or bracket.
 * @param start after the second slash
 */
export function recogniseUrlRest(text: PaddedText, start: number): number {
  let end = start
  while ((CLASS[text[end]] & URL_END) === 0) end++
  while (end > start && isClosing(text[end - 1])) end--
  return end > start ? end : -1
}

/** An e-mail address, looked for backwards and forwards from its `@`. */
export function emailSpan(text: PaddedText, at: number, floor: number): readonly [start: number, end: number] | null {
  const limit = Math.max(floor, at - 65)
  let start = at
  while (start > limit && isLocalPart(text[start - 1])) start--
  if (start === at || at - start > 64) return null
  let end = at + 1
  let lastDot = -1
  for (; end - at <= 254; end++) {
    const code = text[end]
    if (code === 46) {
      if (!isWordAt(text, end + 1)) break
      lastDot = end
    } else if (code !== 45 && (CLASS[code] & WORD) === 0) break
  }
  if (lastDot <= at + 1 || end - lastDot < 3 || classEnd(text, lastDot + 1, LETTER) < end) return null
  if (UNIT_KINDS.has(text, lastDot + 1, end)) return null
  return [start, end]
}

/** What names of service units end in (`getty@tty1.service`); no domain does. */
const UNIT_KINDS = WordSet.of('service socket target timer mount automount slice scope path device swap')

const BOUNDARIES = new Uint8Array(256)
for (const character of '\0\t\n\v\f\r "\'`([{=,;:|') BOUNDARIES[character.charCodeAt(0)] = 1

function queryEnd(text: PaddedText, mark: number): number {
  let end = mark + 1
  while (text[end] !== 41 && text[end] !== 93 && (CLASS[text[end]] & URL_END) === 0) end++ // ) ]
  while (end > mark + 1 && isClosing(text[end - 1])) end--
  return end
}

function isSegmentStart(code: number): boolean {
  return (CLASS[code] & WORD) !== 0 || code === 46 || code === 126 || code === 36 || code === 37 || code === 42 // . ~ $ % *
}

function isTrailing(code: number): boolean {
  return code === 46 || code === 61 || code === 35 || code === 38 // . = # &
}

function isClosing(code: number): boolean {
  return (CLASS[code] & CLOSING) !== 0
}

function isSlash(code: number): boolean {
  return code === 47 || code === 92
}

function isLocalPart(code: number): boolean {
  return (CLASS[code] & WORD) !== 0 || code === 46 || code === 45 || code === 43 || code === 37 // . - + %
}
