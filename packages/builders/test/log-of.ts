import { Dictionary, DictionaryColumn } from '@sp/log-table'
import type { CountedColumns } from '../src/count-windows.js'

export interface Line {
  source: string
  template: number
  time: number
}

/** The columns of lines `from <= line < to`; line numbers count within each source over the whole log. */
export function logOf(log: Line[], from = 0, to = log.length): CountedColumns {
  const sources = new Dictionary()
  const codes = Int32Array.from(log, (line) => sources.codeOf(line.source))
  const seen = new Map<string, number>()
  const lineNo = Int32Array.from(log, (line) => {
    const number = seen.get(line.source) ?? 0
    seen.set(line.source, number + 1)
    return number
  })
  const lines = log.slice(from, to)
  return {
    rowCount: lines.length,
    source: new DictionaryColumn(sources.values, codes.slice(from, to)),
    lineNo: lineNo.slice(from, to),
    timestamp: Float64Array.from(lines, (line) => line.time),
    template: Int32Array.from(lines, (line) => line.template),
  }
}
