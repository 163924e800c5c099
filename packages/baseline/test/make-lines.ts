import { DictionaryColumn, ParameterList } from '@sp/log-table'
import { collectLines, type LogLines } from '../src/lines/log-lines.js'

/** One line of a test log; `at` in seconds. */
export interface TestLine {
  readonly at: number
  readonly template: number
  readonly host?: string
  readonly process?: string
  readonly pid?: number
  readonly values?: readonly string[]
}

/** The lines as a detector reads them. */
export function linesOf(lines: readonly TestLine[]): Promise<LogLines> {
  const offsets = new Int32Array(lines.length + 1)
  lines.forEach(({ values = [] }, i) => (offsets[i + 1] = offsets[i] + values.length))
  return collectLines([
    {
      rowCount: lines.length,
      timestamp: Float64Array.from(lines, ({ at }) => at * 1000),
      host: columnOf(lines.map(({ host = 'a' }) => host)),
      process: columnOf(lines.map(({ process = 'app' }) => process)),
      pid: Int32Array.from(lines, ({ pid = 1 }) => pid),
      template: Int32Array.from(lines, ({ template }) => template),
      parameters: new ParameterList(
        offsets,
        lines.flatMap(({ values = [] }) => values.map((value) => ({ type: 'NUM', value }))),
      ),
    },
  ])
}

function columnOf(names: readonly string[]): DictionaryColumn {
  const distinct = [...new Set(names)]
  return new DictionaryColumn(
    distinct,
    Int32Array.from(names, (name) => distinct.indexOf(name)),
  )
}
