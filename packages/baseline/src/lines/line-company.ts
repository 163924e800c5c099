import { DueQueue } from './due-queue.js'
import { type CompanyRule, learnFollowers } from './learn-followers.js'
import { GrowingColumn } from './growing-column.js'
import type { LineDetector, LineScorer, Telling } from './line-detector.js'
import type { UsedSlots } from './line-reader.js'
import { FIRST_HEARD, type LogLines } from './log-lines.js'
import { onceAModel } from './once-a-model.js'

/** What follows what: `[template, follower, occurrences, misses, longest delay in ms]`. */
export interface LineCompanyModel {
  readonly rules: readonly CompanyRule[]
}

/** How much longer than ever a follower may take before it counts as missing. */
const PATIENCE = 2
const SHORTEST_WAIT_MS = 2000

/**
 * Score: −ln of the share of a template's normal occurrences that their usual follower on the same host did not follow
 * within a minute, at the first line by which it should have come. For a step that is left out (a session that is opened
 * and never closed): templates that occur together, of which one is absent. While one is waited for, others of its kind
 * on the host are not waited for too: what is missing is told once.
 */
export const lineCompanyDetector: LineDetector<LineCompanyModel> = {
  resolution: 0.1,
  shares: 1,
  train: (normal, heldOut) => ({ rules: learnFollowers(normal, heldOut) }),
  open: ({ rules }, snapshot) => new LineCompanyScorer(rules, snapshot as StoredWaits | undefined),
}

/** What is waited for. */
type StoredWaits = readonly (readonly [host: number, rule: number, until: number])[]

/** The rules as they are looked up. */
class CompanyRules {
  readonly score: Float64Array
  readonly waitMs: Float64Array
  /** Rules that a template begins, and that it ends. */
  readonly begun: number[][] = []
  readonly ended: number[][] = []

  constructor(rules: readonly CompanyRule[]) {
    this.score = Float64Array.from(rules, ([, , count, misses]) => -Math.log((misses + 0.5) / (count + 1)))
    this.waitMs = Float64Array.from(rules, ([, , , , longestMs]) => Math.max(PATIENCE * longestMs, SHORTEST_WAIT_MS))
    rules.forEach(([template, follower], rule) => {
      ;(this.begun[template] ??= []).push(rule)
      ;(this.ended[follower] ??= []).push(rule)
    })
  }
}

const lookUpOf = onceAModel((rules: readonly CompanyRule[]) => new CompanyRules(rules))

class LineCompanyScorer implements LineScorer {
  readonly #rules: readonly CompanyRule[]
  readonly #lookUp: CompanyRules
  /** By host and rule: the time until which the follower is waited for, NaN where it is not. */
  readonly #until = new GrowingColumn(Float64Array, NaN)
  /** By host and rule: whether the queue holds it, be it with an earlier time. */
  readonly #isQueued = new GrowingColumn(Int32Array)
  readonly #queue = new DueQueue()

  constructor(rules: readonly CompanyRule[], snapshot: StoredWaits = []) {
    this.#rules = rules
    this.#lookUp = lookUpOf(rules)
    for (const [host, rule, until] of snapshot) {
      this.#reach(host)
      this.#wait(host * rules.length + rule, until)
    }
  }

  push(lines: LogLines, scores: Float64Array, telling?: Telling): void {
    const { count, template, host, at, firstHeard } = lines
    const { begun: begunBy, ended: endedBy, waitMs } = this.#lookUp
    for (let i = 0; i < count; i++) {
      scores[i] = 0
      this.#reach(host[i])
      if ((firstHeard[i] & FIRST_HEARD.host) !== 0) this.#forget(host[i])
      if (Number.isNaN(at[i])) continue
      if (at[i] > this.#queue.nextDue) scores[i] = this.#missing(lines, i, telling)
      const [begun, ended] = [begunBy[template[i]], endedBy[template[i]]]
      const base = host[i] * this.#rules.length
      if (ended !== undefined) for (const rule of ended) this.#until.values[base + rule] = NaN
      if (begun === undefined) continue
      for (const rule of begun) {
        if (Number.isNaN(this.#until.values[base + rule])) this.#wait(base + rule, at[i] + waitMs[rule])
      }
    }
  }

  snapshot({ hosts }: UsedSlots): StoredWaits {
    const waits: (readonly [number, number, number])[] = []
    hosts.forEach((slot, host) => {
      for (let rule = 0; rule < this.#rules.length; rule++) {
        // Of a host that was not heard since a snapshot there may be no place.
        const until = this.#until.values[slot * this.#rules.length + rule] ?? NaN
        if (!Number.isNaN(until)) waits.push([host, rule, until])
      }
    })
    return waits
  }

  #forget(host: number): void {
    this.#until.values.fill(NaN, host * this.#rules.length, (host + 1) * this.#rules.length)
  }

  #reach(host: number): void {
    this.#until.reach((host + 1) * this.#rules.length)
    this.#isQueued.reach((host + 1) * this.#rules.length)
  }

  #wait(place: number, until: number): void {
    this.#until.values[place] = until
    if (this.#isQueued.values[place] === 1) return
    this.#isQueued.values[place] = 1
    this.#queue.add(until, place)
  }

  /** The score of the strangest follower that has not come by now, 0 where none is missing. */
  #missing({ at, firstRow }: LogLines, i: number, telling?: Telling): number {
    let score = 0
    let strangest = -1
    while (this.#queue.nextDue < at[i]) {
      const place = this.#queue.take()
      const until = this.#until.values[place]
      this.#isQueued.values[place] = 0
      if (Number.isNaN(until)) continue
      if (until >= at[i]) {
        this.#wait(place, until)
        continue
      }
      this.#until.values[place] = NaN
      const rule = place % this.#rules.length
      if (strangest >= 0 && !this.#isStranger(rule, strangest)) continue
      strangest = rule
      score = this.#lookUp.score[rule]
    }
    if (telling !== undefined && score > telling.above) {
      const [after, template, , , usualMs] = this.#rules[strangest]
      const surprise = telling.surpriseOf(score)
      telling.tell(i, { kind: 'missing-step', template, after, usualMs, row: firstRow + i, surprise })
    }
    return score
  }

  /** Equal scores in the order of the rules: what the queue holds first is chance. */
  #isStranger(rule: number, other: number): boolean {
    const { score } = this.#lookUp
    return score[rule] > score[other] || (score[rule] === score[other] && rule < other)
  }
}
