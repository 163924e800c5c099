import { visibleText } from './plain-text.js'
import type { TimelineRow } from './report.js'

const BARS = '▁▂▃▄▅▆▇█'
const MAX_ROWS = 12

/** The timeline as text: for each source a row of bars with its times, and a row of marks where something was flagged. */
export function drawTimeline(rows: readonly TimelineRow[]): string[] {
  const lines = rows.slice(0, MAX_ROWS).flatMap(({ source, startTime, endTime, cells }) => {
    const bars = cells.map(({ level }) => BARS[level] ?? ' ').join('')
    const marks = cells.map(({ flagged }) => (flagged ? '^' : ' ')).join('')
    const times = startTime === null || endTime === null ? '' : `  ${startTime} – ${endTime}`
    return [visibleText(source) + times, bars, ...(marks.trim() === '' ? [] : [marks.trimEnd()])]
  })
  return rows.length > MAX_ROWS ? [...lines, `… (+${rows.length - MAX_ROWS})`] : lines
}
