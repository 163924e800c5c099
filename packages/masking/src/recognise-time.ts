import { digitsEnd, intBetween, isDigitAt, isValueEnd, isWordAt, type PaddedText, standsAt } from './characters.js'

// Names by their three letters in one number: no piece of the text is copied to look one up.
const MONTHS = nameKeys('jan feb mar apr may jun jul aug sep oct nov dec')
const WEEKDAYS = nameKeys('mon tue wed thu fri sat sun')
const UTC = Buffer.from('UTC')
const GMT = Buffer.from('GMT')

/**
 * A time of day: `h:mm`, seconds and fraction optional, a zone glued or one space apart.
 * @param start at the first digit of the hour
 */
export function recogniseTime(text: PaddedText, start: number): number {
  const end = clockEnd(text, start)
  return end < 0 ? -1 : zoneEnd(text, end)
}

/**
 * Where a date ends, a time behind it or not: year first or last, joined by `-`, `/` or `.`, or with the month by name.
 * It is a value of its own only where `isValueEnd` holds.
 */
export function dateEnd(text: PaddedText, start: number): number {
  if (!isDigitAt(text, start)) return namedDateEnd(text, start)
  const first = digitsEnd(text, start)
  const separator = text[first]
  if (first - start === 4) return yearFirstEnd(text, start, first)
  if (first - start > 2 || !isDay(text, start, first)) return -1
  if (separator !== 45 && separator !== 47 && separator !== 46 && separator !== 32) return -1 // - / . space
  if (!isDigitAt(text, first + 1)) return dayMonthEnd(text, first, separator)
  if (separator === 32) return -1
  const second = digitsEnd(text, first + 1)
  if (second - first > 3 || text[second] !== separator || !isDay(text, first + 1, second)) return -1
  const end = digitsEnd(text, second + 1)
  const isShortYear = end - second === 3 && separator === 47
  return isShortYear || (end - second === 5 && isYear(text, second + 1, end)) ? end : -1
}

/**
 * A date and a time of day as one value: ISO 8601, `2005-06-03-15.42.50.363779`, `03/Jan/2024:10:05:03 +0000`,
 * `Jun  9 06:06:20`, `Wed Jun 29 14:44:35 2005`, `Fri Jul 01 08:16:53 PDT 2005`, `20240115T100503Z`.
 * @param date what {@link dateEnd} said
 */
export function recogniseDateTime(text: PaddedText, start: number, date: number): number {
  if (date < 0) return compactEnd(text, start)
  const joint = text[date]
  if (joint === 45) {
    const dotted = dottedClockEnd(text, date + 1)
    if (dotted >= 0) return dotted
  }
  if (joint === 44 && text[date + 1] === 32) return joinedClockEnd(text, date + 2) // , and space
  const isJoint = joint === 84 || joint === 116 || joint === 32 || joint === 58 || joint === 45 || joint === 95 // T t : - _
  return isJoint ? joinedClockEnd(text, date + 1) : -1
}

/** Whether the three letters at a position start the English name of a month or a weekday. */
export function isDateWord(text: PaddedText, start: number): boolean {
  const key = nameKey(text, start)
  return MONTHS.has(key) || WEEKDAYS.has(key)
}

function joinedClockEnd(text: PaddedText, start: number): number {
  const clock = clockEnd(text, start)
  if (clock < 0) return -1
  const zone = zoneEnd(text, clock)
  return yearAfterEnd(text, zone)
}

function yearFirstEnd(text: PaddedText, start: number, year: number): number {
  const separator = text[year]
  if ((separator !== 45 && separator !== 47 && separator !== 46) || !isYear(text, start, year)) return -1
  const month = digitsEnd(text, year + 1)
  if (!isDay(text, year + 1, month) || intBetween(text, year + 1, month) > 12 || text[month] !== separator) return -1
  const day = digitsEnd(text, month + 1)
  // A dotted date needs both figures of each part, otherwise it is a version.
  if (separator === 46 && (month - year !== 3 || day - month !== 3)) return -1
  return isDay(text, month + 1, day) ? day : -1
}

