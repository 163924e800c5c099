import { isJournalExport } from './journal-blocks.js'

/** What the first bytes of a file say it is. */
export type ContentKind = 'text' | 'binary' | 'utf-16' | 'empty'

/** Bytes that {@link contentKind} looks at. */
export const CHECKED_BYTES = 8192

const MAX_CONTROL_SHARE = 0.1

/**
 * Whether content is a log that can be read: UTF-16 shows its byte order mark; NUL bytes inside a line, or more than a
 * tenth of control characters, mean binary data.
 * @param head the first {@link CHECKED_BYTES} bytes, or all when there are fewer
 */
export function contentKind(head: Uint8Array): ContentKind {
  if (head.length === 0) return 'empty'
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) return 'utf-16'
  // It holds the length of multi-line fields in binary.
  if (isJournalExport(head)) return 'text'
  if (hasNulInLine(head)) return 'binary'
  let controls = 0
  for (const byte of head) if (byte !== 0 && isControl(byte)) controls++
  return controls > head.length * MAX_CONTROL_SHARE ? 'binary' : 'text'
}

/** Whether a NUL stands behind other bytes of its line; at the beginning of lines a loss of power leaves them in logs. */
function hasNulInLine(head: Uint8Array): boolean {
  for (let at = head.indexOf(0, 1); at >= 0; at = head.indexOf(0, at + 1)) {
    if (head[at - 1] !== 0 && head[at - 1] !== 10) return true
  }
  return head.every((byte) => byte === 0)
}

/** C0 controls and DEL except white space, backspace and the escape that begins a colour. */
function isControl(byte: number): boolean {
  return (byte < 32 && !(byte >= 8 && byte <= 13) && byte !== 27) || byte === 127
}
