import uPlot from 'uplot'
import type { PageData, PageIncident, PageTimeline } from './page-data.js'
import { colour } from './theme.js'
import { FONT, heightAxis, logAxis } from './time-axis.js'

/** What a chart along the log is made with. */
export interface ChartContext {
  readonly data: PageData
  readonly width: number
  /** Told when the reader zooms by dragging or a double click. */
  readonly onZoom: (from: number, to: number) => void
  /** Told what lies under the pointer: a bin, or `null`. */
  readonly onPoint: (bin: number | null, chart: uPlot) => void
}

const HEIGHT = 190
const MARKS = 16

/** Narrowest bar, in pixels: bins are joined until they are as wide. */
const BAR = 5

/** A timeline chart, and the bins that it draws at the moment. */
export interface TimelineChart {
  readonly chart: uPlot
  drawn(): PageTimeline
}

/** The strangeness along the log: bars of all detectors stacked, above them a mark for each incident. */
export function timelineChart(
  host: HTMLElement,
  timeline: PageTimeline,
  shown: readonly boolean[],
  context: ChartContext,
): TimelineChart {
  const { data, width, onZoom, onPoint } = context
  // Drawn from the whole height down, so that each detector covers what is not its own.
  const order = timeline.strength.map((_, d) => d).reverse()
  let drawn = timeline
  const bars = uPlot.paths.bars!({ size: [1, Infinity], align: 0, gap: 1 })
  const [from, to] = extent(timeline)
  const chart = new uPlot(
    {
      width,
      height: HEIGHT,
      ms: 1,
      padding: [MARKS, 8, 0, 0],
      legend: { show: false },
      cursor: { points: { show: false }, y: false, drag: { x: true, y: false, setScale: true } },
      scales: {
        x: { time: false, range: (_, min, max) => (min === null || min === max ? [from, to] : [min, max]) },
        y: { range: (_, __, max) => [0, Math.max(4, max * 1.05)] },
      },
      axes: [logAxis(timeline.axis, data.language), heightAxis()],
      series: [
        {},
        ...order.map((d) => ({
          label: data.detectors[d],
          paths: bars,
          points: { show: false },
          width: 0,
          stroke: () => colour(`c${d}`),
          fill: () => colour(`c${d}`),
        })),
      ],
      hooks: {
        draw: [(u) => drawMarks(u, marksOf(timeline, data))],
        setScale: [(u, key) => (key === 'x' ? join(u) : undefined)],
        setSize: [join],
        setCursor: [(u) => onPoint(u.cursor.left! < 0 ? null : (u.cursor.idx ?? null), u)],
        setSelect: [
          (u) => {
            if (u.select.width > 0)
              onZoom(u.posToVal(u.select.left, 'x'), u.posToVal(u.select.left + u.select.width, 'x'))
          },
        ],
      },
    },
    columns(timeline),
    host,
  )
  chart.setScale('x', { min: from, max: to })
  chart.over.addEventListener('dblclick', () => onZoom(from, to))
  return { chart, drawn: () => drawn }

  function columns(bins: PageTimeline): uPlot.AlignedData {
    const heights = stack(bins, shown)
    const middles = bins.starts.map((start) => start + bins.width / 2)
    return [middles, ...order.map((d) => heights[d])] as uPlot.AlignedData
  }

  /** Joins bins until a bar is wide enough to be seen at the present zoom. */
  function join(u: uPlot): void {
    const { min, max } = u.scales.x
    const plot = u.over.clientWidth
    if (min === undefined || max === undefined || min === null || max === null || plot === 0) return
    const factor = Math.max(1, Math.ceil((BAR * (max - min)) / (plot * timeline.width)))
    if (factor * timeline.width === drawn.width) return
    drawn = coarser(timeline, factor)
    u.setData(columns(drawn), false)
  }
}

/** The same timeline in bins so many times as wide. */
function coarser({ width, starts, strength, flagged, ...rest }: PageTimeline, factor: number): PageTimeline {
  if (factor === 1) return { width, starts, strength, flagged, ...rest }
  const wide = width * factor
  const indices = starts.map((start) => Math.floor(start / wide))
  const distinct = [...new Set(indices)]
  const position = new Map(distinct.map((index, i) => [index, i]))
  function joined(rows: readonly (readonly number[])[], add: (a: number, b: number) => number): number[][] {
    return rows.map((row) => {
      const sums = new Array<number>(distinct.length).fill(0)
      row.forEach((value, bin) => (sums[position.get(indices[bin])!] = add(sums[position.get(indices[bin])!], value)))
      return sums
    })
  }
  return {
    ...rest,
    width: wide,
    starts: distinct.map((index) => index * wide),
    strength: joined(strength, Math.max),
    flagged: joined(flagged, (a, b) => a + b),
  }
}

/** From the start of the first bin to the end of the last. */
export function extent({ starts, width }: Pick<PageTimeline, 'starts' | 'width'>): [number, number] {
  return [starts[0] ?? 0, (starts[starts.length - 1] ?? 0) + width]
}

/** By detector the height up to and with it, of those that are shown. */
export function stack({ strength }: PageTimeline, shown: readonly boolean[]): number[][] {
  const below = new Array<number>(strength[0]?.length ?? 0).fill(0)
  return strength.map((row, d) => {
    if (shown[d]) row.forEach((value, bin) => (below[bin] += value))
    return [...below]
  })
}

interface Mark {
  readonly incident: PageIncident
  readonly from: number
  readonly to: number
}

/** Where the incidents lie on the axis of a timeline. */
function marksOf({ axis, source }: PageTimeline, { incidents }: PageData): Mark[] {
  return incidents.flatMap((incident) => {
    const place = source === null ? incident.places[0] : incident.places.find(([index]) => index === source)
    if (place === undefined) return []
    if (axis === 'line') return source === null ? [] : [{ incident, from: place[1], to: place[2] }]
    return incident.start === null || incident.end === null
      ? []
      : [{ incident, from: incident.start, to: incident.end }]
  })
}

/** A bar as long as the incident, the gravest last and so on top, with the numbers of the first nine. */
function drawMarks(u: uPlot, marks: readonly Mark[]): void {
  const { ctx } = u
  const ratio = devicePixelRatio
  const { left, top, width } = u.bbox
  ctx.save()
  ctx.beginPath()
  ctx.rect(left - 8 * ratio, 0, width + 16 * ratio, u.bbox.height + top)
  ctx.clip()
  ctx.font = `600 ${10 * ratio}px ${FONT.replace(/^\S+ /, '')}`
  ctx.textAlign = 'center'
  ctx.textBaseline = 'bottom'
  for (const { incident, from, to } of [...marks].reverse()) {
    const x = u.valToPos(from, 'x', true)
    const end = Math.max(u.valToPos(to, 'x', true), x + 3 * ratio)
    ctx.fillStyle = colour(incident.severity)
    ctx.fillRect(x, top - 5 * ratio, end - x, 4 * ratio)
  }
  let free = -Infinity
  for (const { incident, from, to } of marks.slice(0, 9).sort((a, b) => a.from - b.from)) {
    const x = (u.valToPos(from, 'x', true) + u.valToPos(to, 'x', true)) / 2
    if (x < left || x > left + width || x - free < 12 * ratio) continue
    free = x
    ctx.fillStyle = colour(incident.severity)
    ctx.fillText(String(incident.rank), x, top - 5 * ratio)
  }
  ctx.restore()
}
