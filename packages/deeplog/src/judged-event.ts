import type { FloatPool } from './float-pool.js'
import { type EventVerdict, likeliestEvents } from './judge-event.js'

/** An event as it was judged. The same event after the same beginning is the same object. */
export class JudgedEvent implements EventVerdict {
  readonly surprise: number
  readonly rank: number
  readonly massBefore: number
  readonly #rows: FloatPool
  readonly #place: number

  /** What was said of an event, and where the log-probabilities `[V]` lie that it was judged by. */
  constructor({ surprise, rank, massBefore }: EventVerdict, rows: FloatPool, place: number) {
    this.surprise = surprise
    this.rank = rank
    this.massBefore = massBefore
    this.#rows = rows
    this.#place = place
  }

  /**
   * The likeliest events there, likeliest first; `END` (0) is the end of the session. To be asked for before more is
   * judged: the predictor uses its memory again.
   */
  likeliest(k: number): Int32Array {
    const row = this.#rows.at(this.#place)
    return likeliestEvents(row, Math.min(k, row.length))
  }
}
