import type { StreamedEvent } from '@sp/deeplog'
import type { Evidence } from '@sp/log-table'
import type { LoadedBundle } from './loaded-bundle.js'

/** An event that the network did not expect. */
export interface SurprisingEvent {
  readonly row: number
  readonly evidence: Evidence
}

/** Templates named as expected. */
const EXPECTED = 3
/** Events told of one window. */
const MOST_OF_WINDOW = 3

/** Remembers the events of the latest rows that the network did not expect, for the windows that are not over. */
export class SurprisingEvents {
  readonly #loaded: LoadedBundle
  /** Surprise in nats above which events are worth remembering: what a window is not flagged for need not be explained. */
  readonly above: number
  /** By row. */
  #events: SurprisingEvent[]

  /** Nothing remembered, or what a snapshot holds. */
  constructor(loaded: LoadedBundle, snapshot: readonly SurprisingEvent[] = []) {
    this.#loaded = loaded
    this.#events = [...snapshot]
    const calibrated = loaded.bundle.windows.others.find(({ name }) => name === 'deeplog')
    this.above = calibrated ? calibrated.calibration.threshold * 0.9 : Infinity
  }

  /** Takes the events of the next rows. */
  add(events: readonly StreamedEvent[]): void {
    const fresh = events.filter(({ judged }) => judged.surprise > this.above && judged.surprise < Infinity)
    if (fresh.length === 0) return
    this.#events.push(...fresh.map((event) => ({ row: event.row, evidence: this.#evidence(event) })))
    this.#events.sort((a, b) => a.row - b.row)
  }

  /** Forgets the events of rows that no window still holds. */
  forgetBefore(row: number): void {
    if (this.#events.length > 0 && this.#events[0].row < row) {
      this.#events = this.#events.filter((event) => event.row >= row)
    }
  }

  /** The most surprising events of the rows `from <= row < to`, most surprising first. */
  between(from: number, to: number): Evidence[] {
    const own = this.#events.filter(({ row }) => row >= from && row < to).map(({ evidence }) => evidence)
    return own.sort((a, b) => b.surprise - a.surprise).slice(0, MOST_OF_WINDOW)
  }

  /** What is remembered. */
  snapshot(): readonly SurprisingEvent[] {
    return [...this.#events]
  }

  #evidence({ row, template, after, judged }: StreamedEvent): Evidence {
    const likeliest = [...judged.likeliest(EXPECTED)].filter((event) => event > 1)
    return {
      kind: 'unexpected-order',
      row,
      template,
      after: after < 0 ? null : after,
      expected: likeliest.map((event) => this.#loaded.codeOfEvent[event]),
      probability: Math.exp(-judged.surprise),
      surprise: judged.surprise / Math.LN10,
    }
  }
}
