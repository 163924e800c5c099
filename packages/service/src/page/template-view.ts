import type { Template } from './answers.js'
import { byId, element, refill } from './dom.js'
import type { CardWords } from './incident-card.js'
import type { ServiceClient } from './service-client.js'
import { counted } from './words.js'

/** The templates that findings have told of. */
export class TemplateView {
  readonly #client: ServiceClient
  readonly #words: () => CardWords
  #search = ''

  constructor(client: ServiceClient, words: () => CardWords) {
    this.#client = client
    this.#words = words
    byId<HTMLInputElement>('search-templates').addEventListener('input', ({ target }) => {
      this.#search = (target as HTMLInputElement).value.trim()
      void this.load()
    })
  }

  /** Asks for the templates and draws them. */
  async load(): Promise<void> {
    const { total, templates } = await this.#client.templates(this.#search, 0)
    const { words, formats } = this.#words()
    byId('count-templates').textContent = formats.number(total)
    const opened = new Set(
      [...document.querySelectorAll('#template-list details[open]')].map((one) => one.getAttribute('data-id')),
    )
    const nothing = element('p', { class: 'notice' }, this.#search === '' ? words.nothingYet : words.nothingFits)
    refill(
      byId('template-list'),
      templates.length === 0 ? nothing : templates.map((one) => this.#row(one, opened.has(one.id))),
    )
  }

  #row({ id, text, findings, kinds, sources, lastMs, example }: Template, isOpened: boolean): HTMLElement {
    const { words, formats, nowMs } = this.#words()
    return element(
      'li',
      { class: 'template' },
      element(
        'details',
        { 'data-id': id, open: isOpened },
        element(
          'summary',
          {},
          element('code', { dir: 'ltr' }, placeholders(text)),
          element(
            'span',
            { class: 'figures' },
            kinds.slice(0, 3).map(({ kind }) => element('span', { class: 'kind' }, words.kinds[kind] ?? kind)),
            findings > 0 && element('span', {}, counted(words.findings, findings, formats.number(findings))),
            element('span', { class: 'quiet' }, lastMs === null ? words.never : formats.ago(lastMs, nowMs)),
          ),
        ),
        element(
          'dl',
          {},
          element('dt', {}, 'ID'),
          element('dd', {}, element('code', {}, id)),
          example !== null && [
            element('dt', {}, words.example),
            element('dd', {}, element('code', { class: 'example', dir: 'ltr' }, example)),
          ],
          sources.length > 0 && element('dt', {}, words.sources),
          sources.length > 0 &&
            element(
              'dd',
              {},
              sources.map((source) => [element('code', {}, source), ' ']),
            ),
        ),
      ),
    )
  }
}

/** The open places of a template set apart from its words. */
function placeholders(text: string) {
  return text
    .split(/(<[A-Z*]{1,12}>)/)
    .map((part, i) => (i % 2 === 0 ? part : element('span', { class: 'hole' }, part)))
}
