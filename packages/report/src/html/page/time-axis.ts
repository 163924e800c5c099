import type uPlot from 'uplot'
import { colour } from './theme.js'

const DAY = 86_400_000
const MINUTE = 60_000

/** Times of an axis in the language of the page; the day stands where it begins. */
export function timeLabels(language: string): (splits: readonly number[], step: number) => string[] {
  const day = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric', timeZone: 'UTC' })
  const year = new Intl.DateTimeFormat(language, { year: 'numeric', month: 'short', day: 'numeric', timeZone: 'UTC' })
  const minute = new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: 'UTC',
  })
  const second = new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZone: 'UTC',
  })
  return (splits, step) =>
    splits.map((time, i) => {
      const isNewDay = i === 0 || Math.floor(time / DAY) !== Math.floor(splits[i - 1] / DAY)
      if (step >= DAY) return (i === 0 ? year : day).format(time)
      const clock = (step < MINUTE ? second : minute).format(time)
      return isNewDay ? `${clock}\n${day.format(time)}` : clock
    })
}

/** Date and time of the tip. */
export function timeText(language: string): (time: number) => string {
  const format = new Intl.DateTimeFormat(language, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZone: 'UTC',
  })
  return (time) => format.format(time)
}

const STEPS = [
  1,
  5,
  10,
  50,
  100,
  500,
  1000,
  5000,
  10_000,
  15_000,
  30_000,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  60 * MINUTE,
  120 * MINUTE,
  180 * MINUTE,
  360 * MINUTE,
  720 * MINUTE,
  DAY,
  2 * DAY,
  5 * DAY,
  10 * DAY,
  30 * DAY,
  60 * DAY,
  180 * DAY,
  365 * DAY,
]

/** The horizontal axis of a picture along the log, of times (all in UTC, whatever the reader's clock) or of numbers. */
export function logAxis(axis: 'time' | 'line', language: string): uPlot.Axis {
  const labels = timeLabels(language)
  const base: uPlot.Axis = {
    stroke: () => colour('quiet'),
    grid: { show: false },
    ticks: { stroke: () => colour('line'), width: 1, size: 4 },
    font: FONT,
    space: 74,
    size: axis === 'time' ? 40 : 28,
    incrs: axis === 'time' ? STEPS : undefined,
  }
  if (axis === 'time') return { ...base, values: (_, splits, __, ___, step) => labels(splits, step) }
  return { ...base, values: (_, splits) => splits.map((value) => value.toLocaleString(language)) }
}

/** The vertical axis of a picture. */
export function heightAxis(): uPlot.Axis {
  return {
    stroke: () => colour('quiet'),
    grid: { stroke: () => colour('grid'), width: 1 },
    ticks: { show: false },
    font: FONT,
    size: 42,
    space: 28,
  }
}

/** Of all texts in the pictures. */
export const FONT = '11px system-ui, sans-serif'
