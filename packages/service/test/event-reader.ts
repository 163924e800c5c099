/** Reads server-sent events. */
export class EventReader {
  readonly events: { id: string; event: string; data: Record<string, never> }[] = []
  readonly #abort = new AbortController()

  static async open(url: string, headers: Record<string, string> = {}): Promise<EventReader> {
    const reader = new EventReader()
    const response = await fetch(url, { headers, signal: reader.#abort.signal })
    if (!response.ok) throw new Error(`answered ${response.status}`)
    void reader.#read(response.body!).catch(() => {})
    return reader
  }

  close(): void {
    this.#abort.abort()
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let rest = ''
    const decoder = new TextDecoder()
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
      rest += decoder.decode(chunk, { stream: true })
      const blocks = rest.split('\n\n')
      rest = blocks.pop()!
      for (const block of blocks) {
        if (field(block, 'data'))
          this.events.push({
            id: field(block, 'id') ?? '',
            event: field(block, 'event') ?? '',
            data: JSON.parse(field(block, 'data')!),
          })
      }
    }
  }
}

function field(block: string, name: string): string | undefined {
  return block
    .split('\n')
    .find((line) => line.startsWith(`${name}: `))
    ?.slice(name.length + 2)
}
