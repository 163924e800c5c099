import { NOTHING, type LineDetector } from './line-detector.js'
import type { LogLines } from './log-lines.js'

/** On how many hosts at once each template was seen: `[template, occurrences on at least 1, 2, … hosts]`. */
export interface LineSpreadModel {
  readonly spreads: readonly (readonly [template: number, occurrences: readonly number[]])[]
}

/** Lines of several hosts within this time are one happening. */
const AT_ONCE_MS = 5_000
/** What is part of a happening must not make the rest of it usual. */
const ONE_HAPPENING_MS = 60_000

/**
 * Score: −ln of the share of a template's normal occurrences on as many hosts within 5 seconds, times the number of hosts
 * beyond the most that was seen. For what is normal on one host and no coincidence on all. What was scored counts
 * from a minute later on: two hosts that happen to do something at the same second of every hour are news only at first.
 */
export const lineSpreadDetector: LineDetector<LineSpreadModel> = {
  resolution: 0.1,
  train(normal, heldOut = NOTHING) {
    const spreads = new Map<number, number[]>()
    forEachSpread(normal, (line, hosts) => {
      if (line < heldOut.from || line >= heldOut.to) countSpread(spreads, normal.template[line], hosts)
    })
    return { spreads: [...spreads] }
  },
  score({ spreads }, lines) {
    const known = new Map(spreads.map(([template, occurrences]) => [template, [...occurrences]]))
    const scores = new Float64Array(lines.count)
    const waiting: { line: number; hosts: number }[] = []
    forEachSpread(lines, (line, hosts) => {
      while (waiting.length > 0 && lines.time[waiting[0].line] < lines.time[line] - ONE_HAPPENING_MS) {
        const old = waiting.shift()!
        countSpread(known, lines.template[old.line], old.hosts)
      }
      const occurrences = known.get(lines.template[line])
      if (occurrences === undefined) return
      const share = ((occurrences[hosts - 1] ?? 0) + 0.5) / (occurrences[0] + 1)
      if (hosts > 1) scores[line] = -Math.log(Math.min(share, 1)) * Math.max(hosts - occurrences.length, 1)
      waiting.push({ line, hosts })
    })
    return scores
  },
}

function countSpread(spreads: Map<number, number[]>, template: number, hosts: number): void {
  const occurrences = spreads.get(template) ?? []
  while (occurrences.length < hosts) occurrences.push(0)
  for (let k = 0; k < hosts; k++) occurrences[k]++
  spreads.set(template, occurrences)
}

function forEachSpread({ count, template, host, time }: LogLines, visit: (line: number, hosts: number) => void): void {
  const recent = new Map<number, { host: number; time: number }[]>()
  for (let i = 0; i < count; i++) {
    if (template[i] < 0 || Number.isNaN(time[i])) continue
    const others = (recent.get(template[i]) ?? []).filter(
      (other) => other.host !== host[i] && time[i] - other.time <= AT_ONCE_MS,
    )
    recent.set(template[i], [...others, { host: host[i], time: time[i] }])
    visit(i, others.length + 1)
  }
}
