import { NOTHING, type LineDetector } from './line-detector.js'
import type { LogLines, RowRange } from './log-lines.js'

/** What follows what: `[template, follower, occurrences, misses, longest delay in ms]`. */
export interface LineCompanyModel {
  readonly rules: readonly CompanyRule[]
}

type CompanyRule = readonly [template: number, follower: number, count: number, misses: number, longestMs: number]

/** A follower further away is not looked for. */
const WITHIN_MS = 60_000
const FEWEST_OCCURRENCES = 30
/** Followers that are missing more often than this are no rule. */
const MOST_MISSES = 0.02
/** How much longer than ever a follower may take before it counts as missing. */
const PATIENCE = 2

/**
 * Score: −ln of the share of a template's normal occurrences that their usual follower on the same host did not follow
 * within a minute, at the first line by which it should have come. For a step that is left out (a session that is opened
 * and never closed): templates that occur together, of which one is absent.
 */
export const lineCompanyDetector: LineDetector<LineCompanyModel> = {
  resolution: 0.1,
  train(normal, heldOut = NOTHING) {
    const counts = new Map<number, number>()
    const followed = new Map<string, { times: number; longestMs: number }>()
    for (let i = 0; i < normal.count; i++) {
      const isHeldOut = i >= heldOut.from && i < heldOut.to
      if (isHeldOut || normal.template[i] < 0 || Number.isNaN(normal.time[i])) continue
      const followers = followersOf(normal, i, heldOut)
      if (followers === null) continue
      counts.set(normal.template[i], (counts.get(normal.template[i]) ?? 0) + 1)
      for (const [follower, delayMs] of followers) {
        const key = `${normal.template[i]} ${follower}`
        const known = followed.get(key) ?? { times: 0, longestMs: 0 }
        followed.set(key, { times: known.times + 1, longestMs: Math.max(known.longestMs, delayMs) })
      }
    }
    const rules: CompanyRule[] = []
    for (const [key, { times, longestMs }] of followed) {
      const [template, follower] = key.split(' ').map(Number)
      const count = counts.get(template)!
      if (count < FEWEST_OCCURRENCES || count - times > MOST_MISSES * count) continue
      rules.push([template, follower, count, count - times, longestMs])
    }
    return { rules }
  },
  score({ rules }, lines) {
    const byTemplate = new Map<number, CompanyRule[]>()
    for (const rule of rules) byTemplate.set(rule[0], [...(byTemplate.get(rule[0]) ?? []), rule])
    const scores = new Float64Array(lines.count)
    const waiting = new Set<{ host: number; follower: number; untilMs: number; score: number }>()
    for (let i = 0; i < lines.count; i++) {
      const [time, host, template] = [lines.time[i], lines.host[i], lines.template[i]]
      if (Number.isNaN(time)) continue
      for (const wait of waiting) {
        const isOver = time > wait.untilMs
        if (isOver) scores[i] = Math.max(scores[i], wait.score)
        if (isOver || (wait.host === host && wait.follower === template)) waiting.delete(wait)
      }
      for (const [, follower, count, misses, longestMs] of byTemplate.get(template) ?? []) {
        const untilMs = time + Math.max(PATIENCE * longestMs, 2000)
        waiting.add({ host, follower, untilMs, score: -Math.log((misses + 0.5) / (count + 1)) })
      }
    }
    return scores
  },
}

/**
 * The templates on the same host within a minute after a line, each with its first delay; `null` where that minute reaches
 * into what is held out, or is not over when the lines end.
 */
function followersOf(
  { count, template, host, time }: LogLines,
  line: number,
  heldOut: RowRange,
): Map<number, number> | null {
  const followers = new Map<number, number>()
  for (let j = line + 1; j < count; j++) {
    if (time[j] - time[line] > WITHIN_MS) return followers
    if (j >= heldOut.from && j < heldOut.to) return null
    if (host[j] !== host[line] || template[j] < 0 || !(time[j] >= time[line])) continue
    if (!followers.has(template[j])) followers.set(template[j], time[j] - time[line])
  }
  return null
}
