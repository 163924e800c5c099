import type { Source } from './answers.js'
import { byId, element, refill, svg } from './dom.js'
import type { CardWords } from './incident-card.js'
import type { ServiceClient } from './service-client.js'
import { sentence } from './words.js'

const WIDTH = 300
const HEIGHT = 28
const MARK = 5

/** The sources, each with its last hour. */
export class SourceView {
  readonly #client: ServiceClient
  readonly #words: () => CardWords
  #search = ''

  constructor(client: ServiceClient, words: () => CardWords) {
    this.#client = client
    this.#words = words
    byId<HTMLInputElement>('search-sources').addEventListener('input', ({ target }) => {
      this.#search = (target as HTMLInputElement).value.trim()
      void this.load()
    })
  }

  /** Asks for the sources and draws them. */
  async load(): Promise<void> {
    const { total, sources } = await this.#client.sources(this.#search, 0)
    const { words, formats } = this.#words()
    byId('count-sources').textContent = formats.number(total)
    refill(
      byId('source-list'),
      sources.length === 0
        ? element('p', { class: 'notice' }, words.nothingFits)
        : sources.map((source) => this.#row(source)),
    )
  }

  #row({ name, lines, records, unknown, findings, lastMs, activity }: Source): HTMLElement {
    const { words, formats, nowMs } = this.#words()
    const share = records === 0 ? 0 : unknown / records
    return element(
      'li',
      { class: 'source' },
      element('code', { class: 'name', title: name }, name),
      element('div', { class: 'strip' }, activity && hour(activity, sentence(words.linesPerMinute, name))),
      element(
        'span',
        { class: 'figures' },
        element('span', {}, `${formats.number(lines)} ${words.lines}`),
        element('span', {}, `${formats.share(share)} ${words.unknown}`),
        element('span', { class: findings > 0 ? 'found' : '' }, `${formats.number(findings)} ✦`),
        element('span', { class: 'quiet' }, lastMs === null ? '' : formats.ago(lastMs, nowMs)),
      ),
    )
  }
}

/** Lines by minute as bars, minutes with findings as marks below them, stronger where the score is higher. */
function hour({ lines, findings, scores }: NonNullable<Source['activity']>, label: string): SVGElement {
  const most = Math.max(1, ...lines)
  const step = WIDTH / lines.length
  const bars = lines.map((count, i) => {
    if (count === 0) return null
    const height = Math.max(1, Math.sqrt(count / most) * (HEIGHT - MARK - 2))
    return svg('rect', { class: 'bar', x: i * step + 0.5, y: HEIGHT - MARK - 2 - height, width: step - 1, height })
  })
  const marks = findings.map((count, i) => {
    if (count === 0) return null
    const strength = scores[i] >= 4 ? 'high' : scores[i] >= 3 ? 'medium' : 'low'
    return svg('rect', { class: strength, x: i * step + 0.5, y: HEIGHT - MARK, width: step - 1, height: MARK })
  })
  const size = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label }
  const base = svg('rect', { class: 'base', x: 0, y: HEIGHT - MARK - 1.5, width: WIDTH, height: 0.75 })
  return svg('svg', size, base, bars, marks)
}
