import { seededRandom, type Random } from '@sp/engine'
import type { SampleRecord } from './read-sample.js'

/** What can be planted into a normal log. */
export const PLANTED_KINDS = ['unseen', 'burst', 'missing', 'reordered', 'value'] as const

/** A kind of planted incident. */
export type PlantedKind = (typeof PLANTED_KINDS)[number]

/** An incident in a log it was planted into. */
export interface PlantedIncident {
  readonly kind: PlantedKind
  /** First and last line it concerns, from 0; of what is missing, the stretch without it. */
  readonly firstLine: number
  readonly lastLine: number
}

/** A log with incidents, one record a line. */
export interface PlantedLog {
  readonly text: string
  readonly lines: number
  readonly incidents: readonly PlantedIncident[]
}

/** Records between two incidents: each must be found by itself. */
const SPACING = 300
/** Records at the beginning that stay as they are, so that the detectors have a past. */
const HEAD = 200
const BURST = 60
/** Records from which lines are left out. */
const MISSING_STRETCH = 200
/** By how much a value leaves its usual size. */
const VALUE_FACTOR = 40

/**
 * Plants incidents of all kinds, in turn, into a normal log: what happens is drawn from the log's own lines.
 * - `unseen`: a message that no line has, under a header of the log
 * - `burst`: 60 times the same line in a row
 * - `missing`: the most regular message does not come for 200 records
 * - `reordered`: ten neighbouring lines of one host stand the other way round
 * - `value`: a number 40 times as large as the log has it
 * Each concerns at most 200 records, 300 apart.
 * @param seed same records and seed, same log
 */
export function plantIncidents(records: readonly SampleRecord[], seed: number): PlantedLog {
  const random = seededRandom(seed, 7)
  const planter = new Planter(records, random)
  const regular = mostRegular(records)
  let next = 0
  for (let at = HEAD; at + SPACING + MISSING_STRETCH < records.length; at += SPACING) {
    const kind = PLANTED_KINDS[next++ % PLANTED_KINDS.length]
    planter.copyTo(at)
    planter.plant(kind, regular)
  }
  planter.copyTo(records.length)
  return planter.log()
}

class Planter {
  readonly #lines: string[] = []
  readonly #incidents: PlantedIncident[] = []
  #next = 0

  constructor(
    private readonly records: readonly SampleRecord[],
    private readonly random: Random,
  ) {}

  /** Copies records up to one. */
  copyTo(end: number): void {
    for (; this.#next < end; this.#next++) this.#lines.push(oneLine(this.records[this.#next].raw))
  }

  plant(kind: PlantedKind, regular: string | null): void {
    const firstLine = this.#lines.length
    if (!this.#plantedAs(kind, regular)) return
    this.#incidents.push({ kind, firstLine, lastLine: this.#lines.length - 1 })
  }

  log(): PlantedLog {
    return { text: this.#lines.join('\n') + '\n', lines: this.#lines.length, incidents: this.#incidents }
  }

  #plantedAs(kind: PlantedKind, regular: string | null): boolean {
    switch (kind) {
      case 'unseen':
        return this.#unseen()
      case 'burst':
        return this.#burst()
      case 'missing':
        return this.#missing(regular)
      case 'reordered':
        return this.#reordered()
      case 'value':
        return this.#value()
    }
  }

  #unseen(): boolean {
    const record = this.records[this.#next]
    const words = Array.from({ length: 4 }, () => WORDS[this.random.integer(WORDS.length)])
    const line = withMessage(record, `unexpected ${words.join(' ')} in state ${words[0]}, giving up`)
    if (line === null) return false
    this.#lines.push(line)
    return true
  }

  #burst(): boolean {
    const line = oneLine(this.records[this.#next].raw)
    for (let i = 0; i < BURST; i++) this.#lines.push(line)
    return true
  }

  #missing(regular: string | null): boolean {
    if (regular === null) return false
    const end = this.#next + MISSING_STRETCH
    let left = 0
    for (; this.#next < end; this.#next++) {
      const record = this.records[this.#next]
      if (kindOf(record) === regular) left++
      else this.#lines.push(oneLine(record.raw))
    }
    return left > 1
  }

  #reordered(): boolean {
    const { host } = this.records[this.#next]
    const stretch = this.records.slice(this.#next, this.#next + 40)
    const own = stretch.filter((record) => record.host === host).slice(0, 10)
    // Headers, and with them times, stay where they are; what was said comes the other way round.
    const messages = own.map(({ message }) => message).reverse()
    const changed = new Map(own.map((record, i) => [record, withMessage(record, messages[i])]))
    if (own.length < 10 || [...changed.values()].includes(null)) return false
    for (const record of stretch) this.#lines.push(changed.get(record) ?? oneLine(record.raw))
    this.#next += stretch.length
    return true
  }

  #value(): boolean {
    for (let i = 0; i < 40; i++) {
      const record = this.records[this.#next + i]
      const number = /(?<![\w.:/-])\d{1,9}(?:\.\d+)?(?![\w.:/-])/.exec(record.message)
      if (number === null) continue
      this.copyTo(this.#next + i)
      const larger = String(Math.round((Number(number[0]) + 1) * VALUE_FACTOR * 1000))
      const message =
        record.message.slice(0, number.index) + larger + record.message.slice(number.index + number[0].length)
      const line = withMessage(record, message)
      if (line === null) return false
      this.#next++
      this.#lines.push(line)
      return true
    }
    return false
  }
}

/** Words that a log would hardly write together. */
const WORDS = ['umbrella', 'violin', 'harvest', 'lantern', 'meadow', 'pepper', 'saddle', 'thimble', 'walnut', 'zephyr']

/** The same record with another message; `null` where the message does not stand at its end. */
function withMessage({ raw, message }: SampleRecord, other: string): string | null {
  return message !== '' && raw.endsWith(message) ? oneLine(raw.slice(0, raw.length - message.length) + other) : null
}

/** What lines of a kind have in common, roughly: a sample needs no miner. */
function kindOf({ host, process, message }: SampleRecord): string {
  return `${host} ${process} ${message.replace(/[^\s]*\d[^\s]*/g, '#')}`
}

/** The kind that comes most evenly: the smallest ratio of its longest pause, in records, to the usual one. */
function mostRegular(records: readonly SampleRecord[]): string | null {
  const places = new Map<string, number[]>()
  records.forEach((record, i) => {
    const kind = kindOf(record)
    const own = places.get(kind)
    if (own) own.push(i)
    else places.set(kind, [i])
  })
  let [best, evenness] = [null as string | null, Infinity]
  for (const [kind, own] of places) {
    const usual = records.length / own.length
    // Several of them must fit into the stretch that they are missing from.
    if (own.length < 40 || usual > MISSING_STRETCH / 8) continue
    const longest = own.reduce((most, place, i) => Math.max(most, i === 0 ? 0 : place - own[i - 1]), 0)
    if (longest / usual < evenness) [best, evenness] = [kind, longest / usual]
  }
  return best
}

/** Incidents are counted in lines: a record that has several takes one. */
function oneLine(text: string): string {
  return text.replaceAll('\n', ' ')
}
