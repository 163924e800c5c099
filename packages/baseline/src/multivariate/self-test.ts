import type { MultivariateSeries } from '@sp/builders'

/** How well shocks are found that were planted into held-out normal data. */
export interface SelfTest {
  /** Rows by shock. */
  readonly shocks: readonly ShockRecall[]
  /** Why none could be planted; `null` where some were. */
  readonly why: string | null
}

/** Recall of one kind of shock. */
export interface ShockRecall {
  readonly shock: ShockName
  readonly planted: number
  readonly found: number
  /** Planted shocks whose series ranks among the first three where it is found. */
  readonly named: number
}

/**
 * What is done to one series for the length of a frame.
 * - `more`, `less`: three standard deviations up or down, counts not below 0
 * - `silent`: what a series has at its quietest, 0 for counts
 * - `swapped`: it takes the values of another series, in that one's place within its own range
 */
export type ShockName = 'more' | 'less' | 'silent' | 'swapped'

/** A shock as it was planted. */
export interface PlantedShock {
  readonly series: number
  readonly from: number
  readonly to: number
}

/** Shocks of each kind, at most. */
export const MOST_SHOCKS = 40

/** The shocks that are tried. */
export const SHOCKS: readonly ShockName[] = ['more', 'less', 'silent', 'swapped']

/**
 * Plants shocks of one kind, far enough from one another to be judged each by itself, in the series in turn (constant
 * ones are passed over). The series that were given stay as they are.
 * @param history points before the end of a frame that its score depends on
 */
export function plantShocks(
  normal: MultivariateSeries,
  { shock, frame, history }: { readonly shock: ShockName; readonly frame: number; readonly history: number },
): { readonly series: MultivariateSeries; readonly planted: readonly PlantedShock[] } {
  const size = normal.names.length
  const ranges = Array.from({ length: size }, (_, i) => rangeOf(normal, i))
  const lively = ranges.flatMap(({ deviation }, i) => (deviation > 0 ? [i] : []))
  const values = normal.values.slice()
  const planted: PlantedShock[] = []
  const apart = Math.max(history + 2 * frame, Math.floor(normal.count / MOST_SHOCKS))
  for (const place of placesIn(normal, { history, frame, apart })) {
    if (lively.length === 0) break
    const i = lively[planted.length % lively.length]
    const j = lively[(planted.length + 1) % lively.length]
    for (let t = place; t < place + frame; t++) {
      const other = (normal.values[t * size + j] - ranges[j].mean) / (ranges[j].deviation || 1)
      values[t * size + i] = shocked(shock, normal.values[t * size + i], { ...ranges[i], other })
    }
    planted.push({ series: i, from: place, to: place + frame })
  }
  return { series: { ...normal, values }, planted }
}

interface Range {
  readonly mean: number
  readonly deviation: number
  readonly least: number
}

function shocked(
  shock: ShockName,
  value: number,
  { mean, deviation, least, other }: Range & { readonly other: number },
): number {
  switch (shock) {
    case 'more':
      return value + 3 * deviation
    case 'less':
      return Math.max(least, value - 3 * deviation)
    case 'silent':
      return least
    case 'swapped':
      return Math.max(least, mean + other * deviation)
  }
}

function rangeOf({ count, names, values }: MultivariateSeries, i: number): Range {
  const size = names.length
  let [sum, squares, least] = [0, 0, Infinity]
  for (let t = 0; t < count; t++) {
    const value = values[t * size + i]
    sum += value
    squares += value * value
    least = Math.min(least, value)
  }
  const mean = sum / count
  const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean))
  return { mean, deviation: deviation > 1e-9 ? deviation : 0, least }
}

/** First points of shocks: within a stretch, after enough history, with room for the frames that see them. */
function placesIn(
  { count, starts }: MultivariateSeries,
  { history, frame, apart }: { readonly history: number; readonly frame: number; readonly apart: number },
): number[] {
  const places: number[] = []
  starts.forEach((start, s) => {
    const end = starts[s + 1] ?? count
    for (let place = start + history; place + 2 * frame <= end; place += apart) places.push(place)
  })
  return places.slice(0, MOST_SHOCKS)
}
