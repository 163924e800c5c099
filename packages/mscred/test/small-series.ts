import type { MultivariateSeries } from '@sp/builders'
import { seededRandom } from '@sp/engine'

/** Waves of their own period and a little noise, one a series. */
export function waves(
  count: number,
  { size = 6, seed = 1 }: { size?: number; seed?: number } = {},
): MultivariateSeries {
  const random = seededRandom(seed)
  const values = Float64Array.from({ length: count * size }, (_, k) => {
    const [t, i] = [Math.floor(k / size), k % size]
    return Math.sin(t / (3 + i)) + 0.1 * random.normal()
  })
  return { count, names: Array.from({ length: size }, (_, i) => `s${i}`), values, starts: [0] }
}

/** The same with one series lifted from one point to another. */
export function lifted(
  series: MultivariateSeries,
  { i, from, to, by }: { readonly i: number; readonly from: number; readonly to: number; readonly by: number },
): MultivariateSeries {
  const values = series.values.slice()
  for (let t = from; t < to; t++) values[t * series.names.length + i] += by
  return { ...series, values }
}
