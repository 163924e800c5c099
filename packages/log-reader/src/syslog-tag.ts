import type { HeaderFields } from './header-fields.js'
import type { LineScanner } from './line-scanner.js'

const SPACE = 32
const OPEN = 91
const CLOSE = 93
const COLON = 58
const MAX_TAG = 64
// "Microsoft Word[14463]:" and "-- root[2421]:" are tags; a sentence that mentions something[1] is not.
const MAX_SPACES = 2

/**
 * Reads a syslog tag, `process: `, `process[pid]: ` or `process[pid] (unit): `, into `fields` and moves behind it.
 * Spaces belong to the name only before `[pid]` and before a version ("syslogd 1.4.1:"). Where there is no tag
 * ("last message repeated 2 times") nothing moves and the process stays unknown.
 * @returns whether there was a tag
 */
export function readTag(scan: LineScanner, fields: HeaderFields): boolean {
  const { line, at: start } = scan
  let spaces = 0
  let lastSpace = -1
  for (let i = start; i - start <= MAX_TAG; i++) {
    const code = line.charCodeAt(i)
    if (code !== code) return false
    if (code === SPACE) {
      if (++spaces > MAX_SPACES || i === start) return false
      lastSpace = i
    } else if (code === COLON && i > start && endsHere(line, i + 1)) {
      const isOneName = spaces === 0 || (spaces === 1 && isVersion(line, lastSpace + 1))
      if (!isOneName) return false
      fields.process = line.slice(start, i)
      return finish(scan, i + 1)
    } else if (code === OPEN && i > start) {
      const close = endOfPid(line, i + 1)
      if (close < 0) continue
      const end = endOfTag(line, close + 1)
      if (end < 0) continue
      fields.process = line.slice(start, i)
      fields.pid = toPid(line, i + 1, close)
      return finish(scan, end)
    }
  }
  return false
}

function finish(scan: LineScanner, end: number): true {
  scan.at = end
  scan.skipSpaces()
  return true
}

function endsHere(line: string, at: number): boolean {
  return at >= line.length || line.charCodeAt(at) === SPACE
}

function isVersion(line: string, at: number): boolean {
  const code = line.charCodeAt(at)
  return code >= 48 && code <= 57
}

/** Position of the `]` behind digits, or −1. */
function endOfPid(line: string, from: number): number {
  let i = from
  while (line.charCodeAt(i) >= 48 && line.charCodeAt(i) <= 57) i++
  return i > from && i - from <= 10 && line.charCodeAt(i) === CLOSE ? i : -1
}

/** Behind the `:` that ends a tag, over a unit in parentheses that may stand before it; −1 when there is no `:`. */
function endOfTag(line: string, at: number): number {
  if (line.charCodeAt(at) === COLON) return at + 1
  if (line.charCodeAt(at) !== SPACE || line.charCodeAt(at + 1) !== 40) return -1
  const close = line.indexOf('): ', at)
  return close < 0 ? -1 : close + 2
}

function toPid(line: string, from: number, to: number): number {
  let pid = 0
  for (let i = from; i < to; i++) pid = pid * 10 + line.charCodeAt(i) - 48
  return pid <= 0x7fffffff ? pid : -1
}