/** `03/Jan/2024`, `3 Jan 2024`, `22 Sep 00:34:07` (the year after the clock). */
function dayMonthEnd(text: PaddedText, day: number, separator: number): number {
  const month = monthEnd(text, day + 1)
  if (month < 0) return -1
  const year = digitsEnd(text, month + 1)
  if (text[month] === separator && year - month === 5 && isYear(text, month + 1, year)) return year
  return separator === 32 && clockEnd(text, month + 1) >= 0 ? month : -1
}

/** `Jun  9`, `Jun 9 2005`, `Jun 9, 2005`, each with an optional weekday before it; `Tue, 15 Nov 1994`. */
function namedDateEnd(text: PaddedText, start: number): number {
  const weekday = nameEnd(text, start, WEEKDAYS)
  let at = start
  if (weekday >= 0) {
    at = spacesEnd(text, text[weekday] === 44 ? weekday + 1 : weekday)
    if (at === weekday) return -1
    if (isDigitAt(text, at)) {
      const day = digitsEnd(text, at)
      return text[day] === 32 && isDay(text, at, day) ? dayMonthEnd(text, day, 32) : -1
    }
  }
  const month = monthEnd(text, at)
  if (month < 0) return -1
  const first = spacesEnd(text, month)
  const day = digitsEnd(text, first)
  if (first === month || !isDay(text, first, day) || isWordAt(text, day) || text[day] === 58) return -1
  return dayYearEnd(text, day)
}

function dayYearEnd(text: PaddedText, day: number): number {
  const comma = text[day] === 44 ? day + 1 : day
  const year = yearAfterEnd(text, comma)
  return year > comma && text[year] !== 58 ? year : day
}

/** A year one space further on, as in `14:44:35 2005`; the position itself where there is none. */
function yearAfterEnd(text: PaddedText, at: number): number {
  if (text[at] !== 32) return at
  const year = digitsEnd(text, at + 1)
  return year - at === 5 && isYear(text, at + 1, year) && isValueEnd(text, year) ? year : at
}

/** `20240115T100503Z`, `20240115-10:05:03:606`. */
function compactEnd(text: PaddedText, start: number): number {
  const date = digitsEnd(text, start)
  if (date - start !== 8 || !isYear(text, start, start + 4)) return -1
  const joint = text[date]
  if (joint !== 84 && joint !== 45 && joint !== 95) return -1
  const clock = clockEnd(text, date + 1)
  if (clock >= 0) return zoneEnd(text, clock)
  const loose = looseClockEnd(text, date + 1)
  if (loose >= 0) return loose
  const digits = digitsEnd(text, date + 1)
  if (digits - date !== 7) return -1
  const zone = zoneEnd(text, digits)
  return isValueEnd(text, zone) ? zone : -1
}

/** `0:5:7:29`: hour, minute, second and milliseconds without leading zeros, as HarmonyOS health logs write them. */
function looseClockEnd(text: PaddedText, start: number): number {
  let at = digitsEnd(text, start)
  for (let part = 0; part < 3; part++) {
    const next = digitsEnd(text, at + 1)
    if (text[at] !== 58 || next === at + 1 || next - at > 4) return -1
    at = next
  }
  return isValueEnd(text, at) ? at : -1
}

function clockEnd(text: PaddedText, start: number): number {
  const hour = digitsEnd(text, start)
  if (hour === start || hour - start > 2 || intBetween(text, start, hour) > 24) return -1
  let end = sixtiethEnd(text, hour)
  if (end < 0) return -1
  const second = sixtiethEnd(text, end)
  if (second >= 0) {
    end = second
    const mark = text[end]
    // The colon before three figures of milliseconds is how HarmonyOS health logs write them.
    if ((mark === 46 || mark === 44) && isDigitAt(text, end + 1)) end = digitsEnd(text, end + 1)
    else if (mark === 58 && digitsEnd(text, end + 1) - end === 4) end += 4
  }
  if (text[end] === 58 && isWordAt(text, end + 1)) return -1
  return isValueEnd(text, end) || zoneEnd(text, end) > end ? end : -1
}

