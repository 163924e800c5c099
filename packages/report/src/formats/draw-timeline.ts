import type { SourceTimeline, TimelinePicture } from '../pictures/score-timeline.js'
import type { Catalogue } from '../language/catalogue.js'
import { visibleText } from '../plain-text.js'

const BARS = '▁▂▃▄▅▆▇█'
const CELLS = 60
const MAX_ROWS = 12
/** A strength that fills the height, at least: a calm log is drawn flat. */
const FULL = 6

/** The timelines as text: for each source a row of bars with its times, and a row of marks where something was flagged. */
export function drawTimeline({ sources }: TimelinePicture, words: Catalogue): string[] {
  const own = sources.length > 1 ? sources.slice(1) : sources
  const lines = own.slice(0, MAX_ROWS).flatMap((timeline) => {
    const cells = cellsOf(timeline, CELLS)
    const marks = cells
      .map(({ flagged }) => (flagged > 0 ? '^' : ' '))
      .join('')
      .trimEnd()
    const { source, axis, starts, width } = timeline
    const times =
      axis === 'time' && starts.length > 0 ? words.formats.timeRange(starts[0], starts[starts.length - 1] + width) : ''
    const head = [source === null ? '' : visibleText(source), times].filter((part) => part !== '').join('  ')
    return [...(head === '' ? [] : [head]), bars(cells), ...(marks === '' ? [] : [marks])]
  })
  return own.length > MAX_ROWS ? [...lines, `… (+${own.length - MAX_ROWS})`] : lines
}

/** One row of bars as wide as asked for: the strangeness of all sources together. */
export function sparkline({ sources }: TimelinePicture, width: number): { bars: string; flagged: readonly boolean[] } {
  const cells = sources[0] === undefined ? [] : cellsOf(sources[0], width)
  return { bars: bars(cells), flagged: cells.map(({ flagged }) => flagged > 0) }
}

interface Cell {
  strength: number
  flagged: number
}

/** The bins of a timeline, put into at most so many cells of equal width; bins that hold nothing have strength −1. */
function cellsOf({ starts, width, strength, flagged }: SourceTimeline, limit: number): Cell[] {
  if (starts.length === 0) return []
  const first = starts[0] / width
  const span = starts[starts.length - 1] / width - first + 1
  // No more cells than bins that hold something: a short log would be mostly blank.
  const count = Math.min(limit, Math.round(span), starts.length)
  const cells = Array.from({ length: count }, (): Cell => ({ strength: -1, flagged: 0 }))
  starts.forEach((start, bin) => {
    const cell = cells[Math.min(count - 1, Math.floor(((start / width - first) / span) * count))]
    cell.strength = Math.max(
      cell.strength,
      strength.reduce((sum, detector) => sum + detector[bin], 0),
    )
    cell.flagged += flagged.reduce((sum, detector) => sum + detector[bin], 0)
  })
  return cells
}

function bars(cells: readonly Cell[]): string {
  const highest = cells.reduce((most, { strength }) => Math.max(most, strength), FULL)
  return cells
    .map(({ strength }) => {
      if (strength < 0) return ' '
      return BARS[Math.min(7, Math.floor((8 * Math.sqrt(strength)) / Math.sqrt(highest)))]
    })
    .join('')
}
