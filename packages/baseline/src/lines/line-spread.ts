import { isWithin, NOTHING, type LineDetector, type LineScorer, type Telling } from './line-detector.js'
import type { UsedSlots } from './line-reader.js'
import type { LogLines } from './log-lines.js'
import { onceAModel } from './once-a-model.js'
import { RecentHosts, type RecentHostsSnapshot } from './recent-hosts.js'

/** On how many hosts at once each template was seen: `[template, occurrences on at least 1, 2, … hosts]`. */
export interface LineSpreadModel {
  readonly spreads: readonly (readonly [template: number, occurrences: readonly number[]])[]
}

/** What is part of a happening must not make the rest of it usual. */
const ONE_HAPPENING_MS = 60_000

/**
 * Score: −ln of the share of a template's normal occurrences on as many hosts within 5 seconds, times the number of hosts
 * beyond the most that was seen. For what is normal on one host and no coincidence on all. What was scored counts from
 * the minute after the next on: two hosts that happen to do something at the same second of every hour are news only at
 * first.
 */
export const lineSpreadDetector: LineDetector<LineSpreadModel> = {
  resolution: 0.1,
  // What is scored counts as seen from a minute later on, so that fewer normal lines are soon made up for.
  shares: 0,
  train({ count, template, host, at, stretches }, heldOut = NOTHING) {
    const spreads: number[][] = []
    const starts = new Set(stretches)
    let recent = new RecentHosts()
    for (let line = 0; line < count; line++) {
      if (starts.has(line)) recent = new RecentHosts()
      if (template[line] < 0 || Number.isNaN(at[line])) continue
      const hosts = recent.add(template[line], host[line], at[line])
      if (!isWithin(heldOut, line)) countSpread((spreads[template[line]] ??= []), hosts)
    }
    return { spreads: [...spreads.entries()].filter(([, occurrences]) => occurrences !== undefined) }
  },
  open: ({ spreads }, snapshot) => new LineSpreadScorer(spreads, snapshot as StoredSpreads | undefined),
}

/** What was seen since training. */
interface StoredSpreads {
  readonly minute: number | null
  readonly recent: RecentHostsSnapshot
  /** Of the templates that were seen: `[template, all that is known, in this minute, in the minute before]`. */
  readonly spreads: readonly (readonly [
    template: number,
    known: readonly number[],
    minute: readonly number[],
    before: readonly number[],
  ])[]
}

/** Occurrences of a template on at least 1, 2, … hosts. */
interface Spread {
  known: number[]
  /** Of the minute that is not over, and of the one before. */
  minute: number[]
  before: number[]
}

const byTemplateOf = onceAModel((spreads: LineSpreadModel['spreads']) => {
  const byTemplate: (readonly number[])[] = []
  for (const [template, known] of spreads) byTemplate[template] = known
  return byTemplate
})

class LineSpreadScorer implements LineScorer {
  /** As training saw them, by template. */
  readonly #learned: readonly (readonly number[])[]
  /** Those that were seen since. */
  readonly #spreads: Spread[] = []
  readonly #recent: RecentHosts
  #minute = NaN
  /** Templates with occurrences that are not known yet. */
  #waiting = new Set<number>()

  constructor(spreads: LineSpreadModel['spreads'], snapshot?: StoredSpreads) {
    this.#learned = byTemplateOf(spreads)
    this.#recent = new RecentHosts(snapshot?.recent)
    if (snapshot === undefined) return
    this.#minute = snapshot.minute ?? NaN
    for (const [template, known, minute, before] of snapshot.spreads) {
      this.#spreads[template] = { known: [...known], minute: [...minute], before: [...before] }
      if (minute.length + before.length > 0) this.#waiting.add(template)
    }
  }

  push({ count, template, host, at, firstRow }: LogLines, scores: Float64Array, telling?: Telling): void {
    for (let i = 0; i < count; i++) {
      scores[i] = 0
      if (this.#learned[template[i]] === undefined || Number.isNaN(at[i])) continue
      const spread = (this.#spreads[template[i]] ??= this.#spreadOf(template[i]))
      this.#moveTo(Math.floor(at[i] / ONE_HAPPENING_MS))
      const hosts = this.#recent.add(template[i], host[i], at[i])
      if (hosts > 1) {
        scores[i] = scoreOf(hosts, spread.known)
        if (telling !== undefined && scores[i] > telling.above) {
          const about = { template: template[i], hosts, most: spread.known.length, row: firstRow + i }
          telling.tell(i, { kind: 'spread', ...about, surprise: telling.surpriseOf(scores[i]) })
        }
      }
      countSpread(spread.minute, hosts)
      this.#waiting.add(template[i])
    }
  }

  snapshot({ hosts }: UsedSlots): StoredSpreads {
    return {
      minute: Number.isNaN(this.#minute) ? null : this.#minute,
      recent: this.#recent.snapshot(hosts),
      spreads: this.#spreads.flatMap(({ known, minute, before }, template) => {
        return [[template, [...known], [...minute], [...before]] as const]
      }),
    }
  }

  #spreadOf(template: number): Spread {
    return { known: [...this.#learned[template]], minute: [], before: [] }
  }

  /** When a minute is over, what was seen in the one before becomes known. */
  #moveTo(minute: number): void {
    if (minute === this.#minute) return
    const isNext = minute === this.#minute + 1
    this.#minute = minute
    for (const template of this.#waiting) {
      const spread = this.#spreads[template]
      addTo(spread.known, spread.before)
      spread.before = spread.minute
      spread.minute = []
      if (isNext) continue
      addTo(spread.known, spread.before)
      spread.before = []
    }
    for (const template of this.#waiting) {
      if (this.#spreads[template].before.length === 0) this.#waiting.delete(template)
    }
  }
}

function scoreOf(hosts: number, known: readonly number[]): number {
  const share = ((known[hosts - 1] ?? 0) + 0.5) / (known[0] + 1)
  return -Math.log(Math.min(share, 1)) * Math.max(hosts - known.length, 1)
}

function countSpread(occurrences: number[], hosts: number): void {
  while (occurrences.length < hosts) occurrences.push(0)
  for (let k = 0; k < hosts; k++) occurrences[k]++
}

function addTo(sum: number[], more: readonly number[]): void {
  while (sum.length < more.length) sum.push(0)
  for (let k = 0; k < more.length; k++) sum[k] += more[k]
}
