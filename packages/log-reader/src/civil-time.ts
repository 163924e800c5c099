/** Milliseconds of a day. */
export const DAY_MS = 86_400_000

/**
 * Days from 1970-01-01 to a date of the proleptic Gregorian calendar
 * (H. Hinnant, "chrono-compatible low-level date algorithms", days_from_civil).
 * @param month 1..12
 * @param day 1..31
 */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

/** Whether a year has a 29 February. */
export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

/** The year of a time in milliseconds since 1970-01-01 UTC. */
export function yearOf(timeMs: number): number {
  return new Date(timeMs).getUTCFullYear()
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Days of a month 1..12; February has 29 when the year is not known. */
export function daysInMonth(month: number, year?: number): number {
  return month === 2 && (year === undefined || isLeapYear(year)) ? 29 : DAYS[month - 1]
}
