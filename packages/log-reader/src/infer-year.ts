import { DAY_MS, daysFromCivil, isLeapYear, yearOf } from './civil-time.js'
import { sampleContext } from './detect-format.js'
import { HeaderFields } from './header-fields.js'
import type { HeaderFormat } from './header-format.js'
import type { LineSample } from './line-sample.js'
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
  { sample, formats }: { readonly sample: LineSample; readonly formats: readonly HeaderFormat[] },
): Promise<number> {
  const { modifiedMs } = source
  if (modifiedMs === null) return UNKNOWN_YEAR
  const seen = new SeenDates(formats)
  if (source.probe === undefined) for (let line = 0; line < sample.count; line++) seen.add(sample.scan(line))
  else for await (const piece of source.probe()) seen.addEdges(piece)
  const { dates } = seen
  if (dates.length === 0) return yearOf(modifiedMs)
  const turns = turnsOf(dates)
  const last = turns.length - 1
  const firstYear = latestYear(dates[last], modifiedMs) - turns[last]
  return yearWithLeapDays(firstYear, dates, turns)
}

const EDGE_BYTES = 1024

/** The dates of those lines that have one, in order, all in the year {@link UNKNOWN_YEAR}. */
class SeenDates {
  readonly dates: number[] = []
  readonly #formats: readonly HeaderFormat[]
  readonly #fields = new HeaderFields()
  readonly #scanner = new LineScanner()

  constructor(formats: readonly HeaderFormat[]) {
    this.#formats = formats
  }

  /** Adds the date of the line that a scanner stands at the beginning of. */
  add(line: LineScanner): void {
    const fields = this.#fields
    for (const format of this.#formats) {
      line.at = line.from
      fields.clear(line.from)
      if (!format.parse(line, sampleContext(), fields)) continue
      if (isInUnknownYear(fields.timestamp)) this.dates.push(fields.timestamp)
      return
    }
  }

  /** Adds some lines from the begin and the end of a piece, in order, none twice. */
  addEdges(piece: Uint8Array): void {
    if (piece.length <= 2 * EDGE_BYTES) return this.#addLines(piece)
    this.#addLines(piece.subarray(0, EDGE_BYTES))
    this.#addLines(piece.subarray(piece.length - EDGE_BYTES))
  }

  #addLines(bytes: Uint8Array): void {
    for (let from = 0; from <= bytes.length;) {
      const newline = bytes.indexOf(NEWLINE, from)
      const to = newline < 0 ? bytes.length : newline
      this.add(this.#scanner.start(bytes, from, bytes[to - 1] === RETURN ? to - 1 : to))
      from = to + 1
    }
  }
}

const NEWLINE = 10
const RETURN = 13
const YEAR_BEGIN = daysFromCivil(UNKNOWN_YEAR, 1, 1) * DAY_MS
const YEAR_END = daysFromCivil(UNKNOWN_YEAR + 1, 1, 1) * DAY_MS
const LEAP_DAY = daysFromCivil(UNKNOWN_YEAR, 2, 29)

function isInUnknownYear(time: number): boolean {
  return time >= YEAR_BEGIN && time < YEAR_END
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
  return Math.floor(date / DAY_MS) === LEAP_DAY
}
