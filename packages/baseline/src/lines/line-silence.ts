import { DueQueue } from './due-queue.js'
import { isWithin, NOTHING, type LineDetector, type LineScorer, type Telling } from './line-detector.js'
import type { UsedSlots } from './line-reader.js'
import { FIRST_HEARD, type LogLines } from './log-lines.js'
import { onceAModel } from './once-a-model.js'
import { PairTable } from './pair-table.js'

/** What comes so regularly that its absence says something: `[host, template, longest pause in ms]`. */
export interface LineSilenceModel {
  readonly regular: readonly (readonly [host: string, template: number, longestMs: number])[]
}

/** A template with fewer pauses is not known to be regular. */
const FEWEST_PAUSES = 20
/** The longest pause of a regular template is at most this many times the median one. */
const REGULAR = 2.5

/**
 * Score: ln of how many times longer than ever in normal lines a regular template of a host has not come, at the first
 * line after that number has reached 2, 4, 8, …; else 0. So a silence is told when it is found and whenever it has
 * doubled, not with every line of others. For the heartbeat that stops: an absence that windows of rows do not see where
 * other lines are few. A host is waited for once it has been heard in the source.
 */
export const lineSilenceDetector: LineDetector<LineSilenceModel> = {
  resolution: 0.05,
  shares: 0,
  train(normal, heldOut = NOTHING) {
    const pauses = pausesOf(normal, heldOut)
    const regular: (readonly [string, number, number])[] = []
    for (const { host, template, pauses: known } of pauses) {
      known.sort((a, b) => a - b)
      const longest = known[known.length - 1]
      // What was only ever written within one moment has no pace.
      if (known.length < FEWEST_PAUSES || longest === 0 || longest > REGULAR * known[known.length >> 1]) continue
      regular.push([host, template, longest])
    }
    return { regular }
  },
  open: ({ regular }, snapshot) => new LineSilenceScorer(regular, snapshot as StoredWatches | undefined),
}

/** Pauses between lines of a template by a host, of all stretches together. */
interface Pauses {
  readonly host: string
  readonly template: number
  readonly pauses: number[]
}

function pausesOf(
  { count, template, hostName, at, stretches }: LogLines,
  heldOut: { from: number; to: number },
): Pauses[] {
  const hosts = new Map<string, number>()
  const pairs = new PairTable()
  const found: Pauses[] = []
  const starts = new Set(stretches)
  /** Time of the last line of each pair in this stretch, NaN where there is none. */
  const last: number[] = []
  for (let i = 0; i < count; i++) {
    if (starts.has(i) || isWithin(heldOut, i)) last.length = 0
    if (isWithin(heldOut, i) || Number.isNaN(at[i])) continue
    let host = hosts.get(hostName[i])
    if (host === undefined) hosts.set(hostName[i], (host = hosts.size))
    const pair = pairs.indexOf(host, template[i])
    found[pair] ??= { host: hostName[i], template: template[i], pauses: [] }
    if (last[pair] !== undefined) found[pair].pauses.push(at[i] - last[pair])
    last[pair] = at[i]
  }
  return found
}

/** The watches of hosts that were heard, by their places in the model; `told` is the last doubling. */
interface StoredWatches {
  readonly hosts: readonly (readonly [slot: number, name: string])[]
  readonly watches: readonly (readonly [place: number, last: number, told: number])[]
}

/** What is waited for. */
interface Watch {
  readonly host: string
  readonly template: number
  readonly longestMs: number
  /** Whether the host has been heard. */
  isOn: boolean
  last: number
  told: number
  /** When the queue will speak of it; Infinity where it will not. */
  queuedDue: number
}

/** By host and template, the place in the model. */
type PlacesByHost = ReadonlyMap<string, ReadonlyMap<number, number>>

const placesByHost = onceAModel((regular: LineSilenceModel['regular']): PlacesByHost => {
  const places = new Map<string, Map<number, number>>()
  regular.forEach(([host, template], place) => {
    places.set(host, (places.get(host) ?? new Map<number, number>()).set(template, place))
  })
  return places
})

class LineSilenceScorer implements LineScorer {
  readonly #regular: LineSilenceModel['regular']
  /** By place in the model; of those that nobody was waited for, nothing. */
  readonly #watches: Watch[] = []
  readonly #byHost: PlacesByHost
  /** Places of the watches of the host of a slot, by template; `undefined` where none is waited for. */
  readonly #bySlot: (ReadonlyMap<number, number> | undefined)[] = []
  readonly #queue = new DueQueue()

