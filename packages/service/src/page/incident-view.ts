import type { Incident } from './answers.js'
import { byId, element, refill } from './dom.js'
import { type CardWords, incidentCard } from './incident-card.js'
import type { ServiceClient } from './service-client.js'
import { counted, type Language } from './words.js'

/** Changes are gathered for so long before the page is drawn anew: a storm of findings must not make it flicker. */
const GATHER_MS = 300
/** From so many changed incidents on the whole list is asked for instead of each. */
const MANY = 8
/** Cards at a time; the oldest leave. */
const MOST_CARDS = 300
/** A reader that has scrolled so far is reading: new cards wait for a click. */
const READING_PX = 240

const SEVERITIES = ['high', 'medium', 'low'] as const

/** The list of incidents, the one changed last first; it changes while it is looked at. */
export class IncidentView {
  readonly #client: ServiceClient
  readonly #words: () => CardWords & { readonly language: Language }
  /** By id, the one changed longest ago first. */
  #incidents = new Map<string, Incident>()
  readonly #changed = new Set<string>()
  /** Changes that wait for a reader who is reading. */
  readonly #waiting = new Map<string, Incident>()
  readonly #hidden = new Set<string>()
  #next: number | null = null
  #timer = 0

  constructor(client: ServiceClient, words: () => CardWords & { readonly language: Language }) {
    this.#client = client
    this.#words = words
    byId('search').addEventListener('input', () => this.#filter())
    byId('more').addEventListener('click', () => void this.#loadMore())
    byId('fresh').addEventListener('click', () => this.#showWaiting(true))
    addEventListener('scroll', () => scrollY < READING_PX / 2 && this.#showWaiting(false), { passive: true })
    for (const severity of SEVERITIES) {
      byId(`chip-${severity}`).addEventListener('click', () => {
        if (!this.#hidden.delete(severity)) this.#hidden.add(severity)
        this.#filter()
      })
    }
  }

  /** Asks for all anew. */
  async load(): Promise<void> {
    const { incidents, next } = await this.#client.incidents(this.#words().language, null)
    this.#incidents = new Map([...incidents].reverse().map((incident) => [incident.id, incident]))
    this.#waiting.clear()
    this.#next = next
    this.draw()
  }

  /** An incident has changed. */
  touch(id: string): void {
    this.#changed.add(id)
    if (this.#timer === 0) this.#timer = window.setTimeout(() => void this.#refresh(), GATHER_MS)
  }

  /** Draws all cards anew. */
  draw(): void {
    const opened = new Set(
      [...document.querySelectorAll('.incident details[open]')].map((one) => one.parentElement!.id),
    )
    const cards = this.#shown().map((incident) => incidentCard(incident, this.#words(), opened.has(`i-${incident.id}`)))
    refill(byId('list'), cards)
    this.#filter()
  }

  /** The times of the cards, as they pass. */
  tick(): void {
    const { formats, nowMs } = this.#words()
    for (const time of document.querySelectorAll<HTMLElement>('#list time')) {
      time.textContent = formats.ago(Number(time.dataset.ms), nowMs)
    }
  }

  #shown(): Incident[] {
    return [...this.#incidents.values()].reverse()
  }

  async #refresh(): Promise<void> {
    this.#timer = 0
    const ids = [...this.#changed]
    this.#changed.clear()
    const { language } = this.#words()
    const found =
      ids.length > MANY
        ? (await this.#client.incidents(language, null)).incidents
        : (await Promise.all(ids.map((id) => this.#client.incident(id, language).catch(() => null)))).filter(
            (one) => one !== null,
          )
    for (const incident of [...found].sort((a, b) => a.change - b.change)) this.#waiting.set(incident.id, incident)
    if (scrollY > READING_PX) this.#announce()
    else this.#showWaiting(false)
  }

  #announce(): void {
    const { words, formats } = this.#words()
    const fresh = byId('fresh')
    fresh.hidden = this.#waiting.size === 0
    fresh.textContent = counted(words.fresh, this.#waiting.size, formats.number(this.#waiting.size))
  }

  /** Puts the changed cards on top, and only them: the others stay as they are. */
  #showWaiting(toTop: boolean): void {
    const list = byId('list')
    for (const [id, incident] of this.#waiting) {
      const isNew = !this.#incidents.has(id)
      if (this.#incidents.get(id)?.change === incident.change) continue
      this.#incidents.delete(id)
      this.#incidents.set(id, incident)
      const old = document.getElementById(`i-${id}`)
      const card = incidentCard(incident, this.#words(), old?.querySelector('details')?.open ?? false)
      card.classList.add(isNew ? 'came' : 'grew')
      old?.remove()
      list.prepend(card)
    }
    this.#waiting.clear()
    for (const id of this.#incidents.keys()) {
      if (this.#incidents.size <= MOST_CARDS) break
      this.#incidents.delete(id)
      document.getElementById(`i-${id}`)?.remove()
    }
    this.#announce()
    this.#filter()
    if (toTop) scrollTo({ top: 0 })
  }

  async #loadMore(): Promise<void> {
    if (this.#next === null) return
    const { incidents, next } = await this.#client.incidents(this.#words().language, this.#next)
    const known = [...this.#incidents]
    this.#incidents = new Map([...[...incidents].reverse().map((one): [string, Incident] => [one.id, one]), ...known])
    this.#next = next
    this.draw()
  }

  /** Shows what fits the search and the severities. */
  #filter(): void {
    const { words, formats } = this.#words()
    const wanted = byId<HTMLInputElement>('search').value.trim().toLowerCase()
    let shown = 0
    for (const incident of this.#incidents.values()) {
      const fits = !this.#hidden.has(incident.severity) && (wanted === '' || textOf(incident).includes(wanted))
      const card = document.getElementById(`i-${incident.id}`)
      if (card) card.hidden = !fits
      if (fits) shown++
    }
    for (const severity of SEVERITIES) {
      const count = [...this.#incidents.values()].filter((one) => one.severity === severity).length
      const chip = byId(`chip-${severity}`)
      refill(chip, words.severities[severity], ' ', element('b', {}, formats.number(count)))
      chip.hidden = count === 0
      chip.setAttribute('aria-pressed', String(!this.#hidden.has(severity)))
    }
    byId('filters').hidden = this.#incidents.size === 0
    byId('more').hidden = this.#next === null
    byId('empty').hidden = shown > 0
    const isEmpty = this.#incidents.size === 0
    refill(
      byId('empty'),
      element('b', {}, isEmpty ? words.nothingYet : words.nothingFits),
      isEmpty && element('p', {}, words.nothingYetHint),
    )
  }
}

function textOf({ headlineParts, lines, places, hosts, processes }: Incident): string {
  const names = [...places.map(({ source }) => source), ...[...hosts, ...processes].map(({ name }) => name)]
  return [...headlineParts, ...lines.map(({ text }) => text), ...names].join('\n').toLowerCase()
}
