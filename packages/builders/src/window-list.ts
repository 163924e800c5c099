import { GrowingArray } from './growing-array.js'
import type { WindowCounts } from './window-counts.js'

/** Where a window lies. */
export interface WindowPlace {
  readonly startRow: number
  readonly startLine: number
  readonly endLine: number
  readonly startTime: number
  readonly endTime: number
}

/** Windows of one source as they are given out. */
export class WindowList {
  readonly #places: WindowPlace[] = []
  readonly #lengths: number[] = []
  readonly #ends: number[] = [0]
  readonly #templates = new GrowingArray(Int32Array)
  readonly #counts = new GrowingArray(Int32Array)

  /** Takes a window by the ascending template codes of its rows. */
  add(ascending: Int32Array, place: WindowPlace): void {
    for (let from = 0, i = 1; i <= ascending.length; i++) {
      if (i < ascending.length && ascending[i] === ascending[from]) continue
      this.#templates.push(ascending[from])
      this.#counts.push(i - from)
      from = i
    }
    this.#end(ascending.length, place)
  }

  /** Takes a window by how often each template code occurs in it. */
  addCounts(counts: ReadonlyMap<number, number>, place: WindowPlace): void {
    let rows = 0
    for (const template of [...counts.keys()].sort((a, b) => a - b)) {
      const count = counts.get(template)!
      this.#templates.push(template)
      this.#counts.push(count)
      rows += count
    }
    this.#end(rows, place)
  }

  #end(rows: number, place: WindowPlace): void {
    this.#places.push(place)
    this.#lengths.push(rows)
    this.#ends.push(this.#templates.length)
  }

  /** All that were added. */
  toWindows(windowSize: number, stride: number, source: string): WindowCounts {
    const places = this.#places
    return {
      count: places.length,
      windowSize,
      stride,
      startRow: Int32Array.from(places, ({ startRow }) => startRow),
      endRow: Int32Array.from(places, ({ startRow }, w) => startRow + this.#lengths[w]),
      sources: [source],
      source: new Int32Array(places.length),
      startLine: Int32Array.from(places, ({ startLine }) => startLine),
      endLine: Int32Array.from(places, ({ endLine }) => endLine),
      startTime: Float64Array.from(places, ({ startTime }) => startTime),
      endTime: Float64Array.from(places, ({ endTime }) => endTime),
      offsets: Int32Array.from(this.#ends),
      templates: this.#templates.toArray(),
      counts: this.#counts.toArray(),
    }
  }
}
