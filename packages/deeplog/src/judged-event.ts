import { type EventVerdict, likeliestEvents } from './judge-event.js'

/** An event as it was judged. The same event after the same beginning is the same object. */
export class JudgedEvent implements EventVerdict {
  readonly surprise: number
  readonly rank: number
  readonly massBefore: number
  readonly #row: Float32Array

  /** What was said of an event, and the log-probabilities `[V]` that it was judged by. */
  constructor({ surprise, rank, massBefore }: EventVerdict, row: Float32Array) {
    this.surprise = surprise
    this.rank = rank
    this.massBefore = massBefore
    this.#row = row
  }

  /**
   * The likeliest events there, likeliest first; `END` (0) is the end of the session. To be asked for before more is
   * judged: the predictor uses its memory again.
   */
  likeliest(k: number): Int32Array {
    return likeliestEvents(this.#row, Math.min(k, this.#row.length))
  }
}