function dottedClockEnd(text: PaddedText, start: number): number {
  let at = digitsEnd(text, start)
  if (at - start !== 2) return -1
  for (let part = 0; part < 2; part++) {
    const next = digitsEnd(text, at + 1)
    if (text[at] !== 46 || next - at !== 3) return -1
    at = next
  }
  if (text[at] === 46 && isDigitAt(text, at + 1)) at = digitsEnd(text, at + 1)
  return isValueEnd(text, at) ? at : -1
}

function sixtiethEnd(text: PaddedText, colon: number): number {
  if (text[colon] !== 58 || !isDigitAt(text, colon + 1) || !isDigitAt(text, colon + 2)) return -1
  return isDigitAt(text, colon + 3) || intBetween(text, colon + 1, colon + 3) > 60 ? -1 : colon + 3
}

/** `Z`, `+02:00`, `+0200` glued or a space apart, or a space and a name of 3–4 capitals before a year, `UTC`, `GMT`. */
function zoneEnd(text: PaddedText, at: number): number {
  if (text[at] === 90 && !isWordAt(text, at + 1)) return at + 1 // Z
  const isApart = text[at] === 32
  const sign = isApart ? at + 1 : at
  if (text[sign] === 43 || text[sign] === 45) {
    const hours = digitsEnd(text, sign + 1)
    const end = text[hours] === 58 ? digitsEnd(text, hours + 1) : hours
    const digits = end - sign - 1 - (end > hours ? 1 : 0)
    const isOffset = digits === 4 && (end === hours || hours - sign === 3)
    return isOffset && isValueEnd(text, end) ? end : at
  }
  return isApart ? zoneNameEnd(text, at) : at
}

function zoneNameEnd(text: PaddedText, space: number): number {
  let end = space + 1
  while (end - space <= 5 && text[end] >= 65 && text[end] <= 90) end++
  const length = end - space - 1
  if (length < 3 || length > 4 || isWordAt(text, end)) return space
  const isUniversal = standsAt(text, space + 1, UTC) || standsAt(text, space + 1, GMT)
  return isUniversal || yearAfterEnd(text, end) > end ? end : space
}

function monthEnd(text: PaddedText, start: number): number {
  return nameEnd(text, start, MONTHS)
}

/** Where a capitalised three-letter name ends, or −1; longer names (`January`) are words. */
function nameEnd(text: PaddedText, start: number, names: ReadonlySet<number>): number {
  const initial = text[start]
  if (initial < 65 || initial > 90 || isWordAt(text, start + 3)) return -1
  return names.has(nameKey(text, start)) ? start + 3 : -1
}

function nameKeys(names: string): ReadonlySet<number> {
  return new Set(names.split(' ').map((name) => nameKey(Buffer.from(name), 0)))
}

function nameKey(text: PaddedText, at: number): number {
  return ((text[at] | 32) << 16) | ((text[at + 1] | 32) << 8) | (text[at + 2] | 32)
}

function spacesEnd(text: PaddedText, at: number): number {
  if (text[at] !== 32) return at
  return text[at + 1] === 32 ? at + 2 : at + 1
}

function isDay(text: PaddedText, start: number, end: number): boolean {
  if (end === start || end - start > 2) return false
  const day = intBetween(text, start, end)
  return day >= 1 && day <= 31
}

function isYear(text: PaddedText, start: number, end: number): boolean {
  const year = intBetween(text, start, end)
  return year >= 1900 && year < 2100
}
