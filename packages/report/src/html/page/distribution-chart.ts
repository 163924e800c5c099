import uPlot from 'uplot'
import type { PageDistribution } from './page-data.js'
import { colour } from './theme.js'
import { FONT, heightAxis } from './time-axis.js'

const HEIGHT = 130

/**
 * Units by score. Across: even around 0 and logarithmic far from it, measured in thresholds (as the bins were made). Up:
 * logarithmic, so that one strange unit is seen beside a million normal ones.
 */
export function distributionChart(
  host: HTMLElement,
  { threshold, bins }: PageDistribution,
  { width, language, word, colourName }: { width: number; language: string; word: string; colourName: string },
): uPlot {
  const scale = threshold !== null && threshold > 0 ? threshold : 1
  const middles = bins.map(([from, to]) => (position(from, scale) + position(to, scale)) / 2)
  const heights = bins.map(([, , units]) => Math.log10(units) + LIFT)
  const at = threshold === null ? null : position(threshold, scale)
  const first = Math.min(middles[0] ?? 0, at ?? Infinity) - 0.1
  const last = Math.max(middles[middles.length - 1] ?? 1, at ?? -Infinity) + 0.1
  const ticks = ticksWithin(first, last, scale)
  return new uPlot(
    {
      width,
      height: HEIGHT,
      padding: [14, 8, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false, range: [first, last] }, y: { range: (_, __, max) => [0, Math.ceil(max + 0.2)] } },
      axes: [
        {
          stroke: () => colour('quiet'),
          grid: { show: false },
          ticks: { stroke: () => colour('line'), width: 1, size: 4 },
          font: FONT,
          size: 26,
          splits: (u) =>
            spaced(
              u,
              ticks.map((tick) => position(tick, scale)),
            ),
          values: (_, splits) => splits.map((split) => shortNumber(scoreAt(split, scale), language)),
        },
        {
          ...heightAxis(),
          splits: (_, __, ___, max) => Array.from({ length: Math.floor(max - LIFT) + 1 }, (_, power) => power + LIFT),
          values: (_, splits) => splits.map((split) => shortNumber(10 ** (split - LIFT), language)),
        },
      ],
      series: [
        {},
        {
          paths: uPlot.paths.bars!({ size: [1, Infinity], align: 0, gap: 0 }),
          points: { show: false },
          width: 0,
          stroke: () => colour(colourName),
          fill: () => colour(colourName),
        },
      ],
      hooks: { draw: at === null ? [] : [(u) => drawThreshold(u, at, word)] },
    },
    [middles, heights] as uPlot.AlignedData,
    host,
  )
}

/** A bin of one unit has a height too. */
const LIFT = 0.25

function position(score: number, scale: number): number {
  return Math.asinh((3 * score) / scale)
}

function scoreAt(at: number, scale: number): number {
  return Number(((Math.sinh(at) / 3) * scale).toPrecision(6))
}

function ticksWithin(first: number, last: number, scale: number): number[] {
  const [from, to] = [scoreAt(first, scale), scoreAt(last, scale)]
  const ticks = [0]
  for (let power = Math.floor(Math.log10(scale)) - 1; 10 ** power <= Math.max(Math.abs(from), Math.abs(to)); power++) {
    for (const digit of [1, 3]) ticks.push(digit * 10 ** power, -digit * 10 ** power)
  }
  return ticks.filter((tick) => tick >= from && tick <= to).sort((a, b) => a - b)
}

/** Those positions of ticks that leave room for their numbers. */
function spaced(u: uPlot, positions: readonly number[]): number[] {
  let free = -Infinity
  return positions.filter((at) => {
    const x = u.valToPos(at, 'x')
    if (x - free < 38) return false
    free = x
    return true
  })
}

function shortNumber(value: number, language: string): string {
  return value.toLocaleString(language, {
    notation: Math.abs(value) >= 10_000 ? 'compact' : 'standard',
    maximumSignificantDigits: 3,
  })
}

function drawThreshold(u: uPlot, at: number, word: string): void {
  const { ctx } = u
  const ratio = devicePixelRatio
  const x = Math.round(u.valToPos(at, 'x', true))
  const { top, height, left, width } = u.bbox
  ctx.save()
  ctx.fillStyle = colour('high')
  ctx.fillRect(x, top - 4 * ratio, Math.max(1, ratio), height + 4 * ratio)
  ctx.font = `${10 * ratio}px ${FONT.replace(/^\S+ /, '')}`
  ctx.textBaseline = 'bottom'
  const isRight = x > left + width * 0.7
  ctx.textAlign = isRight ? 'right' : 'left'
  ctx.fillText(word, x + (isRight ? -3 : 3) * ratio, top - 2 * ratio)
  ctx.restore()
}
