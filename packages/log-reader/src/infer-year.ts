import { DAY_MS, daysFromCivil, isLeapYear, yearOf } from './civil-time.js'
import { sampleContext } from './detect-format.js'
import { HeaderFields } from './header-fields.js'
import type { HeaderFormat } from './header-format.js'
import { LineScanner } from './line-scanner.js'
import type { Source } from './source.js'

/** Year of a log that names none and of which nothing else is known; a leap year, so that every date exists. */
export const UNKNOWN_YEAR = 2000

const HALF_YEAR_MS = 183 * DAY_MS
const YEAR_MS = 366 * DAY_MS
const WEEK_MS = 7 * DAY_MS

/**
 * The year of the first line of a log whose dates name none. The last line cannot be younger than the file, so its
 * year follows from the time of last change; the turns of the year that pieces of the file show lie between.
 * A source that can be read only once is judged by its first lines, which is right for a log of under a year.
 * A longer log comes out right as long as neighbouring pieces (64 of a plain file) lie less than half a year apart.
 */
export async function inferFirstYear(
  source: Source,
  sample: { lines: readonly string[]; formats: readonly HeaderFormat[] },
): Promise<number> {
  const { modifiedMs } = source
  if (modifiedMs === null) return UNKNOWN_YEAR
  const dates = source.probe === undefined ? datesOf(sample.lines, sample.formats) : []
  if (source.probe !== undefined) {
    for await (const piece of source.probe()) dates.push(...datesOf(edgeLines(piece), sample.formats))
  }
  if (dates.length === 0) return yearOf(modifiedMs)
  const turns = turnsOf(dates)
  const last = turns.length - 1
  const firstYear = latestYear(dates[last], modifiedMs) - turns[last]
  return yearWithLeapDays(firstYear, dates, turns)
}

/** The dates of those lines that have one, all in the year {@link UNKNOWN_YEAR}. */
function datesOf(lines: readonly string[], formats: readonly HeaderFormat[]): number[] {
  const dates: number[] = []
  const fields = new HeaderFields()
  const scanner = new LineScanner()
  for (const line of lines) {
    const bytes = Buffer.from(line)
    const isRead = formats.some((format) => {
      fields.clear(0)
      return format.parse(scanner.start(bytes), sampleContext(), fields)
    })
    if (isRead && yearOf(fields.timestamp) === UNKNOWN_YEAR) dates.push(fields.timestamp)
  }
  return dates
}

const EDGE_BYTES = 1024

/** Some lines from the begin and the end of a piece, in order, none twice. */
function edgeLines(piece: Uint8Array): string[] {
  const text = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
  if (piece.length <= 2 * EDGE_BYTES) return text.toString('latin1').split(/\r?\n/)
  const head = text.toString('latin1', 0, EDGE_BYTES).split(/\r?\n/)
  const tail = text.toString('latin1', text.length - EDGE_BYTES).split(/\r?\n/)
  return [...head, ...tail]
}

/** Turns of the year before each date; a date up to a week back across a turn is late and causes none. */
function turnsOf(dates: readonly number[]): number[] {
  let turns = 0
  let previous = NaN
  return dates.map((date) => {
    if (date > previous + HALF_YEAR_MS && date - YEAR_MS >= previous - WEEK_MS) return turns - 1
    if (date < previous - HALF_YEAR_MS) turns++
    previous = date
    return turns
  })
}

/** The youngest year in which a date does not lie behind the time of last change, one day of time zones allowed. */
function latestYear(date: number, modifiedMs: number): number {
  const year = yearOf(modifiedMs)
  const day = new Date(date)
  const inYear = daysFromCivil(year, day.getUTCMonth() + 1, day.getUTCDate()) * DAY_MS
  return inYear > modifiedMs + DAY_MS ? year - 1 : year
}

/** The youngest first year, not after the given one, that gives each 29 February a leap year. */
function yearWithLeapDays(firstYear: number, dates: readonly number[], turns: readonly number[]): number {
  const leapTurns = new Set(turns.filter((_, index) => isLeapDay(dates[index])))
  for (let year = firstYear; year > firstYear - 8; year--) {
    if ([...leapTurns].every((turn) => isLeapYear(year + turn))) return year
  }
  return firstYear
}

function isLeapDay(date: number): boolean {
  const day = new Date(date)
  return day.getUTCMonth() === 1 && day.getUTCDate() === 29
}
