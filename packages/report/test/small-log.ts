import {
  type AnomalyScores,
  DictionaryColumn,
  type CountEvidence,
  ParameterList,
  type ParsedLog,
  type Template,
} from '@sp/log-table'
import type { ReportInput } from '../src/build-report.js'
import type { ReportSource } from '../src/report.js'

/** A row of a log written by hand. */
export interface SmallRow {
  readonly raw: string
  /** Text of its template, which is also its id with `#` before it. */
  readonly template: string
  readonly host?: string
  readonly process?: string
  readonly severity?: number
  readonly lineNo?: number
  readonly time?: number
}

/** A window written by hand; evidence names its template by text. */
export interface SmallWindow {
  readonly rows: readonly [start: number, end: number]
  readonly score: number
  readonly pValue: number
  readonly evidence?: readonly (Omit<CountEvidence, 'template'> & { readonly template: string })[]
}

const BATCH_ROWS = 7

/** A report's input from rows and windows; windows above score 10 are flagged. The log numbers templates its own way. */
export function smallInput(
  rows: readonly SmallRow[],
  windows: readonly SmallWindow[],
  sources: readonly ReportSource[] = [judged('app.log', rows.length)],
): ReportInput {
  const texts = [
    ...new Set([
      ...rows.map(({ template }) => template),
      ...windows.flatMap(({ evidence = [] }) => evidence.map((e) => e.template)),
    ]),
  ]
  const templates = texts.sort().map((text) => ({ id: `#${text}`, text, count: 1 }))
  const scores: AnomalyScores = {
    detector: 'baseline',
    count: windows.length,
    startRow: Int32Array.from(windows, (window) => window.rows[0]),
    endRow: Int32Array.from(windows, (window) => window.rows[1]),
    score: Float64Array.from(windows, (window) => window.score),
    pValue: Float64Array.from(windows, (window) => window.pValue),
    isAnomaly: Uint8Array.from(windows, (window) => (window.score > 10 ? 1 : 0)),
    threshold: 10,
    evidence: windows.map(({ evidence = [] }) =>
      evidence.map((one) => ({ ...one, template: texts.indexOf(one.template) })),
    ),
  }
  const training = { rows: 20_000, windows: 799, templates: 120, budget: 0.005, windowSize: 50, stride: 25 }
  return { sources, training, scores, templates, log: new SmallLog(rows) }
}

/** A judged source of so many records, all with times. */
export function judged(name: string, records: number): ReportSource {
  return { name, role: 'judged', format: 'syslog', records, timestamps: records }
}

/** Rows held in memory, given out in small batches; templates get codes as they are met. */
class SmallLog {
  readonly templates: Template[] = []
  readonly #rows: readonly SmallRow[]

  constructor(rows: readonly SmallRow[]) {
    this.#rows = rows
  }

  async *batches({ startRow = 0, endRow = this.#rows.length } = {}): AsyncGenerator<ParsedLog, void, undefined> {
    for (let start = startRow; start < endRow; start += BATCH_ROWS) {
      yield this.#batch(start, this.#rows.slice(start, Math.min(endRow, start + BATCH_ROWS)))
    }
  }

  #batch(start: number, rows: readonly SmallRow[]): ParsedLog {
    return {
      rowCount: rows.length,
      source: distinct(rows.map(() => 'app.log')),
      lineNo: Int32Array.from(rows, (row, i) => row.lineNo ?? start + i),
      byteOffset: new Float64Array(rows.length),
      timestamp: Float64Array.from(rows, (row, i) => row.time ?? Date.UTC(2026, 2, 10) + (start + i) * 1000),
      host: distinct(rows.map((row) => row.host ?? 'web-1')),
      process: distinct(rows.map((row) => row.process ?? 'app')),
      pid: new Int32Array(rows.length).fill(-1),
      severity: Int8Array.from(rows, (row) => row.severity ?? -1),
      raw: rows.map((row) => row.raw),
      masked: rows.map((row) => row.raw),
      parameters: new ParameterList(new Int32Array(rows.length + 1), []),
      template: Int32Array.from(rows, (row) => this.#codeOf(row.template)),
    }
  }

  #codeOf(text: string): number {
    const known = this.templates.findIndex((template) => template.text === text)
    return known >= 0 ? known : this.templates.push({ id: `#${text}`, text, count: 0 }) - 1
  }
}

function distinct(values: readonly string[]): DictionaryColumn {
  return new DictionaryColumn(values, Int32Array.from(values.keys()))
}
