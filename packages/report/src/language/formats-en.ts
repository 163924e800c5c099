import type { ReportTraining } from '../report.js'
import { Formats } from './formats.js'

/** The English way to write numbers, dates and durations. */
export const formats = new Formats(
  'en-GB',
  {
    units: [
      [86_400_000, ' day', ' days'],
      [3_600_000, ' h', ' h'],
      [60_000, ' min', ' min'],
      [1000, ' s', ' s'],
      [1, ' ms', ' ms'],
    ],
    join: ' ',
  },
  { range: '–', percent: ' %', month: 'short' },
)

/** How long the normal log is, empty where that is not known. */
export function spanOf({ firstTime, lastTime }: ReportTraining): string {
  return firstTime === null || lastTime === null || lastTime <= firstTime ? '' : formats.duration(lastTime - firstTime)
}

/** `once`, `3 times`. */
export function times(count: number): string {
  return count === 1 ? 'once' : `${formats.number(count)} times`
}

/** `1 line`, `3 lines`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formats.number(count)} ${count === 1 ? one : many}`
}
