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
  const { bytes, at: start } = scan
  const limit = Math.min(scan.end, start + MAX_TAG + 1)
  let spaces = 0
  let lastSpace = -1
  for (let i = start; i < limit; i++) {
    const code = bytes[i]
    if (code === SPACE) {
      if (++spaces > MAX_SPACES || i === start) return false
      lastSpace = i
    } else if (code === COLON && i > start && endsHere(scan, i + 1)) {
      const isOneName = spaces === 0 || (spaces === 1 && scan.isDigitAt(lastSpace + 1))
      if (!isOneName) return false
      fields.process.span(start, i)
      return finish(scan, i + 1)
    } else if (code === OPEN && i > start) {
      const close = endOfPid(scan, i + 1)
      if (close < 0) continue
      const end = endOfTag(scan, close + 1)
      if (end < 0) continue
      fields.process.span(start, i)
      fields.pid = toPid(bytes, i + 1, close)
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

function endsHere(scan: LineScanner, at: number): boolean {
  return at >= scan.end || scan.bytes[at] === SPACE
}

/** Position of the `]` behind digits, or −1. */
function endOfPid(scan: LineScanner, from: number): number {
  let i = from
  while (scan.isDigitAt(i)) i++
  return i > from && i - from <= 10 && scan.codeAt(i) === CLOSE ? i : -1
}

/** Behind the `:` that ends a tag, over a unit in parentheses that may stand before it; −1 when there is no `:`. */
function endOfTag(scan: LineScanner, at: number): number {
  if (scan.codeAt(at) === COLON) return at + 1
  if (scan.codeAt(at) !== SPACE || scan.codeAt(at + 1) !== 40) return -1
  const close = scan.findText('): ', at)
  return close < 0 ? -1 : close + 2
}

function toPid(bytes: Uint8Array, from: number, to: number): number {
  let pid = 0
  for (let i = from; i < to; i++) pid = pid * 10 + bytes[i] - 48
  return pid <= 0x7fffffff ? pid : -1
}
