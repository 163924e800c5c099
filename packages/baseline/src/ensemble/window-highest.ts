import type { WindowOptions } from '@sp/builders'

/** State of a {@link WindowHighest}: plain data, fit for JSON. */
export interface WindowHighestSnapshot {
  /** Rows so far. */
  readonly rows: number
  /** Of the windows that have begun, oldest first, the highest score by detector. */
  readonly open: readonly (readonly number[])[]
}

/**
 * The highest scores of the rows of each window, for detectors that score rows: windows begin and end as those of a
 * `WindowCounter` of the same size and stride.
 */
export class WindowHighest {
  readonly #detectors: number
  readonly #windowSize: number
  readonly #stride: number
  /** Oldest first. */
  readonly #open: Float64Array[]
  #rows: number

  /** Of so many detectors; with a snapshot it goes on where another one of the same shape was. */
  constructor(
    detectors: number,
    { windowSize = 50, stride = 25 }: Pick<WindowOptions, 'windowSize' | 'stride'> = {},
    snapshot?: WindowHighestSnapshot,
  ) {
    this.#detectors = detectors
    this.#windowSize = windowSize
    this.#stride = stride
    this.#rows = snapshot?.rows ?? 0
    this.#open = (snapshot?.open ?? []).map((scores) => Float64Array.from(scores))
  }

  /**
   * Takes the scores of the next rows, 0 or more, and gives out those of the windows that they complete.
   * @param scores one column a detector
   */
  push(scores: readonly Float64Array[], rows = scores[0].length): Float64Array[] {
    const complete: Float64Array[] = []
    for (let i = 0; i < rows; i++) {
      if (this.#rows % this.#stride === 0) this.#open.push(new Float64Array(this.#detectors))
      for (let d = 0; d < this.#detectors; d++) {
        const score = scores[d][i]
        if (score > 0) for (const highest of this.#open) if (score > highest[d]) highest[d] = score
      }
      this.#rows++
      const ended = this.#rows - this.#windowSize
      if (ended >= 0 && ended % this.#stride === 0) complete.push(this.#open.shift()!)
    }
    return complete
  }

  /** The windows that have begun and will not be completed; what comes afterwards begins anew. */
  flush(): Float64Array[] {
    this.#rows = 0
    return this.#open.splice(0)
  }

  /** What is known, for another one to go on from. */
  snapshot(): WindowHighestSnapshot {
    return { rows: this.#rows, open: this.#open.map((scores) => [...scores]) }
  }
}
