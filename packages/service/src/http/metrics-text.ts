import type { Histogram } from '../flow/service-counters.js'

type Labels = Readonly<Record<string, string>>

/** Metrics in the text format of Prometheus (version 0.0.4). */
export class MetricsText {
  readonly #lines: string[] = []

  /** A number that only grows. */
  counter(name: string, help: string, value: number, labels: Labels = {}): this {
    return this.#metric(name, 'counter', help, value, labels)
  }

  /** A number that goes up and down. */
  gauge(name: string, help: string, value: number, labels: Labels = {}): this {
    return this.#metric(name, 'gauge', help, value, labels)
  }

  /** Values by class. */
  histogram(name: string, help: string, { bounds, counts, sum, count }: Histogram): this {
    this.#head(name, 'histogram', help)
    bounds.forEach((bound, i) => this.#sample(`${name}_bucket`, counts[i], { le: String(bound) }))
    this.#sample(`${name}_bucket`, count, { le: '+Inf' })
    this.#sample(`${name}_sum`, sum, {})
    this.#sample(`${name}_count`, count, {})
    return this
  }

  /** The text, with its last line end. */
  toString(): string {
    return this.#lines.join('\n') + '\n'
  }

  #metric(name: string, type: string, help: string, value: number, labels: Labels): this {
    this.#head(name, type, help)
    this.#sample(name, value, labels)
    return this
  }

  /** Once a name; samples of the same name follow each other. */
  #head(name: string, type: string, help: string): void {
    const head = `# TYPE ${name} ${type}`
    if (!this.#lines.includes(head)) this.#lines.push(`# HELP ${name} ${help}`, head)
  }

  #sample(name: string, value: number, labels: Labels): void {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`)
    this.#lines.push(`${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`)
  }
}

function escaped(text: string): string {
  return text.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))
}
