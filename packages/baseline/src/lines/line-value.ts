import { NOTHING, type LineDetector } from './line-detector.js'
import type { LogLines } from './log-lines.js'

/** The range of each numeric parameter: `[template, position, low, high]`. */
export interface LineValueModel {
  readonly ranges: readonly (readonly [template: number, position: number, low: number, high: number])[]
}

/** Fewer values than this do not show a range. */
const FEWEST_VALUES = 20
/** A value outside moves the end of the range by at most this share of its width. */
const WIDENING = 0.25

/**
 * Score: ln(1 + how far a number of the line lies outside the range of that parameter in normal lines, in widths of the
 * range). A parameter that only ever grows is a counter, of which the size says nothing. The range follows slowly: a new
 * normal is news for some lines, not for ever.
 */
export const lineValueDetector: LineDetector<LineValueModel> = {
  resolution: 0.05,
  train(normal, heldOut = NOTHING) {
    const seen = new Map<string, { count: number; low: number; high: number; last: number; falls: boolean }>()
    forEachValue(normal, (line, key, value) => {
      if (line >= heldOut.from && line < heldOut.to) return
      const range = seen.get(key) ?? { count: 0, low: value, high: value, last: value, falls: false }
      range.count++
      range.low = Math.min(range.low, value)
      range.high = Math.max(range.high, value)
      range.falls ||= value < range.last
      range.last = value
      seen.set(key, range)
    })
    const usable = [...seen].filter(
      ([, { count, low, high, falls }]) => count >= FEWEST_VALUES && (falls || low === high),
    )
    return {
      ranges: usable.map(([key, { low, high }]) => {
        const [template, position] = key.split(' ').map(Number)
        return [template, position, low, high]
      }),
    }
  },
  score({ ranges: trained }, lines) {
    const ranges = new Map(trained.map(([template, position, low, high]) => [`${template} ${position}`, { low, high }]))
    const scores = new Float64Array(lines.count)
    forEachValue(lines, (line, key, value) => {
      const range = ranges.get(key)
      if (range === undefined || (value >= range.low && value <= range.high)) return
      const width = widthOf(range)
      const outside = Math.max(range.low - value, value - range.high)
      scores[line] = Math.max(scores[line], Math.log1p(outside / width))
      range.low = Math.max(Math.min(range.low, value), range.low - WIDENING * width)
      range.high = Math.min(Math.max(range.high, value), range.high + WIDENING * width)
    })
    return scores
  },
}

function forEachValue(
  { count, template, valueOffsets, values }: LogLines,
  visit: (line: number, key: string, value: number) => void,
): void {
  for (let line = 0; line < count; line++) {
    for (let v = valueOffsets[line]; v < valueOffsets[line + 1]; v++) {
      if (!Number.isNaN(values[v])) visit(line, `${template[line]} ${v - valueOffsets[line]}`, values[v])
    }
  }
}

/** Of a constant, its size: then 4 after a thousand times 3 is not infinitely far away. */
function widthOf({ low, high }: { readonly low: number; readonly high: number }): number {
  return high > low ? high - low : Math.max(Math.abs(low), 1)
}
