/** Memory that jobs of one process share: who does not fit waits, first come first served. */
export class MemoryGate {
  #taken = 0
  readonly #waiting: { readonly bytes: number; readonly enter: () => void }[] = []

  /** Nothing is taken yet. @param budgetBytes of all together; more than that goes alone */
  constructor(private readonly budgetBytes: number) {}

  /** Takes memory, waiting for it where need be; what it returns gives it back. */
  async enter(bytes: number): Promise<() => void> {
    await new Promise<void>((enter) => {
      this.#waiting.push({ bytes, enter })
      this.#admit()
    })
    return () => {
      this.#taken -= bytes
      this.#admit()
    }
  }

  #admit(): void {
    while (this.#waiting.length > 0) {
      const [{ bytes, enter }] = this.#waiting
      if (this.#taken > 0 && this.#taken + bytes > this.budgetBytes) return
      this.#waiting.shift()
      this.#taken += bytes
      enter()
    }
  }
}
