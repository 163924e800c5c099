import { detectedFormat, layoutOf, type LogLayout, SAMPLE_LINES } from './log-layout.js'
import { candidateFormats, formatByName } from './format-registry.js'
import { sampleContext } from './detect-format.js'
import { HeaderFields } from './header-fields.js'
import { type LineBatch, type LineCounts, LineSplitter, MAX_LINE_BYTES, newLineCounts } from './line-batches.js'
import { LineList } from './line-list.js'
import { LineSample } from './line-sample.js'
import { newAssembler } from './new-assembler.js'
import type { ReadOptions } from './read-records.js'
import { type MutableReadSummary, newReadSummary, type ReadSummary, takeCounts } from './read-summary.js'
import type { RecordAssembler } from './record-assembler.js'
import type { RecordBatch } from './record-builder.js'
import { streamSource } from './source.js'
import { YearTracker, type YearState } from './year-tracker.js'

/** How pushed lines are read. */
export interface FeedOptions extends Pick<
  ReadOptions,
  'format' | 'formats' | 'year' | 'bootTimeMs' | 'multiline' | 'maxLineBytes' | 'dictionaries'
> {
  /** Layouts of logs like this one: the first whose format accepts the first line is taken. Else the first push tells. */
  readonly layouts?: readonly LogLayout[]
  /** The present, in milliseconds since 1970, to infer missing years from; without it and `year` they are unknown. */
  readonly nowMs?: number
}

/** Where a {@link RecordFeed} stands, as plain JSON. */
export interface FeedSnapshot {
  readonly name: string
  readonly layout: LogLayout | null
  /** {@link YearState}, with `null` for no date before. */
  readonly years: { readonly year: number; readonly previous: number | null } | null
  readonly summary: ReadSummary
  readonly counts: LineCounts
  /** Bytes of a line without end, base64, and the offset of the first. */
  readonly rest: string
  readonly offset: number
  /** The record that may go on. */
  readonly open: OpenText | null
  /** {@link FeedOptions.nowMs}, until the layout is known. */
  readonly nowMs?: number
}

interface OpenText {
  readonly text: string
  readonly lineNo: number
  readonly byteOffset: number
}

/**
 * Reads the records of a log whose lines come little by little, in pieces of any size: a socket, a growing file.
 * The records are those of `readRecords` over the same bytes in the same layout. A record is given out when the next
 * begins, since lines may be joined to it; {@link RecordFeed.flush} gives out the last one.
 * Memory: one piece, one line and one record.
 */
export class RecordFeed {
  readonly #name: string
  readonly #options: FeedOptions
  readonly #counts: LineCounts
  readonly #summary: MutableReadSummary
  readonly #splitter: LineSplitter
  #layout: LogLayout | null = null
  #years = new YearTracker(0)
  #assembler: RecordAssembler | null = null

  private constructor(name: string, options: FeedOptions, from?: FeedSnapshot) {
    this.#name = name
    this.#options = options
    this.#counts = from ? { ...from.counts } : newLineCounts()
    this.#summary = from ? { ...from.summary } : newReadSummary(name)
    const maxLineBytes = options.maxLineBytes ?? MAX_LINE_BYTES
    this.#splitter = new LineSplitter(this.#counts, { maxLineBytes, offset: from?.offset ?? 0 })
  }

  /**
   * A feed before its first line.
   * @param name of the source, for its rows
   */
  static open(name: string, options: FeedOptions = {}): RecordFeed {
    return new RecordFeed(name, options)
  }

