import { isWithin, NOTHING, type LineDetector, type LineScorer, type Telling } from './line-detector.js'
import type { LogLines } from './log-lines.js'
import { onceAModel } from './once-a-model.js'
import { PairTable } from './pair-table.js'

/** The range of each numeric parameter. */
export interface LineValueModel {
  readonly ranges: readonly ParameterRange[]
}

/** Lines of a template with more or fewer parameters are told apart: what stands in one place there, may stand in another. */
type ParameterRange = readonly [template: number, parameters: number, position: number, low: number, high: number]

/** Parameters of a line that are looked at. */
const MOST_PARAMETERS = 256

/** Fewer values than this do not show a range. */
const FEWEST_VALUES = 20
/** More records than this in the later half of the values, and the range is not known yet. */
const MOST_RECORDS = 5
/** A value outside moves the end of the range by at most this share of its width. */
const WIDENING = 0.25

/**
 * Score: ln(1 + how far a number of the line lies outside the range of that parameter in normal lines, in widths of the
 * range). Of a parameter that still reaches new heights or depths, as a counter does, the range says nothing. The range
 * follows slowly: a new normal is news for some lines, not for ever.
 */
export const lineValueDetector: LineDetector<LineValueModel> = {
  resolution: 0.05,
  shares: 0,
  train({ count, template, valueOffsets, values }, heldOut = NOTHING) {
    const parameters = new PairTable()
    const seen: SeenRange[] = []
    for (let line = 0; line < count; line++) {
      if (isWithin(heldOut, line)) continue
      const [first, size] = [valueOffsets[line], valueOffsets[line + 1] - valueOffsets[line]]
      for (let position = 0; position < Math.min(size, MOST_PARAMETERS); position++) {
        const value = values[first + position]
        if (Number.isNaN(value)) continue
        const parameter = parameters.indexOf(template[line], size * MOST_PARAMETERS + position)
        const range = (seen[parameter] ??= new SeenRange(value))
        range.add(value)
      }
    }
    return {
      ranges: seen.flatMap((range, parameter) => {
        const [template, place] = parameters.pairOf(parameter)
        const [size, position] = [Math.floor(place / MOST_PARAMETERS), place % MOST_PARAMETERS]
        return range.isSettled ? [[template, size, position, range.low, range.high] as const] : []
      }),
    }
  },
  open: ({ ranges }, snapshot) => new LineValueScorer(ranges, snapshot as StoredRanges | undefined),
}

/**
 * The range of the values so far, and whether it is one. Of values that come from one distribution the later half holds
 * ln 2 new highs on average, however they are distributed (Rényi 1962), and as many new lows.
 */
class SeenRange {
  low: number
  high: number
  #count = 0
  /** Records since the count was last a power of two, and in the stretch of half that length before. */
  #records = 0
  #before = 0

  constructor(first: number) {
    this.low = this.high = first
  }

  get isSettled(): boolean {
    return this.#count >= FEWEST_VALUES && this.#before + this.#records <= MOST_RECORDS
  }

  add(value: number): void {
    const isPowerOfTwo = (this.#count & (this.#count - 1)) === 0
    if (isPowerOfTwo) {
      this.#before = this.#records
      this.#records = 0
    }
    this.#count++
    if (value < this.low || value > this.high) this.#records++
    this.low = Math.min(this.low, value)
    this.high = Math.max(this.high, value)
  }
}

/** The ranges that have moved, by their place in the model. */
type StoredRanges = readonly (readonly [place: number, low: number, high: number])[]

/** A range of the model. */
interface Range {
  readonly place: number
  readonly parameters: number
  readonly position: number
  readonly low: number
  readonly high: number
}

/** The ranges of the model by template. */
const byTemplateOf = onceAModel((ranges: LineValueModel['ranges']) => {
  const byTemplate: Range[][] = []
  ranges.forEach(([template], place) => (byTemplate[template] ??= []).push(rangeAt(ranges, place)))
  return byTemplate
})

function rangeAt(ranges: LineValueModel['ranges'], place: number): Range {
  const [, parameters, position, low, high] = ranges[place]
  return { place, parameters, position, low, high }
}

class LineValueScorer implements LineScorer {
  readonly #byTemplate: readonly (readonly Range[])[]
  /** Those that have moved as they are now, by place. */
  readonly #moved = new Map<number, Range>()

  constructor(ranges: LineValueModel['ranges'], snapshot: StoredRanges = []) {
    this.#byTemplate = byTemplateOf(ranges)
    for (const [place, low, high] of snapshot) this.#moved.set(place, { ...rangeAt(ranges, place), low, high })
  }

  readsValues(template: number): boolean {
    return this.#byTemplate[template] !== undefined
  }

  push({ count, template, valueOffsets, values, firstRow }: LogLines, scores: Float64Array, telling?: Telling): void {
    for (let i = 0; i < count; i++) {
      scores[i] = 0
      const ranges = this.#byTemplate[template[i]]
      if (ranges === undefined) continue
      const size = valueOffsets[i + 1] - valueOffsets[i]
      for (const learned of ranges) {
        const range = this.#moved.get(learned.place) ?? learned
        const v = valueOffsets[i] + range.position
        // A value that is none (NaN) compares as false.
        if (size !== range.parameters || !(values[v] < range.low || values[v] > range.high)) continue
        const score = scoreOutside(range, values[v])
        if (telling !== undefined && score > telling.above && score > scores[i]) {
          const { parameters, position, low, high } = range
          const about = { template: template[i], parameters, position, value: values[v], low, high, row: firstRow + i }
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
