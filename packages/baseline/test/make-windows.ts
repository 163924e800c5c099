import { countWindows, type WindowCounts, type WindowOptions } from '@sp/builders'
import { DictionaryColumn } from '@sp/log-table'

/** Windows of a log given as the template code of each line, all of one source without times. */
export function windowsOf(templates: readonly number[], options?: WindowOptions): Promise<WindowCounts> {
  const rowCount = templates.length
  const batch = {
    rowCount,
    source: new DictionaryColumn(['app.log'], new Int32Array(rowCount)),
    lineNo: Int32Array.from(templates.keys()),
    timestamp: new Float64Array(rowCount).fill(NaN),
    template: Int32Array.from(templates),
  }
  return countWindows([batch], options)
}

/** Numbers in 0..1 that depend on the seed alone (mulberry32, public domain). */
export function seededNumbers(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/**
 * A stationary log: each line is drawn by itself from 20 templates, template k with a weight of 1 / (k + 1), and now and
 * then (one line in 100) a short burst of one of five more templates.
 */
export function stationaryLog(lines: number, seed: number): number[] {
  const next = seededNumbers(seed)
  const weights = Array.from({ length: 20 }, (_, k) => 1 / (k + 1))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const log: number[] = []
  while (log.length < lines) {
    if (next() < 0.01) {
      const template = 20 + Math.floor(next() * 5)
      for (let left = 1 + Math.floor(next() * 6); left > 0; left--) log.push(template)
      continue
    }
    let rest = next() * total
    let template = 0
    while (rest > weights[template]) rest -= weights[template++]
    log.push(template)
  }
  return log.slice(0, lines)
}

/** Windows with these counts, by window and template code; they follow one another without overlap. */
export function windowsOfCounts(table: readonly (readonly number[])[], windowSize?: number): WindowCounts {
  const lengths = table.map((row) => row.reduce((sum, count) => sum + count, 0))
  const size = windowSize ?? Math.max(...lengths)
  const entries = table.map((row) => [...row.entries()].filter(([, count]) => count > 0))
  // Rows are places, not lines: a window keeps its place even when it holds fewer or more lines than its size.
  const startRow = Int32Array.from(table, (_, w) => w * size)
  const endRow = startRow.map((row) => row + size)
  let filled = 0
  return {
    count: table.length,
    windowSize: size,
    stride: size,
    startRow,
    endRow,
    sources: ['app.log'],
    source: new Int32Array(table.length),
    startLine: startRow,
    endLine: endRow.map((row) => row - 1),
    startTime: new Float64Array(table.length).fill(NaN),
    endTime: new Float64Array(table.length).fill(NaN),
    offsets: Int32Array.from([0, ...entries.map((entry) => (filled += entry.length))]),
    templates: Int32Array.from(entries.flatMap((entry) => entry.map(([template]) => template))),
    counts: Int32Array.from(entries.flatMap((entry) => entry.map(([, count]) => count))),
  }
}
