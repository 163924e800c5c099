import { BEGIN } from '@sp/builders'
import { FloatPool } from './float-pool.js'
import type { JudgedEvent } from './judged-event.js'

/** Beginnings of an era, at most: those of logs repeat, so most of what sessions need was read before. */
const MOST_READ = 16_384
/** Floats that they may take, 8 MB. */
const MOST_FLOATS = 2 << 20

/**
 * A beginning of a window: events that were read. There are tens of thousands, and sessions make new ones while old ones
 * go: so it is one object, with a table only where several events follow, and its numbers lie in a {@link BeginningStore}.
 */
export class Beginning {
  /** Where the predictions of what follows lie; −1 until the last event was read. */
  place = -1
  /** Where the state of the network lies; −1 where none is kept, since others were read on from here at once. */
  statePlace = -1
  /** The last event as it was judged here. */
  judged: JudgedEvent | null = null
  #first: Beginning | null = null
  #others: Map<number, Beginning> | null = null

  /** A beginning that is not read yet. */
  constructor(
    readonly era: number,
    /** Its last event. */
    readonly event: number,
  ) {}

  /** Whether its last event was read. */
  get isRead(): boolean {
    return this.place >= 0
  }

  /** Whether the network can go on from here. */
  get hasState(): boolean {
    return this.statePlace >= 0
  }

  /** This beginning and one more event. */
  then(event: number): Beginning {
    const first = (this.#first ??= new Beginning(this.era, event))
    if (first.event === event) return first
    this.#others ??= new Map()
    let next = this.#others.get(event)
    if (next === undefined) this.#others.set(event, (next = new Beginning(this.era, event)))
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
 * The numbers of beginnings, in memory that is used again and again: an array each would be garbage that piles up to
 * several times what lives. An era lasts until it has taken enough; the one before it is kept too, so that a session that
 * comes back goes on where it stood. Memory: two eras, each of about 16,384 beginnings and 8 MB.
 */
export class BeginningStore {
  readonly #vocabularySize: number
  readonly #stateWidth: number
  /** Of the present era, and of the one before. */
  #present: Era
  #past: Era
  #era = 0
  /** Nothing read. */
  none: Beginning

  /**
   * Empty.
   * @param vocabularySize numbers of a prediction
   * @param stateWidth numbers of a state
   */
  constructor(vocabularySize: number, stateWidth: number) {
    this.#vocabularySize = vocabularySize
    this.#stateWidth = stateWidth
    this.#present = newEra(vocabularySize, stateWidth)
    this.#past = newEra(vocabularySize, stateWidth)
    this.none = this.#begin()
  }

  /** Whether the era has taken enough. */
  get isFull(): boolean {
    const { read, rows, states } = this.#present
    return read.length > MOST_READ || rows.floats + states.floats > MOST_FLOATS
  }

  /** Ends the era; only while nobody reads. */
  makeRoom(): void {
    for (const beginning of this.#present.read) beginning.end()
    const again = this.#past
    this.#past = this.#present
    this.#past.read = []
    this.#present = again
    again.rows.clear()
    again.states.clear()
    this.#era++
    this.none = this.#begin()
  }

  /** A beginning with a state, of this era or, as a copy, of the one before; `null` where it was longer ago. */
  kept(beginning: Beginning): Beginning | null {
    if (beginning.era === this.#era) return beginning
    if (beginning.era !== this.#era - 1 || !beginning.hasState) return null
    const copy = new Beginning(this.#era, beginning.event)
    this.keep(copy, this.rowsOf(beginning).at(beginning.place))
    this.keepState(copy, this.stateOf(beginning))
    return copy
  }

  /** Makes a beginning a read one, with its prediction `[V]`, which begins at a place of `rows`. */
  keep(beginning: Beginning, rows: Float32Array, from = 0): void {
    this.#present.read.push(beginning)
    beginning.place = this.#present.rows.put(rows, from)
  }

  /** Gives a beginning its state, which begins at a place of `states`. */
  keepState(beginning: Beginning, states: Float32Array, from = 0): void {
    beginning.statePlace = this.#present.states.put(states, from)
  }

  /** Where the prediction `[V]` after a beginning lies, of this era or the one before. */
  rowsOf({ era }: Beginning): FloatPool {
    return this.#eraOf(era).rows
  }

  /** State after a beginning that has one, of this era or the one before; a view. */
  stateOf({ era, statePlace }: Beginning): Float32Array {
    return this.#eraOf(era).states.at(statePlace)
  }

  #eraOf(era: number): Era {
    return era === this.#era ? this.#present : this.#past
  }

  #begin(): Beginning {
    const none = new Beginning(this.#era, BEGIN)
    this.keep(none, new Float32Array(this.#vocabularySize))
    this.keepState(none, new Float32Array(this.#stateWidth))
    return none
  }
}

/** Memory, and the beginnings in it. */
interface Era {
  readonly rows: FloatPool
  readonly states: FloatPool
  read: Beginning[]
}

function newEra(vocabularySize: number, stateWidth: number): Era {
  return { rows: new FloatPool(vocabularySize), states: new FloatPool(stateWidth), read: [] }
}
