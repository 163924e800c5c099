import { CLOSING, classEnd, classOf, codeAt, isWordAt, LETTER, PATH, URL_END, WORD } from './characters.js'

/**
 * A path of the Unix kind: optional `~`, `.` or `..`, then `/segment` at least once, then an optional `?query`.
 * @param start at the first character, which the caller found to stand where a path may start
 */
export function recognisePath(text: string, start: number): number {
  let slash = start
  if (codeAt(text, slash) === 126)
    slash++ // ~
  else while (slash - start < 2 && codeAt(text, slash) === 46) slash++
  if (codeAt(text, slash) !== 47) return -1
  if (codeAt(text, slash + 1) === 63 && isWordAt(text, slash + 2)) return queryEnd(text, slash + 1) // ?
  if (!isSegmentStart(codeAt(text, slash + 1))) return -1
  let end = classEnd(text, slash + 1, PATH)
  while (isTrailing(text.charCodeAt(end - 1))) end--
  if (end === slash + 1) return -1
  return codeAt(text, end) === 63 && isWordAt(text, end + 1) ? queryEnd(text, end) : end
}

/** A path of the Windows kind: a drive (`C:\`, `C:/`) or a share (`\\server\`), then segments. */
export function recogniseWindowsPath(text: string, start: number): number {
  const isShare = codeAt(text, start) === 92 && codeAt(text, start + 1) === 92
  const isDrive = codeAt(text, start + 1) === 58 && isSlash(codeAt(text, start + 2))
  if (!isShare && !isDrive) return -1
  const first = isShare ? start + 2 : start + 3
  let end = first
  while (end < text.length) {
    const code = text.charCodeAt(end)
    if (code !== 92 && (classOf(code) & PATH) === 0) break
    end++
  }
  while (end > first && text.charCodeAt(end - 1) === 46) end--
  if (isShare) return end > first && isWordAt(text, first) ? end : -1
  return end
}

/** Whether a path may start after a character: at a line's start, after a space, quote, bracket, `=`, `,` and the like. */
export function isPathBoundary(before: number): boolean {
  // ) ] } - . / > < * \ % @ # ~ + & ! ? and $ glue a slash to what stands before it: rates, pairs, tags, globs.
  return BOUNDARIES.has(before)
}

/**
 * What follows `scheme://`, up to a space or quote, without the punctuation that closes a sentence or bracket.
 * @param start after the second slash
 */
export function recogniseUrlRest(text: string, start: number): number {
  let end = start
  while (end < text.length) {
    const code = text.charCodeAt(end)
    if (code < 128 && (classOf(code) & URL_END) !== 0) break
    end++
  }
  while (end > start && isClosing(text.charCodeAt(end - 1))) end--
  return end > start ? end : -1
}

/** An e-mail address, looked for backwards and forwards from its `@`. */
export function emailSpan(text: string, at: number, floor: number): readonly [start: number, end: number] | null {
  const limit = Math.max(floor, at - 65)
  let start = at
  while (start > limit && isLocalPart(text.charCodeAt(start - 1))) start--
  if (start === at || at - start > 64) return null
  let end = at + 1
  let lastDot = -1
  for (; end < text.length && end - at <= 254; end++) {
    const code = text.charCodeAt(end)
    if (code === 46) {
      if (!isWordAt(text, end + 1)) break
      lastDot = end
    } else if (code !== 45 && (classOf(code) & WORD) === 0) break
  }
  if (lastDot <= at + 1 || end - lastDot < 3 || classEnd(text, lastDot + 1, LETTER) < end) return null
  if (UNIT_KINDS.has(text.slice(lastDot + 1, end))) return null
  return [start, end]
}

/** What names of service units end in (`getty@tty1.service`); no domain does. */
const UNIT_KINDS = new Set('service socket target timer mount automount slice scope path device swap'.split(' '))

const BOUNDARIES = new Set([...'\0\t\n\v\f\r "\'`([{=,;:|'].map((character) => character.charCodeAt(0)))

function queryEnd(text: string, mark: number): number {
  let end = mark + 1
  while (end < text.length) {
    const code = text.charCodeAt(end)
    if (code === 41 || code === 93 || (code < 128 && (classOf(code) & URL_END) !== 0)) break // ) ]
    end++
  }
  while (end > mark + 1 && isClosing(text.charCodeAt(end - 1))) end--
  return end
}

function isSegmentStart(code: number): boolean {
  return (classOf(code) & WORD) !== 0 || code === 46 || code === 126 || code === 36 || code === 37 || code === 42 // . ~ $ % *
}

function isTrailing(code: number): boolean {
  return code === 46 || code === 61 || code === 35 || code === 38 // . = # &
}

function isClosing(code: number): boolean {
  return (classOf(code) & CLOSING) !== 0
}

function isSlash(code: number): boolean {
  return code === 47 || code === 92
}

function isLocalPart(code: number): boolean {
  return (classOf(code) & WORD) !== 0 || code === 46 || code === 45 || code === 43 || code === 37 // . - + %
}
