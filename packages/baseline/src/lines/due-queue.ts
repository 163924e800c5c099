/** Things to do at times, the earliest first: a binary heap of numbers. */
export class DueQueue {
  readonly #due: number[] = []
  readonly #id: number[] = []

  /** When the first thing is due; Infinity where there is none. */
  get nextDue(): number {
    return this.#due.length > 0 ? this.#due[0] : Infinity
  }

  /** Adds a thing. */
  add(due: number, id: number): void {
    let place = this.#due.length
    for (let parent = (place - 1) >> 1; place > 0 && this.#due[parent] > due; parent = (place - 1) >> 1) {
      this.#put(place, this.#due[parent], this.#id[parent])
      place = parent
    }
    this.#put(place, due, id)
  }

  /** Takes out the thing that is due first; there must be one. */
  take(): number {
    const first = this.#id[0]
    const [due, id] = [this.#due.pop()!, this.#id.pop()!]
    const length = this.#due.length
    if (length === 0) return first
    let place = 0
    for (let child = 1; child < length; child = 2 * place + 1) {
      if (child + 1 < length && this.#due[child + 1] < this.#due[child]) child++
      if (this.#due[child] >= due) break
      this.#put(place, this.#due[child], this.#id[child])
      place = child
    }
    this.#put(place, due, id)
    return first
  }

  #put(place: number, due: number, id: number): void {
    this.#due[place] = due
    this.#id[place] = id
  }
}
