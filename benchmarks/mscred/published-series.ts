// The generator of Zhang et al. 2019, §4.1.1, and a second world, in which series are regular only jointly. Both with our
// injection: the paper gives neither the size nor the shape of its shocks.
import type { MultivariateSeries } from '@sp/builders'
import { normalArray, seededRandom, type Random } from '@sp/engine'

/** Series, points, and how they are used: training, validation, test. */
export const SIZE = { series: 30, points: 20_000, trainEnd: 8000, validationEnd: 10_000 } as const

/** How a root series is changed while an event lasts. */
export type Shock = 'step' | 'decay' | 'flip' | 'delay' | 'variance'

/** An event: its root series change at the points `from <= t < to`. */
export interface SeriesEvent {
  readonly from: number
  readonly to: number
  readonly roots: readonly number[]
}

/** Series with events in the test part. */
export interface LabelledSeries {
  readonly series: MultivariateSeries
  readonly events: readonly SeriesEvent[]
}

const NOISE = 0.3
const FACTORS = 5
const DURATIONS = [30, 60, 90]

/** S = sin or cos of (t − t0) / ω, t0 in 50…100 and ω in 40…50 for each series, and noise of 0.3 (eq. 7). */
export function publishedSeries(seed: number): MultivariateSeries {
  const random = seededRandom(seed)
  const { series: size, points } = SIZE
  const waves = Array.from({ length: size }, () => ({
    isSine: random.uniform() < 0.5,
    delay: 50 + 50 * random.uniform(),
    omega: 40 + 10 * random.uniform(),
  }))
  const values = Float64Array.from(normalArray(random, size * points), (noise) => NOISE * noise)
  for (let t = 0; t < points; t++) {
    waves.forEach(({ isSine, delay, omega }, i) => {
      const phase = (t - delay) / omega
      values[t * size + i] += isSine ? Math.sin(phase) : Math.cos(phase)
    })
  }
  return { count: points, names: waves.map((_, i) => `s${i}`), values, starts: [0] }
}

/** Five hidden factors, each white noise, mixed at random into every series (variance 1), and noise of 0.3. */
export function jointSeries(seed: number): MultivariateSeries {
  const random = seededRandom(seed)
  const { series: size, points } = SIZE
  const mixing = normalArray(random, size * FACTORS)
  const factors = normalArray(random, FACTORS * points)
  const values = Float64Array.from(normalArray(random, size * points), (noise) => NOISE * noise)
  for (let t = 0; t < points; t++) {
    for (let i = 0; i < size; i++) {
      for (let f = 0; f < FACTORS; f++) {
        values[t * size + i] += (mixing[i * FACTORS + f] * factors[t * FACTORS + f]) / Math.sqrt(FACTORS)
      }
    }
  }
  return { count: points, names: Array.from({ length: size }, (_, i) => `s${i}`), values, starts: [0] }
}

/** Five events of three root series in the test part, of 30, 60 or 90 points, well apart. */
export function withEvents(
  normal: MultivariateSeries,
  { seed, shock = 'step', amplitude = 1 }: { seed: number; shock?: Shock; amplitude?: number },
): LabelledSeries {
  const random = seededRandom(seed, 1)
  const { series: size, points, validationEnd } = SIZE
  const values = normal.values.slice()
  const slot = (points - validationEnd) / 5
  const events = Array.from({ length: 5 }, (_, e) => {
    const from = validationEnd + Math.round(e * slot + 200 + random.uniform() * (slot - 600))
    const to = from + DURATIONS[Math.floor(random.uniform() * DURATIONS.length)]
    const roots = distinct(random, { count: 3, below: size })
    for (const root of roots) change(normal.values, values, { from, to, root, size, shock, amplitude, random })
    return { from, to, roots }
  })
  return { series: { ...normal, values }, events }
}

interface Change {
  readonly from: number
  readonly to: number
  readonly root: number
  readonly size: number
  readonly shock: Shock
  readonly amplitude: number
  readonly random: Random
}

function change(
  source: Float64Array,
  values: Float64Array,
  { from, to, root, size, shock, amplitude, random }: Change,
): void {
  const sign = random.uniform() < 0.5 ? -1 : 1
  const noise = normalArray(random, to - from)
  for (let t = from; t < to; t++) {
    const at = t * size + root
    const share = (t - from) / (to - from)
    if (shock === 'step') values[at] += sign * amplitude
    else if (shock === 'decay') values[at] += 2 * sign * amplitude * Math.exp(-3 * share)
    else if (shock === 'flip') values[at] = (1 - 2 * amplitude) * source[at]
    else if (shock === 'delay') values[at] = source[(t - Math.round(60 * amplitude)) * size + root]
    else values[at] += amplitude * noise[t - from]
  }
}

function distinct(random: Random, { count, below }: { count: number; below: number }): number[] {
  const chosen = new Set<number>()
  while (chosen.size < count) chosen.add(Math.floor(random.uniform() * below))
  return [...chosen]
}
