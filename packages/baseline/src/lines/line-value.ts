import { isWithin, NOTHING, type LineDetector, type LineScorer, type Telling } from './line-detector.js'
import type { LogLines } from './log-lines.js'
import { onceAModel } from './once-a-model.js'
import { PairTable } from './pair-table.js'

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
 * range). A parameter that only ever grows is a counter, of which the size says nothing; a template whose lines have now
 * more, now fewer parameters does not tell which is which. The range follows slowly: a new normal is news for some lines,
 * not for ever.
 */
export const lineValueDetector: LineDetector<LineValueModel> = {
  resolution: 0.05,
  shares: 0,
  train({ count, template, valueOffsets, values, stretches }, heldOut = NOTHING) {
    const parameters = new PairTable()
    const seen: SeenValues[] = []
    const starts = new Set(stretches)
    const sizes: number[] = []
    const isMixed: boolean[] = []
    for (let line = 0; line < count; line++) {
      // Each source counts for itself.
      if (starts.has(line)) for (const range of seen) range.last = -Infinity
      if (isWithin(heldOut, line)) continue
      const size = valueOffsets[line + 1] - valueOffsets[line]
      isMixed[template[line]] ||= size !== (sizes[template[line]] ??= size)
      for (let v = valueOffsets[line]; v < valueOffsets[line + 1]; v++) {
        const value = values[v]
        if (Number.isNaN(value)) continue
        const parameter = parameters.indexOf(template[line], v - valueOffsets[line])
        const range = (seen[parameter] ??= { count: 0, low: value, high: value, last: value, falls: false })
        range.count++
        range.low = Math.min(range.low, value)
        range.high = Math.max(range.high, value)
        range.falls ||= value < range.last
        range.last = value
      }
    }
    return {
      ranges: seen.flatMap(({ count, low, high, falls }, parameter) => {
        const [template, position] = parameters.pairOf(parameter)
        const isUsable = count >= FEWEST_VALUES && (falls || low === high) && !isMixed[template]
        return isUsable ? [[template, position, low, high] as const] : []
      }),
    }
  },
  open: ({ ranges }, snapshot) => new LineValueScorer(ranges, snapshot as StoredRanges | undefined),
}

interface SeenValues {
  count: number
  low: number
  high: number
  last: number
  falls: boolean
}

/** The ranges that have moved, by their place in the model. */
type StoredRanges = readonly (readonly [place: number, low: number, high: number])[]

/** A range of the model. */
interface Range {
  readonly place: number
  readonly position: number
  readonly low: number
  readonly high: number
}

/** The ranges of the model by template. */
const byTemplateOf = onceAModel((ranges: LineValueModel['ranges']) => {
  const byTemplate: Range[][] = []
  ranges.forEach(([template, position, low, high], place) => {
    ;(byTemplate[template] ??= []).push({ place, position, low, high })
  })
  return byTemplate
})

class LineValueScorer implements LineScorer {
  readonly #byTemplate: readonly (readonly Range[])[]
  /** Those that have moved as they are now, by place. */
  readonly #moved = new Map<number, Range>()

  constructor(ranges: LineValueModel['ranges'], snapshot: StoredRanges = []) {
    this.#byTemplate = byTemplateOf(ranges)
    for (const [place, low, high] of snapshot) this.#moved.set(place, { place, position: ranges[place][1], low, high })
  }

  readsValues(template: number): boolean {
    return this.#byTemplate[template] !== undefined
  }

  push({ count, template, valueOffsets, values, firstRow }: LogLines, scores: Float64Array, telling?: Telling): void {
    for (let i = 0; i < count; i++) {
      scores[i] = 0
      const ranges = this.#byTemplate[template[i]]
      if (ranges === undefined) continue
      for (const learned of ranges) {
        const range = this.#moved.get(learned.place) ?? learned
        const v = valueOffsets[i] + range.position
        // A value that is none (NaN) compares as false.
        if (v >= valueOffsets[i + 1] || !(values[v] < range.low || values[v] > range.high)) continue
        const score = scoreOutside(range, values[v])
        if (telling !== undefined && score > telling.above && score > scores[i]) {
          const { position, low, high } = range
          const about = { template: template[i], position, value: values[v], low, high, row: firstRow + i }
          telling.tell(i, { kind: 'value', ...about, surprise: telling.surpriseOf(score) })
        }
        scores[i] = Math.max(scores[i], score)
        this.#moved.set(range.place, widened(range, values[v]))
      }
    }
  }

  snapshot(): StoredRanges {
    const moved = [...this.#moved.values()].sort((a, b) => a.place - b.place)
    return moved.map(({ place, low, high }) => [place, low, high])
  }
}

function scoreOutside(range: Range, value: number): number {
  return Math.log1p(Math.max(range.low - value, value - range.high) / widthOf(range))
}

function widened(range: Range, value: number): Range {
  const most = WIDENING * widthOf(range)
  const low = Math.max(Math.min(range.low, value), range.low - most)
  const high = Math.min(Math.max(range.high, value), range.high + most)
  return { ...range, low, high }
}

/** Of a constant, its size: then 4 after a thousand times 3 is not infinitely far away. */
function widthOf({ low, high }: Range): number {
  return high > low ? high - low : Math.max(Math.abs(low), 1)
}
