import type { MultivariateSeries, WindowCounts, WindowSeries } from '@sp/builders'
import { readTable, type TableColumn, type TableColumnType, writeTable } from '@sp/log-table'
import { PipelineError } from '../errors.js'

/** Full windows of a log as series, and where each lies. */
export interface WindowTable {
  readonly series: MultivariateSeries
  readonly source: readonly string[]
  readonly startLine: Int32Array
  readonly endLine: Int32Array
  readonly startRow: Int32Array
  readonly endRow: Int32Array
  /** Milliseconds since 1970, NaN where unknown. */
  readonly startTime: Float64Array
  readonly endTime: Float64Array
}

const PLACES: Readonly<Record<string, TableColumnType>> = {
  start_index: 'int32',
  source: 'string',
  window_end_line: 'int32',
  start_row: 'int32',
  end_row: 'int32',
  start_time: 'timestamp',
  end_time: 'timestamp',
  stretch: 'int32',
}

/**
 * Writes `window_counts.parquet`: a column of counts a series, `t` and its place (`t0`, `t1`, …; the last two are `other` and
 * `unknown`), and where each window lies. `stretch` counts runs of windows without a gap.
 */
export async function writeWindowTable(path: string, windows: WindowCounts, series: WindowSeries): Promise<void> {
  const size = series.names.length
  const counts = series.names.map((_, i): TableColumn => {
    const data = Int32Array.from({ length: series.count }, (__, t) => series.values[t * size + i])
    return { name: `t${i}`, type: 'int32', data }
  })
  const { window } = series
  const places: Record<string, ArrayLike<unknown>> = {
    start_index: window.map((w) => windows.startLine[w]),
    source: Array.from(window, (w) => windows.sources[windows.source[w]]),
    window_end_line: window.map((w) => windows.endLine[w]),
    start_row: window.map((w) => windows.startRow[w]),
    end_row: window.map((w) => windows.endRow[w]),
    start_time: Float64Array.from(window, (w) => windows.startTime[w]),
    end_time: Float64Array.from(window, (w) => windows.endTime[w]),
    stretch: stretchNumbers(series),
  }
  const columns = Object.entries(PLACES).map(([name, type]) => ({ name, type, data: places[name] }))
  await writeTable(path, [...counts, ...columns])
}

/**
 * Reads a `window_counts.parquet`.
 * @param names of its series, from the mapping
 * @throws {PipelineError} `bad-folder` when it has other columns
 */
export async function readWindowTable(path: string, names: readonly string[]): Promise<WindowTable> {
  const table = await readTable(path)
  const wanted = [...names.map((_, i) => `t${i}`), ...Object.keys(PLACES)]
  const missing = wanted.filter((name) => table[name] === undefined)
  if (missing.length > 0 || table[`t${names.length}`] !== undefined) {
    const seen = Object.keys(table).filter((name) => /^t\d+$/.test(name)).length
    const expected = `expected ${names.length} series and their places; give the mapping that was written beside it`
    throw new PipelineError('bad-folder', `${path} has ${seen} series, lacks ${missing[0] ?? 'nothing'}; ${expected}`)
  }
  const size = names.length
  const count = table.start_index.length
  const values = new Float64Array(count * size)
  names.forEach((_, i) => {
    const column = table[`t${i}`] as ArrayLike<number>
    for (let t = 0; t < count; t++) values[t * size + i] = column[t]
  })
  const stretch = table.stretch as ArrayLike<number>
  const starts = Array.from({ length: count }, (_, t) => t).filter((t) => t === 0 || stretch[t] !== stretch[t - 1])
  function times(name: string): Float64Array {
    return Float64Array.from(table[name] as ArrayLike<number | null>, (time) => time ?? NaN)
  }
  return {
    series: { count, names, values, starts },
    source: Array.from(table.source, String),
    startLine: Int32Array.from(table.start_index as ArrayLike<number>),
    endLine: Int32Array.from(table.window_end_line as ArrayLike<number>),
    startRow: Int32Array.from(table.start_row as ArrayLike<number>),
    endRow: Int32Array.from(table.end_row as ArrayLike<number>),
    startTime: times('start_time'),
    endTime: times('end_time'),
  }
}

function stretchNumbers({ count, starts }: MultivariateSeries): Int32Array {
  const numbers = new Int32Array(count)
  starts.forEach((start, s) => numbers.fill(s, start, starts[s + 1] ?? count))
  return numbers
}