  constructor(regular: LineSilenceModel['regular'], snapshot?: StoredWatches) {
    this.#regular = regular
    this.#byHost = placesByHost(regular)
    snapshot?.hosts.forEach(([slot, name]) => (this.#bySlot[slot] = this.#byHost.get(name)))
    snapshot?.watches.forEach(([place, last, told]) => {
      Object.assign(this.#watchAt(place), { isOn: true, last, told })
      this.#wait(place)
    })
  }

  push(lines: LogLines, scores: Float64Array, telling?: Telling): void {
    const { count, template, host, at, firstHeard } = lines
    for (let i = 0; i < count; i++) {
      scores[i] = 0
      if ((firstHeard[i] & FIRST_HEARD.host) !== 0) this.#hear(lines, i)
      // A time that is not known (NaN) compares as false.
      if (at[i] >= this.#queue.nextDue) {
        const place = this.#longestOverdue(at[i])
        if (place >= 0) scores[i] = this.#scoreOf(place, at[i])
        if (telling !== undefined && scores[i] > telling.above) this.#tell(place, { lines, i, scores, telling })
      }
      const own = this.#bySlot[host[i]]?.get(template[i])
      if (own === undefined || Number.isNaN(at[i])) continue
      this.#watch(own, at[i])
    }
  }

  snapshot({ hosts }: UsedSlots): StoredWatches {
    return {
      hosts: hosts.flatMap((slot, number) => {
        const watches = this.#bySlot[slot]
        if (watches === undefined) return []
        const [place] = watches.values()
        return [[number, this.#regular[place][0]] as const]
      }),
      watches: this.#watches.flatMap(({ isOn, last, told }, place) => (isOn ? [[place, last, told] as const] : [])),
    }
  }

  /** A host is heard for the first time: from now on it is waited for. */
  #hear({ host, hostName, at }: LogLines, i: number): void {
    for (const place of this.#bySlot[host[i]]?.values() ?? []) this.#watchAt(place).isOn = false
    const watches = this.#byHost.get(hostName[i])
    this.#bySlot[host[i]] = watches
    // Without a known time its own first line begins the wait.
    if (!Number.isNaN(at[i])) for (const place of watches?.values() ?? []) this.#watch(place, at[i])
  }

  #watch(place: number, last: number): void {
    Object.assign(this.#watchAt(place), { isOn: true, last, told: 1 })
    this.#wait(place)
  }

  #watchAt(place: number): Watch {
    const [host, template, longestMs] = this.#regular[place]
    return (this.#watches[place] ??= { host, template, longestMs, isOn: false, last: 0, told: 1, queuedDue: Infinity })
  }

  #wait(place: number): void {
    const watch = this.#watches[place]
    // Too early is as good as in time; what stands in the queue for later is then not heeded.
    if (watch.queuedDue <= dueOf(watch)) return
    watch.queuedDue = dueOf(watch)
    this.#queue.add(watch.queuedDue, place)
  }

  /** The watch that has waited for most of its longest pauses, among those that have doubled; −1 where there is none. */
  #longestOverdue(now: number): number {
    let longest = -1
    while (this.#queue.nextDue <= now) {
      const due = this.#queue.nextDue
      const place = this.#queue.take()
      const watch = this.#watches[place]
      if (due !== watch.queuedDue) continue
      watch.queuedDue = Infinity
      if (!watch.isOn) continue
      if (dueOf(watch) <= now) {
        while (dueOf(watch) <= now) watch.told *= 2
        if (longest < 0 || this.#timesOf(place, now) > this.#timesOf(longest, now)) longest = place
      }
      this.#wait(place)
    }
    return longest
  }

  #timesOf(place: number, now: number): number {
    const { last, longestMs } = this.#watches[place]
    return (now - last) / longestMs
  }

  #scoreOf(place: number, now: number): number {
    return Math.log(this.#timesOf(place, now))
  }

  #tell(
    place: number,
    { lines, i, scores, telling }: { lines: LogLines; i: number; scores: Float64Array; telling: Telling },
  ): void {
    const { host, template, longestMs, last } = this.#watches[place]
    const about = { host, template, longestMs, silentMs: lines.at[i] - last, row: lines.firstRow + i }
    telling.tell(i, { kind: 'silence', ...about, surprise: telling.surpriseOf(scores[i]) })
  }
}

/** When the silence will have doubled again. */
function dueOf({ last, told, longestMs }: Watch): number {
  return last + 2 * told * longestMs
}
