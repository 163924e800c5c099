import uPlot from 'uplot'
import type { PageActivity } from './page-data.js'
import { colour } from './theme.js'
import type { ChartContext } from './timeline-chart.js'
import { extent } from './timeline-chart.js'
import { logAxis } from './time-axis.js'

/** Height of a row, as in the style sheet. */
export const ROW = 20
const AXIS = 40

/** Templates along the log: a row each, darker where it has more lines than at its other times. */
export function heatMap(host: HTMLElement, activity: PageActivity, context: ChartContext): uPlot {
  const { data, width, onZoom, onPoint } = context
  const rows = activity.rows.length
  const [from, to] = extent(activity)
  const peaks = activity.rows.map(({ counts }) => counts.reduce((most, count) => Math.max(most, count), 1))
  const middles = activity.starts.map((start) => start + activity.width / 2)
  const chart = new uPlot(
    {
      width,
      height: rows * ROW + AXIS,
      ms: 1,
      padding: [0, 8, 0, 24],
      legend: { show: false },
      cursor: { points: { show: false }, drag: { x: true, y: false, setScale: true } },
      scales: {
        x: { time: false, range: (_, min, max) => (min === null || min === max ? [from, to] : [min, max]) },
        y: { range: [0, rows] },
      },
      axes: [{ ...logAxis(activity.axis, data.language), size: AXIS }, { show: false }],
      series: [{}, { paths: () => null, points: { show: false } }],
      hooks: {
        draw: [draw],
        setCursor: [(u) => onPoint(u.cursor.left! < 0 ? null : (u.cursor.idx ?? null), u)],
        setSelect: [
          (u) => {
            if (u.select.width > 0)
              onZoom(u.posToVal(u.select.left, 'x'), u.posToVal(u.select.left + u.select.width, 'x'))
          },
        ],
      },
    },
    [middles, middles.map(() => 0)] as uPlot.AlignedData,
    host,
  )
  chart.setScale('x', { min: from, max: to })
  chart.over.addEventListener('dblclick', () => onZoom(from, to))
  return chart

  function draw(u: uPlot): void {
    const { ctx } = u
    const { left, top, width: plot, height } = u.bbox
    const rowHeight = height / rows
    ctx.save()
    ctx.beginPath()
    ctx.rect(left, top, plot, height)
    ctx.clip()
    activity.rows.forEach(({ counts, isNew }, row) => {
      ctx.fillStyle = colour('grid')
      ctx.fillRect(left, top + (row + 1) * rowHeight - 1, plot, 1)
      ctx.fillStyle = colour(isNew ? 'high' : 'heat')
      counts.forEach((count, bin) => {
        if (count === 0) return
        const x = u.valToPos(activity.starts[bin], 'x', true)
        const end = u.valToPos(activity.starts[bin] + activity.width, 'x', true)
        if (end < left || x > left + plot) return
        ctx.globalAlpha = 0.16 + 0.84 * Math.sqrt(count / peaks[row])
        ctx.fillRect(x, top + row * rowHeight + 2, Math.max(1, end - x - (end - x > 4 ? 1 : 0)), rowHeight - 5)
      })
      ctx.globalAlpha = 1
    })
    ctx.restore()
  }
}

/** The row that lies under the pointer. */
export function rowUnder(u: uPlot, rows: number): number {
  return Math.max(0, Math.min(rows - 1, Math.floor((u.cursor.top! / u.over.clientHeight) * rows)))
}