  /** A feed that goes on where the snapshot was taken. @throws {LogReaderError} `unknown-format` */
  static restore(snapshot: FeedSnapshot, options: FeedOptions = {}): RecordFeed {
    const feed = new RecordFeed(snapshot.name, { ...options, nowMs: snapshot.nowMs ?? options.nowMs }, snapshot)
    const { layout, years, open, rest } = snapshot
    if (layout !== null) feed.#begin(layout, years ? { ...years, previous: years.previous ?? NaN } : undefined)
    // Read once more: the record is open again, and what it counted was counted before.
    if (open !== null) feed.#assembler?.push(linesOf(open))
    if (rest !== '') feed.#splitter.push(Buffer.from(rest, 'base64'))
    Object.assign(feed.#counts, snapshot.counts)
    Object.assign(feed.#summary, snapshot.summary)
    return feed
  }

  /** What was read so far. */
  get summary(): ReadSummary {
    return this.#summary
  }

  /** The records that bytes complete. Bytes are used as they are: whoever gives them must not write to them again. */
  async push(bytes: Uint8Array): Promise<RecordBatch[]> {
    const lines = this.#splitter.push(bytes)
    this.#splitter.detach()
    takeCounts(this.#summary, this.#counts)
    return this.#read(lines)
  }

  /** Takes the last line and the record under way as they are: nothing will be joined to them. */
  async flush(): Promise<RecordBatch[]> {
    const whole = await this.#read(this.#splitter.end())
    takeCounts(this.#summary, this.#counts)
    return [...whole, ...this.endRecord()]
  }

  /** Takes the record under way as it is; a line whose end has not come yet waits on: it is no line, whoever writes is slow. */
  endRecord(): RecordBatch[] {
    const last = this.#assembler?.endRecord() ?? null
    return last === null ? [] : [last]
  }

  /** Where the feed stands: given to {@link RecordFeed.restore}, it goes on as this one would. */
  snapshot(): FeedSnapshot {
    const { year, previous } = this.#years.state
    return {
      name: this.#name,
      layout: this.#layout,
      years: this.#layout && { year, previous: Number.isNaN(previous) ? null : previous },
      summary: { ...this.#summary },
      counts: { ...this.#counts },
      rest: Buffer.from(this.#splitter.rest).toString('base64'),
      offset: this.#splitter.offset,
      open: this.#assembler?.openText ?? null,
      ...(this.#layout === null && this.#options.nowMs !== undefined ? { nowMs: this.#options.nowMs } : {}),
    }
  }

  async #read(lines: LineBatch): Promise<RecordBatch[]> {
    if (lines.count === 0) return []
    const assembler = this.#assembler ?? this.#begin(await this.#layoutFor(lines))
    const records = assembler.push(lines)
    const whole = assembler.takeWhole()
    return whole === null ? records : [...records, whole]
  }

  #begin(layout: LogLayout, years?: YearState): RecordAssembler {
    this.#layout = layout
    this.#years = years ? new YearTracker(years.year, years.previous) : new YearTracker(layout.year ?? 0)
    const known = {
      layout,
      formats: candidateFormats(this.#options.formats ?? []),
      summary: this.#summary,
      years: this.#years,
    }
    // A batch ends with its lines; how many these are is the caller's choice.
    const options = { ...this.#options, batchRecords: Number.MAX_SAFE_INTEGER }
    this.#assembler = newAssembler(this.#source(), options, known)
    return this.#assembler
  }

  async #layoutFor(lines: LineBatch): Promise<LogLayout> {
    const { format, year, layouts = [] } = this.#options
    const formats = candidateFormats(this.#options.formats ?? [])
    const forced = format === undefined ? null : formatByName(format, formats)
    const sample = new LineSample([lines], SAMPLE_LINES)
    const found = await layoutOf(this.#source(), { sample, formats, forced, year })
    function isLikeIt(layout: LogLayout): boolean {
      return layout.format === 'plain' ? found.format === 'plain' : accepts(layout, sample)
    }
    const known = forced === null ? layouts.find(isLikeIt) : undefined
    if (known === undefined) return found
    return { ...known, firstByte: found.firstByte, year: found.year ?? year ?? null }
  }

  #source() {
    return streamSource(this.#name, nothing(), { modifiedMs: this.#options.nowMs ?? null })
  }
}

/** Whether a log with this first line can have the layout. */
function accepts(layout: LogLayout, sample: LineSample): boolean {
  const { format } = detectedFormat(layout, candidateFormats([]))
  return format.parse(sample.scan(0), sampleContext(), new HeaderFields())
}

function linesOf({ text, lineNo, byteOffset }: OpenText): LineBatch {
  const lines = new LineList(Buffer.alloc(0))
  text.split('\n').forEach((line, index) => lines.addText(line, { lineNo: lineNo + index, byteOffset }))
  return lines.batch()
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
