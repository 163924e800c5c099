import { BEGIN } from '@sp/builders'
import type { JudgedEvent } from './judged-event.js'

/** Floats that the beginnings of an era may take, 12 MB: those of logs repeat, so most steps were taken before. */
const MOST_FLOATS = 3 << 20
/** Beginnings that memory is got for at a time. */
const CHUNK = 512

/**
 * A beginning of a window: events that were read. There are tens of thousands, and sessions make new ones while old ones
 * go: so it is one object, with a table only where several events follow, and its numbers lie in a {@link BeginningStore}.
 */
export class Beginning {
  /** Where its values lie; −1 until the last event was read. */
  place = -1
  /** The last event as it was judged here. */
  judged: JudgedEvent | null = null
  #first: Beginning | null = null
  #others: Map<number, Beginning> | null = null

  /** A beginning that is not read yet: another one and an event. */
  constructor(
    readonly era: number,
    /** The other one, until the event was read: what is over shall not be kept by what came of it. */
    public before: Beginning | null,
    readonly event: number,
  ) {}

  /** Whether its last event was read. */
  get isRead(): boolean {
    return this.place >= 0
  }

  /** This beginning and one more event. */
  then(event: number): Beginning {
    const first = (this.#first ??= new Beginning(this.era, this, event))
    if (first.event === event) return first
    this.#others ??= new Map()
    let next = this.#others.get(event)
    if (next === undefined) this.#others.set(event, (next = new Beginning(this.era, this, event)))
    return next
  }

  /** Lets go of all that goes on from it: a session that stands at it, maybe for hours, shall keep no more than it. */
  end(): void {
    this.#first = null
    this.#others = null
    this.judged = null
  }
}

/**
 * The values of beginnings, `size` floats each, in memory that is used again and again: an array each would be garbage that
 * piles up to several times what lives. An era lasts until it has taken {@link MOST_FLOATS}; the one before it is kept too,
 * so that a session that comes back goes on where it stood. Memory: two eras.
 */
export class BeginningStore {
  readonly #size: number
  /** Of the present era, and of the one before. */
  #present: Era
  #past: Era
  #era = 0
  /** Nothing read. */
  none: Beginning

  /** Empty. */
  constructor(size: number) {
    this.#size = size
    this.#present = { chunks: [], read: [] }
    this.#past = { chunks: [], read: [] }
    this.none = this.#begin()
  }

  /** Whether the era has taken enough. */
  get isFull(): boolean {
    return this.#present.read.length * this.#size > MOST_FLOATS
  }

  /** Ends the era; only while nobody reads. */
  makeRoom(): void {
    const { read } = this.#present
    for (const beginning of read) beginning.end()
    const { chunks } = this.#past
    this.#past = { chunks: this.#present.chunks, read: [] }
    this.#present = { chunks, read: [] }
    this.#era++
    this.none = this.#begin()
  }

  /** A beginning of this era or, as a copy, of the one before; `null` where it was longer ago. */
  kept(beginning: Beginning): Beginning | null {
    if (beginning.era === this.#era) return beginning
    if (beginning.era !== this.#era - 1) return null
    const copy = new Beginning(this.#era, null, beginning.event)
    this.take(copy).set(this.valuesOf(beginning))
    return copy
  }

  /** Gives a beginning a place. @returns its values, to be written */
  take(beginning: Beginning): Float32Array {
    const { chunks, read } = this.#present
    if (read.length === chunks.length * CHUNK) chunks.push(new Float32Array(CHUNK * this.#size))
    beginning.place = read.push(beginning) - 1
    beginning.before = null
    return this.valuesOf(beginning)
  }

  /** The values of a beginning that was read, of this era or the one before; a view. */
  valuesOf({ era, place }: Beginning): Float32Array {
    const { chunks } = era === this.#era ? this.#present : this.#past
    const from = (place % CHUNK) * this.#size
    return chunks[Math.floor(place / CHUNK)].subarray(from, from + this.#size)
  }

  #begin(): Beginning {
    const none = new Beginning(this.#era, null, BEGIN)
    this.take(none).fill(0)
    return none
  }
}

/** Memory, and the beginnings in it by their place. */
interface Era {
  readonly chunks: Float32Array[]
  readonly read: Beginning[]
}
