import { exceptionName, looksLikeContinuation } from './continuation.js'
import type { DetectedFormat } from './detect-format.js'
import { HeaderFields } from './header-fields.js'
import type { HeaderContext } from './header-format.js'
import type { LineBatch } from './line-batches.js'
import { LineScanner } from './line-scanner.js'
import type { RecordBatch, RecordBuilder } from './record-builder.js'
import type { MutableReadSummary } from './read-summary.js'

/** The longest record kept whole, in lines: longer stack traces repeat themselves. */
const MAX_RECORD_LINES = 1000
/** The longest record kept whole, in bytes. */
const MAX_RECORD_LENGTH = 1_048_576
/** From this confidence on a line without header is taken for part of a record rather than for one of its own. */
const SURE = 0.9
const NOTHING = new Uint8Array(0)

/** Turns lines into records: reads headers, joins continuation lines, keeps the wanted range. */
export class RecordAssembler {
  readonly #detected: DetectedFormat
  readonly #context: HeaderContext
  readonly #builder: RecordBuilder
  readonly #summary: MutableReadSummary
  readonly #range: { readonly fromLine: number; toLine: number }
  readonly #joins: boolean
  readonly #fields = new HeaderFields()
  readonly #scanner = new LineScanner()
  /** Lines and bytes of the record under way; 0 lines when there is none to continue. */
  #lines: number
  #length = 0
  /** The record under way lies in the wanted range. */
  #isWanted = false
  #namesException = false
  /** The first line behind the wanted range that begins a record; `null` until it is seen. */
  lineBehind: number | null = null

  constructor(options: {
    detected: DetectedFormat
    context: HeaderContext
    builder: RecordBuilder
    summary: MutableReadSummary
    range: { fromLine: number; toLine: number }
    multiline: boolean
    /** A record begun before the first line may go on with it; that record is not wanted. */
    isInside: boolean
  }) {
    this.#detected = options.detected
    this.#context = options.context
    this.#builder = options.builder
    this.#summary = options.summary
    this.#range = options.range
    this.#lines = options.isInside ? 1 : 0
    this.#joins = options.multiline && options.detected.hasTimestamps && options.detected.confidence >= SURE
  }

  /** No record begins at or behind this line. */
  endBefore(line: number): void {
    this.#range.toLine = line
  }

  /** Takes lines; returns the batches that became full. */
  push(lines: LineBatch): RecordBatch[] {
    const full: RecordBatch[] = []
    for (let line = 0; line < lines.count && this.lineBehind === null; line++) {
      const hasHeader = this.#readHeader(lines, line)
      if (!hasHeader && this.#joins && this.#lines > 0 && this.#continues(lines, line)) continue
      if (lines.lineNo[line] >= this.#range.toLine) {
        this.lineBehind = lines.lineNo[line]
        break
      }
      if (!this.#builder.hasRoomFor(lines)) full.push(this.#builder.take())
      this.#begin(lines, line, hasHeader)
    }
    // A feed that waits for hours shall not keep the bytes that were read last.
    this.#scanner.start(NOTHING)
    return full
  }

  /** The records that no further line can change, if any: all but the last where lines may be joined to it. */
  takeWhole(): RecordBatch | null {
    if (!this.#joins || this.#lines === 0) return this.end()
    return this.#builder.takeAllButLast()
  }

  /** The text of the record that may go on, `null` without one. */
  get openText() {
    return this.#lines === 0 ? null : this.#builder.openText
  }

  /** Ends the record under way: a line that would go on with it is one of its own. */
  endRecord(): RecordBatch | null {
    this.#lines = 0
    return this.end()
  }

  /** The records that are left, if any. */
  end(): RecordBatch | null {
    return this.#builder.count > 0 ? this.#builder.take() : null
  }

  #readHeader(lines: LineBatch, line: number): boolean {
    const scan = this.#scanner.start(lines.bytes, lines.starts[line], lines.ends[line])
    const { format, fallbacks } = this.#detected
    const fields = this.#fields
    fields.clear(scan.from)
    const isPlain = format.name === 'plain'
    if (!isPlain && format.parse(scan, this.#context, fields)) return true
    for (const fallback of fallbacks) {
      scan.at = scan.from
      fields.clear(scan.from)
      if (fallback.parse(scan, this.#context, fields)) return true
    }
    fields.clear(scan.from)
    return isPlain
  }

  #begin(lines: LineBatch, line: number, hasHeader: boolean): void {
    this.#lines = 1
    this.#length = lines.ends[line] - lines.starts[line]
    this.#namesException = false
    this.#isWanted = lines.lineNo[line] >= this.#range.fromLine
    if (!this.#isWanted) return
    this.#builder.add(lines, line, this.#fields)
    this.#summary.records++
    if (!hasHeader) this.#summary.withoutHeader++
    if (this.#fields.timestamp === this.#fields.timestamp) this.#summary.timestamps++
  }

  /** Joins a line without header to the record under way, if it looks like a part of it. */
  #continues(lines: LineBatch, line: number): boolean {
    const text = this.#scanner.text()
    if (!looksLikeContinuation(text)) return false
    this.#lines++
    if (!this.#isWanted) return true
    this.#summary.continuationLines++
    const wasWhole = this.#length <= MAX_RECORD_LENGTH
    this.#length += lines.ends[line] - lines.starts[line] + 1
    if (this.#lines > MAX_RECORD_LINES || this.#length > MAX_RECORD_LENGTH) {
      const isFirstCut = this.#lines === MAX_RECORD_LINES + 1 || (wasWhole && this.#length > MAX_RECORD_LENGTH)
      if (isFirstCut) this.#summary.cutRecords++
      this.#length = Infinity
      return true
    }
    const name = this.#namesException ? null : exceptionName(text)
    if (name !== null) this.#namesException = true
    const isNew = name !== null && !this.#builder.lastMessage.includes(name)
    this.#builder.extend(lines, line, isNew ? ' ' + name : '')
    return true
  }
}
