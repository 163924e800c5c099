import type { ParsedLogFile } from '@sp/log-table'
import type { ReportBuilder, ReportSource } from '@sp/report'
import { PipelineError } from '../errors.js'
import type { ParseSummary, SegmentSummary } from '../parse-summary.js'
import type { RunControl } from '../progress.js'

/** A run of rows of the parsed log that came from one source. */
export interface LogSegment {
  readonly source: ReportSource
  readonly startRow: number
  readonly endRow: number
}

/** What one pass over the rows tells. */
export interface LogSurvey {
  readonly segments: readonly LogSegment[]
  /** By template code: whether it occurs in the normal part. */
  readonly isKnown: readonly boolean[]
  /** Rows that taught, counted from the first. */
  readonly normalRows: number
  /** Earliest and latest time of the normal part; `null` without times. */
  readonly normalSpan: readonly [number, number] | null
}

/** Reads times and templates of all rows once; the judged ones go to the builder, and the table of templates is then complete. */
export async function surveyLog(
  log: ParsedLogFile,
  builder: ReportBuilder,
  run: RunControl & { readonly parse: ParseSummary; readonly normalRows: number },
): Promise<LogSurvey> {
  const { parse, normalRows, onProgress, signal } = run
  const spans = spansOf(parse)
  const isKnown: boolean[] = []
  const normal = new TimeSpan()
  let [row, current] = [0, 0]
  for await (const batch of log.batches({ columns: ['timestamp', 'template'] })) {
    signal?.throwIfAborted()
    for (let i = 0; i < batch.rowCount; i++) {
      while (row + i >= spans[current].endRow) current++
      spans[current].time.add(batch.timestamp[i])
      if (row + i >= normalRows) continue
      isKnown[batch.template[i]] = true
      normal.add(batch.timestamp[i])
    }
    const judgedFrom = Math.min(batch.rowCount, Math.max(0, normalRows - row))
    builder.addRows(
      {
        rowCount: batch.rowCount - judgedFrom,
        template: batch.template.subarray(judgedFrom),
        timestamp: batch.timestamp.subarray(judgedFrom),
      },
      log.templates,
    )
    row += batch.rowCount
    onProgress?.({ step: 'reporting', done: row, total: log.rowCount, unit: 'rows', records: row })
  }
  const segments = spans.map(({ segment, startRow, endRow, time }) => ({
    source: sourceOf(segment, time),
    startRow,
    endRow,
  }))
  return { segments, isKnown, normalRows, normalSpan: normal.range }
}

/** The segment that a row lies in. @throws {PipelineError} `bad-folder` when it lies in none */
export function segmentOfRow(segments: readonly LogSegment[], row: number): LogSegment {
  let [low, high] = [0, segments.length] // the first that ends after the row lies in low..high
  while (low < high) {
    const middle = (low + high) >> 1
    if (segments[middle].endRow > row) high = middle
    else low = middle + 1
  }
  if (row >= 0 && low < segments.length) return segments[low]
  throw new PipelineError(
    'bad-folder',
    `results speak of row ${row}, the parsed log has ${segments.at(-1)?.endRow ?? 0}; run the detectors again`,
  )
}

/** Where the rows of each source lie, before any row was read: without times. */
export function segmentsOf(parse: ParseSummary): LogSegment[] {
  return spansOf(parse).map(({ segment, startRow, endRow, time }) => ({
    source: sourceOf(segment, time),
    startRow,
    endRow,
  }))
}

function spansOf(parse: ParseSummary) {
  let row = 0
  return parse.target.map((segment) => {
    const startRow = row
    row += segment.records
    return { segment, startRow, endRow: row, time: new TimeSpan() }
  })
}

function sourceOf(segment: SegmentSummary, time: TimeSpan): ReportSource {
  const { source, format, records, timestamps, cutLines, invalidUtf8 } = segment
  const [firstTime, lastTime] = time.range ?? [null, null]
  return { name: source, role: 'judged', format, records, timestamps, firstTime, lastTime, cutLines, invalidUtf8 }
}

class TimeSpan {
  #first = Infinity
  #last = -Infinity

  add(time: number): void {
    if (time < this.#first) this.#first = time
    if (time > this.#last) this.#last = time
  }

  get range(): readonly [number, number] | null {
    return this.#first <= this.#last ? [this.#first, this.#last] : null
  }
}
