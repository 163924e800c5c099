import type { PageData, PageIncident } from './page-data.js'

/** A stretch of time, in milliseconds. */
export type Range = readonly [from: number, to: number]

interface Card {
  readonly incident: PageIncident
  readonly element: HTMLElement
  /** All its text in lower case; made when it is first searched. */
  text: string | null
}

/** Which incidents are listed: by text, severity, detector, source, host, and the stretch that the pictures show. */
export class Filters {
  onClearRange: () => void = () => {}
  readonly #data: PageData
  readonly #cards: readonly Card[]
  readonly #search = byId<HTMLInputElement>('search')
  readonly #severities = [...document.querySelectorAll<HTMLButtonElement>('.chip')]
  readonly #selects = ['detector', 'source', 'host'].map((name) => byId<HTMLSelectElement>(`by-${name}`))
  readonly #clear = byId<HTMLButtonElement>('clear')
  #range: Range | null = null

  constructor(data: PageData) {
    this.#data = data
    this.#cards = data.incidents.map((incident) => {
      return { incident, element: document.getElementById(`i-${incident.id}`)!, text: null }
    })
    byId('filters')?.addEventListener('submit', (event) => event.preventDefault())
    this.#search?.addEventListener('input', () => this.apply())
    for (const select of this.#selects) select?.addEventListener('change', () => this.apply())
    for (const chip of this.#severities) {
      chip.addEventListener('click', () => {
        chip.setAttribute('aria-pressed', String(chip.getAttribute('aria-pressed') !== 'true'))
        this.apply()
      })
    }
    this.#clear?.addEventListener('click', () => this.clear())
    this.apply()
  }

  /** The cards that are listed, in their order. */
  get listed(): HTMLElement[] {
    return this.#cards.filter(({ element }) => !element.hidden).map(({ element }) => element)
  }

  /** Lists only incidents that meet a stretch of time; `null` lists all. */
  setRange(range: Range | null, label: string): void {
    this.#range = range
    const reset = byId('zoom-reset')
    if (reset) reset.title = label
    this.apply()
  }

  /** Searches for a text. */
  search(text: string): void {
    if (!this.#search) return
    this.#search.value = text
    this.apply()
    byId('incidents')?.scrollIntoView({ block: 'start' })
  }

  /** Lists all incidents again. */
  clear(): void {
    if (this.#search) this.#search.value = ''
    for (const select of this.#selects) if (select) select.value = ''
    for (const chip of this.#severities) chip.setAttribute('aria-pressed', 'true')
    if (this.#range) this.onClearRange()
    this.#range = null
    this.apply()
  }

  /** Puts the cursor into the search field. */
  focusSearch(): void {
    this.#search?.focus()
    this.#search?.select()
  }

  /** Shows what fits and hides the rest. */
  apply(): void {
    const words = (this.#search?.value ?? '').toLowerCase().split(/\s+/).filter(Boolean)
    const severities = new Set(
      this.#severities
        .filter((chip) => chip.getAttribute('aria-pressed') === 'true')
        .map((chip) => chip.dataset.severity),
    )
    const [detector, source, host] = this.#selects.map((select) => select?.value ?? '')
    let shown = 0
    for (const card of this.#cards) {
      const { incident } = card
      const fits =
        (this.#severities.length === 0 || severities.has(incident.severity)) &&
        (detector === '' || incident.detectors.includes(Number(detector))) &&
        (source === '' || incident.places.some(([index]) => this.#data.sources[index] === source)) &&
        (host === '' || incident.hosts.includes(host)) &&
        this.#isInRange(incident) &&
        words.every((word) => textOf(card).includes(word))
      card.element.hidden = !fits
      if (fits) shown++
    }
    const none = byId('none')
    if (none) none.hidden = shown > 0 || this.#cards.length === 0
    const output = byId('shown')
    if (output) {
      output.textContent = fill(
        this.#data.words.shown,
        [shown, this.#cards.length].map((n) => n.toLocaleString(this.#data.language)),
      )
    }
    if (this.#clear) this.#clear.hidden = shown === this.#cards.length
  }

  #isInRange({ start, end }: PageIncident): boolean {
    if (!this.#range || start === null || end === null) return true
    return end >= this.#range[0] && start <= this.#range[1]
  }
}

/** A word of the catalogue with its numbers. */
export function fill(text: string, values: readonly (string | number)[]): string {
  return text.replace(/\{(\d)\}/g, (_, i: string) => String(values[Number(i)]))
}

function textOf(card: Card): string {
  return (card.text ??= (card.element.textContent ?? '').toLowerCase())
}

function byId<T extends HTMLElement = HTMLElement>(id: string): T | null {
  return document.getElementById(id) as T | null
}
