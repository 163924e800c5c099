/** Room that tasks of one process share, such as memory: who does not fit waits, first come first served. */
export class Gate {
  #taken = 0
  readonly #waiting: { readonly size: number; readonly enter: () => void }[] = []

  /** Nothing is taken yet. @param room of all together; who needs more than that goes alone */
  constructor(private readonly room: number) {}

  /** Takes room, waiting for it where need be; what it returns gives it back. */
  async enter(size: number): Promise<() => void> {
    await new Promise<void>((enter) => {
      this.#waiting.push({ size, enter })
      this.#admit()
    })
    return () => {
      this.#taken -= size
      this.#admit()
    }
  }

  #admit(): void {
    while (this.#waiting.length > 0) {
      const [{ size, enter }] = this.#waiting
      if (this.#taken > 0 && this.#taken + size > this.room) return
      this.#waiting.shift()
      this.#taken += size
      enter()
    }
  }
}
