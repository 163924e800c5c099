import { DictionaryColumn, ParameterList, type ParsedLog } from '@sp/log-table'
import { collectLines } from '../src/lines/collect-lines.js'
import type { LineDetector } from '../src/lines/line-detector.js'
import type { LineColumns } from '../src/lines/line-reader.js'
import type { LogLines } from '../src/lines/log-lines.js'

/** One line of a test log; `at` in seconds. */
export interface TestLine {
  readonly at: number
  readonly template: number
  readonly host?: string
  readonly process?: string
  readonly pid?: number
  readonly values?: readonly string[]
  /** Of the values; default `NUM`. */
  readonly type?: string
  readonly source?: string
}

/** The lines as a detector reads them. */
export function linesOf(lines: readonly TestLine[]): Promise<LogLines> {
  return collectLines([columnsOf(lines)])
}

/** The lines as columns of a parsed log. */
export function columnsOf(lines: readonly TestLine[]): LineColumns & Pick<ParsedLog, 'source'> {
  const offsets = new Int32Array(lines.length + 1)
  lines.forEach(({ values = [] }, i) => (offsets[i + 1] = offsets[i] + values.length))
  return {
    rowCount: lines.length,
    source: columnOf(lines.map(({ source = 'app.log' }) => source)),
    timestamp: Float64Array.from(lines, ({ at }) => at * 1000),
    host: columnOf(lines.map(({ host = 'a' }) => host)),
    process: columnOf(lines.map(({ process = 'app' }) => process)),
    pid: Int32Array.from(lines, ({ pid = 1 }) => pid),
    template: Int32Array.from(lines, ({ template }) => template),
    parameters: new ParameterList(
      offsets,
      lines.flatMap(({ values = [], type = 'NUM' }) => values.map((value) => ({ type, value }))),
    ),
  }
}

/** Rows `from <= row < to` of a log as the ensemble reads them; line numbers are those of the whole log. */
export function rowsOf(log: readonly TestLine[], from = 0, to = log.length) {
  const lines = log.slice(from, to)
  return { ...columnsOf(lines), lineNo: Int32Array.from(lines, (_, i) => from + i) }
}

/** One score a line, of one source. */
export function scoreLines<Model>(detector: LineDetector<Model>, model: Model, lines: LogLines): Float64Array {
  const scores = new Float64Array(lines.count)
  detector.open(model).push(lines, scores)
  return scores
}

function columnOf(names: readonly string[]): DictionaryColumn {
  const distinct = [...new Set(names)]
  return new DictionaryColumn(
    distinct,
    Int32Array.from(names, (name) => distinct.indexOf(name)),
  )
}
