import type { Finding } from '@sp/log-table'
import type { NameCount } from './incident.js'

/** Different names that are counted; more are passed over. */
export const MAX_TRACKED = 64
const MAX_NAMES = 10

/** Earliest and latest time of the lines of evidence; of the whole unit where there are none. */
export function evidenceTimes({ lines, startTime, endTime }: Finding): {
  readonly start: number | null
  readonly end: number | null
} {
  const shown = lines.flatMap(({ role, time }) => (role === 'evidence' && time !== null ? [time] : []))
  if (shown.length === 0) return { start: startTime, end: endTime }
  return { start: Math.min(...shown), end: Math.max(...shown) }
}

/** Counts a name; of new ones the first sixty-four. */
export function count(counts: Map<string, number>, name: string): void {
  if (counts.has(name) || counts.size < MAX_TRACKED) counts.set(name, (counts.get(name) ?? 0) + 1)
}

/** Names by how often they were met, at most ten. */
export function mostFrequent(counts: ReadonlyMap<string, number>): NameCount[] {
  const names = Array.from(counts, ([name, count]) => ({ name, count }))
  return names.sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)).slice(0, MAX_NAMES)
}

/** The lesser of two, of which either may be missing. */
export function least(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b)
}

/** The greater of two, of which either may be missing. */
export function most(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b)
}

/** The graver of two syslog severities, of which −1 is none. */
export function graver(a: number, b: number): number {
  return a < 0 || b < 0 ? Math.max(a, b) : Math.min(a, b)
}
