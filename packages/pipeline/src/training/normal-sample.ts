import { sourceRuns } from '@sp/builders'
import type { LogLayout } from '@sp/log-reader'
import { ParsedLogFile } from '@sp/log-table'

/** Rows that a bundle keeps: enough for some hundred windows. */
const SAMPLE_ROWS = 10_000
/** Rows of a source that are worth more than later ones of others. */
const ENOUGH_ROWS = 1_000

/**
 * The last rows of a parsed log as raw text, line by line. A text is read in one format: where the sources have several,
 * it is of one source, the last that has enough rows, else the longest.
 */
export async function normalSample(parsed: string, layouts: readonly LogLayout[]): Promise<string> {
  const log = await ParsedLogFile.open(parsed)
  try {
    const isOneFormat = new Set(layouts.map(({ format }) => format)).size <= 1
    const { from, to } = isOneFormat ? { from: 0, to: log.rowCount } : await lastLongRun(log)
    const startRow = Math.max(from, to - SAMPLE_ROWS)
    const lines: string[] = []
    for await (const { rowCount, raw } of log.batches({ columns: ['raw'], startRow })) {
      for (let i = 0; i < rowCount && startRow + lines.length < to; i++) lines.push(raw.at(i) ?? '')
    }
    return lines.join('\n') + '\n'
  } finally {
    await log.close()
  }
}

/** Rows `from <= row < to` of one source. */
async function lastLongRun(log: ParsedLogFile): Promise<{ readonly from: number; readonly to: number }> {
  const runs: { source: string; from: number; to: number }[] = []
  let row = 0
  for await (const { rowCount, source } of log.batches({ columns: ['source'] })) {
    for (const run of sourceRuns(source)) {
      const last = runs.at(-1)
      if (last?.source === run.source) last.to = row + run.to
      else runs.push({ source: run.source, from: row + run.from, to: row + run.to })
    }
    row += rowCount
  }
  const longest = runs.reduce((most, run) => (run.to - run.from > most.to - most.from ? run : most))
  return runs.findLast(({ from, to }) => to - from >= ENOUGH_ROWS) ?? longest
}
