import type { TemplateTable } from '@sp/log-table'
import { BuildersError } from './errors.js'
import type { WindowCounts } from './window-counts.js'

/** Name of the series that counts the lines of all templates of training without a series of their own. */
export const OTHER = 'other'
/** Name of the series that counts the lines of templates that training did not hold. */
export const UNKNOWN = 'unknown'

/** Which template is counted by which series; frozen in training. Plain data, fit for JSON. */
export interface SeriesChannels {
  readonly version: number
  /** Ids of the templates with a series of their own, in the order of the series; `other` and `unknown` follow. */
  readonly templates: readonly string[]
  /** Ids of the templates that the series `other` counts. */
  readonly other: readonly string[]
}

const VERSION = 1

/**
 * Chooses the series of a log from its normal windows: the templates with the most lines, and `other` and `unknown` for
 * the rest. They are ordered so that templates whose counts move together are neighbours, which is what a convolution
 * sees; from the most active one on, always the template most correlated with the one before. Deterministic: equal
 * activity or correlation is decided by the id as text.
 * @param most series in all, `other` and `unknown` included, 3 or more; default 30, the size of the published benchmark
 * @throws {BuildersError} `bad-channels` when `most` is smaller
 */
export function chooseChannels(windows: WindowCounts, templates: TemplateTable, most = 30): SeriesChannels {
  if (!Number.isInteger(most) || most < 3) {
    throw new BuildersError('bad-channels', `${most} series, expected a whole number of 3 or more`)
  }
  const totals = new Map<number, number>()
  for (let i = 0; i < windows.templates.length; i++) {
    const code = windows.templates[i]
    if (code >= 0) totals.set(code, (totals.get(code) ?? 0) + windows.counts[i])
  }
  const active = [...totals.keys()].sort(
    (a, b) => totals.get(b)! - totals.get(a)! || compareText(templates[a].id, templates[b].id),
  )
  return {
    version: VERSION,
    templates: neighbours(windows, active.slice(0, most - 2)).map((code) => templates[code].id),
    other: active
      .slice(most - 2)
      .map((code) => templates[code].id)
      .sort(compareText),
  }
}

/** Names of the series, N of them: template ids, then `other` and `unknown`. */
export function channelNames({ templates }: SeriesChannels): string[] {
  return [...templates, OTHER, UNKNOWN]
}

/**
 * Checks channels that were read from a file.
 * @throws {BuildersError} `bad-channels` when they are damaged or of another version
 */
export function checkChannels(channels: SeriesChannels): SeriesChannels {
  const lists = [channels?.templates, channels?.other]
  const named = lists.every((list) => Array.isArray(list) && list.every((id) => typeof id === 'string'))
  if (channels?.version === VERSION && named && new Set(lists.flat()).size === lists.flat().length) return channels
  const expected = `version ${VERSION} with distinct template ids; build them again`
  throw new BuildersError('bad-channels', `mapping of version ${channels?.version}, expected ${expected}`)
}

/** The series of each template code: its own, or that of `other` or `unknown`. */
export function channelOfCode(channels: SeriesChannels, templates: TemplateTable): Int32Array {
  const own = new Map(channels.templates.map((id, channel) => [id, channel]))
  const others = new Set(channels.other)
  const other = channels.templates.length
  return Int32Array.from(templates, ({ id }) => own.get(id) ?? (others.has(id) ? other : other + 1))
}

/** Codes, most active first, as a chain in which each is followed by the most correlated one that is left. */
function neighbours(windows: WindowCounts, codes: readonly number[]): number[] {
  const series = normalizedCounts(windows, codes)
  const left = codes.map((_, i) => i)
  const chain = left.splice(0, 1)
  while (left.length > 0) {
    const last = series[chain[chain.length - 1]]
    const likeness = left.map((i) => dot(last, series[i]))
    const best = likeness.indexOf(Math.max(...likeness))
    chain.push(...left.splice(best, 1))
  }
  return chain.map((i) => codes[i])
}

/** Counts by window of each code, centred and of norm 1 (0 where they never change). */
function normalizedCounts(windows: WindowCounts, codes: readonly number[]): Float64Array[] {
  const place = new Map(codes.map((code, i) => [code, i]))
  const series = codes.map(() => new Float64Array(windows.count))
  for (let w = 0; w < windows.count; w++) {
    for (let i = windows.offsets[w]; i < windows.offsets[w + 1]; i++) {
      const at = place.get(windows.templates[i])
      if (at !== undefined) series[at][w] = windows.counts[i]
    }
  }
  for (const counts of series) {
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
    counts.forEach((count, w) => (counts[w] = count - mean))
    const norm = Math.sqrt(dot(counts, counts))
    counts.forEach((count, w) => (counts[w] = norm > 0 ? count / norm : 0))
  }
  return series
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
