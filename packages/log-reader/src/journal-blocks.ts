import type { HeaderFormat } from './header-format.js'
import type { LineBatch, LineCounts } from './line-batches.js'
import { LineList } from './line-list.js'

const NEWLINE = 10
const EQUALS = 61
const LENGTH_BYTES = 8
const NO_BYTES = Buffer.alloc(0)
// The journal itself stops at 768 MiB; a longer field is damage, and waiting for its end would take all memory.
const MAX_FIELD_BYTES = 64 * 1024 * 1024

/** How an export begins. */
export const JOURNAL_MAGIC = '__CURSOR='

/** Whether a source is to be read as the export format of the journal: because it was asked for, or shows it. */
export function isJournalFramed(head: Uint8Array, forced: HeaderFormat | null): boolean {
  return forced === null ? isJournalExport(head) : forced.framing === 'journal-export'
}

/** Whether content begins as `journalctl -o export` writes it. */
export function isJournalExport(head: Uint8Array): boolean {
  return (
    Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, JOURNAL_MAGIC.length)).toString('latin1') ===
    JOURNAL_MAGIC
  )
}

/**
 * Splits the journal export format (systemd, "Journal Export Formats") into blocks, one record each. Fields are
 * `KEY=value` lines, or `KEY`, a length of 8 bytes little-endian and that many bytes; a blank line ends a block.
 * In the text of a block every field is a line `KEY=value`; a newline inside a value is followed by a space, as
 * folded mail headers do. A block counts as one line for cutting, its newlines count as physical lines.
 */
export async function* journalBlocks(
  bytes: AsyncIterable<Uint8Array>,
  counts: LineCounts,
  options: { maxLineBytes: number },
): AsyncGenerator<LineBatch> {
  let rest: Buffer = Buffer.alloc(0)
  let offset = 0
  for await (const chunk of bytes) {
    counts.bytes += chunk.length
    rest = Buffer.concat([rest, chunk])
    const batch = new LineList(NO_BYTES)
    let start = 0
    for (let end = endOfBlock(rest, start); end >= 0; end = endOfBlock(rest, start)) {
      appendBlock(rest.subarray(start, end), { offset: offset + start, counts, ...options }, batch)
      start = end
    }
    rest = rest.subarray(start)
    offset += start
    if (batch.count > 0) yield batch.batch()
  }
  const last = new LineList(NO_BYTES)
  appendBlock(rest, { offset, counts, ...options }, last)
  if (last.count > 0) yield last.batch()
}

/** Behind the blank line that ends the block at `start`, or −1 when it is not there yet. */
function endOfBlock(buffer: Buffer, start: number): number {
  for (let at = start; ;) {
    const field = fieldAt(buffer, at)
    if (field === null) return -1
    if (field.isBlank) return field.next
    at = field.next
  }
}

/** The field or blank line at a position; `null` when it is not whole. */
function fieldAt(buffer: Buffer, at: number) {
  const newline = buffer.indexOf(NEWLINE, at)
  if (newline < 0) return null
  if (newline === at) return { key: '', value: buffer.subarray(at, at), next: at + 1, isBlank: true }
  const equals = buffer.subarray(at, newline).indexOf(EQUALS)
  if (equals >= 0) {
    const key = buffer.toString('latin1', at, at + equals)
    return { key, value: buffer.subarray(at + equals + 1, newline), next: newline + 1, isBlank: false }
  }
  const from = newline + 1 + LENGTH_BYTES
  if (buffer.length < from) return null
  const length = Number(buffer.readBigUInt64LE(newline + 1))
  const key = buffer.toString('latin1', at, newline)
  if (length > MAX_FIELD_BYTES) return { key, value: buffer.subarray(from, from), next: from, isBlank: false }
  if (buffer.length < from + length + 1) return null
  return { key, value: buffer.subarray(from, from + length), next: from + length + 1, isBlank: false }
}

function appendBlock(
  block: Buffer,
  about: { offset: number; counts: LineCounts; maxLineBytes: number },
  batch: LineList,
): void {
  const { counts } = about
  const lines: string[] = []
  for (let at = 0; at < block.length;) {
    const field = fieldAt(block, at) ?? lastField(block, at)
    if (!field.isBlank) lines.push(`${field.key}=${field.value.toString('utf8').replaceAll('\n', '\n ')}`)
    at = field.next
  }
  if (lines.length > 0) {
    const text = lines.join('\n')
    if (text.length > about.maxLineBytes) counts.cutLines++
    batch.addText(text.slice(0, about.maxLineBytes), { lineNo: counts.lines, byteOffset: about.offset })
  }
  counts.lines += block.reduce((count, byte) => count + (byte === NEWLINE ? 1 : 0), 0)
}

/** What is left of a file that was cut off. */
function lastField(block: Buffer, at: number) {
  const equals = block.indexOf(EQUALS, at)
  const from = equals < 0 ? block.length : equals + 1
  const key = block.toString('latin1', at, equals < 0 ? block.length : equals)
  return { key, value: block.subarray(from), next: block.length, isBlank: false }
}
