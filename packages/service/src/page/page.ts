/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Status } from './answers.js'
import { byId, element, refill, svg } from './dom.js'
import { Formats } from './formats.js'
import { drawHealth } from './health-view.js'
import { IncidentView } from './incident-view.js'
import { NeedsToken, ServiceClient } from './service-client.js'
import { SourceView } from './source-view.js'
import { TemplateView } from './template-view.js'
import { watchTheme } from './theme.js'
import { type Language, sentence, wordsOf } from './words.js'

// The script of the live page. It makes elements and text, never HTML out of text; a policy of the page forbids it too.

const POLL_MS = 2000
const FIRST_POLL_MS = 600
const RETRY_MS = 2000
const LANGUAGE_KEY = 'sp-language'
const TABS = ['incidents', 'sources', 'templates', 'health'] as const
/** Samples of the rate that the header draws. */
const RATES = 60

type Tab = (typeof TABS)[number]

const client = new ServiceClient()
let language: Language = chosenLanguage()
let tab: Tab = 'incidents'
let status: Status | null = null
let before: { readonly lines: number; readonly atMs: number } | null = null
const rates: number[] = []
/** What the clock of the service is ahead of that of the reader. */
let aheadMs = 0

function words() {
  const texts = wordsOf(language)
  return { words: texts, formats: new Formats(language, texts), nowMs: Date.now() + aheadMs, language }
}

const incidents = new IncidentView(client, words)
const sources = new SourceView(client, words)
const templates = new TemplateView(client, words)
const toggleTheme = watchTheme()

byId('language').addEventListener('click', () => {
  language = language === 'en' ? 'ko' : 'en'
  localStorage.setItem(LANGUAGE_KEY, language)
  label()
  void incidents.load()
  show(tab)
})
for (const name of TABS) byId(`tab-${name}`).addEventListener('click', () => show(name))
byId('token-form').addEventListener('submit', (event) => {
  event.preventDefault()
  client.useToken(byId<HTMLInputElement>('token').value)
  byId<HTMLDialogElement>('ask').close()
  start()
})
addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof HTMLInputElement
  if (isTyping && event.key === 'Escape') (event.target as HTMLInputElement).blur()
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return
  const at = Number(event.key) - 1
  if (TABS[at]) show(TABS[at])
  else if (event.key === 't') toggleTheme()
  else if (event.key === '/') {
    event.preventDefault()
    document.querySelector<HTMLInputElement>(`#${tab} input`)?.focus()
  }
})

label()
show('incidents')
start()
setInterval(() => incidents.tick(), 5000)

/** Begins to listen and to ask; ends where a token is missing. */
function start(): void {
  void follow()
  void poll()
}

/** Listens to findings, again and again. */
async function follow(): Promise<void> {
  for (let lastId: string | null = null; ;) {
    try {
      connection('connecting')
      await incidents.load()
      await client.listen(
        lastId,
        (id, incident) => {
          lastId = id
          incidents.touch(incident)
        },
        () => connection('live'),
      )
    } catch (error) {
      if (error instanceof NeedsToken) return askForToken()
    }
    connection('lost')
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
  }
}

async function poll(): Promise<void> {
  for (;;) {
    try {
      if (!document.hidden || status === null) await refresh()
    } catch (error) {
      if (error instanceof NeedsToken) return
    }
    // The first rate needs two answers; nobody should wait long for it.
    await new Promise((resolve) => setTimeout(resolve, rates.length === 0 ? FIRST_POLL_MS : POLL_MS))
  }
}

async function refresh(): Promise<void> {
  status = await client.status()
  aheadMs = status.nowMs - Date.now()
  if (before !== null && status.nowMs > before.atMs) {
    rates.push(Math.max(0, ((status.lines - before.lines) / (status.nowMs - before.atMs)) * 1000))
    if (rates.length > RATES) rates.shift()
  }
  before = { lines: status.lines, atMs: status.nowMs }
  drawStatus()
  if (tab === 'sources') await sources.load()
  if (tab === 'templates') await templates.load()
}

function drawStatus(): void {
  if (status === null) return
  const { words: texts, formats, nowMs } = words()
  const { open } = status.incidents
  const [none, one, many] = texts.outcome
  byId('outcome').textContent = open === 0 ? none : open === 1 ? one : sentence(many, formats.number(open))
  const rate = rates.at(-1) ?? 0
  byId('feed').textContent = sentence(
    texts.feed[status.sources.open === 1 ? 0 : 1],
    formats.number(Math.round(rate)),
    formats.number(status.sources.open),
  )
  byId('count-incidents').textContent = formats.number(open)
  byId('count-sources').textContent = formats.number(status.sources.open)
  byId('bundle').textContent = status.bundle.slice(0, 12)
  drawRates()
  drawHealth(status, rate, { words: texts, formats, nowMs })
}

/** The rate over the last two minutes. */
function drawRates(): void {
  const most = Math.max(1, ...rates)
  const points = rates.map(
    (rate, i) => `${((RATES - rates.length + i) / (RATES - 1)) * 120},${26 - (rate / most) * 24}`,
  )
  const first = points[0]?.split(',')[0] ?? '0'
  refill(
    byId('rates'),
    svg(
      'svg',
      { viewBox: '0 0 120 28', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      points.length > 1 && svg('polygon', { class: 'area', points: `${first},27 ${points.join(' ')} 120,27` }),
      points.length > 1 && svg('polyline', { class: 'line', points: points.join(' ') }),
    ),
  )
}

function show(name: Tab): void {
  tab = name
  for (const one of TABS) {
    byId(one).hidden = one !== name
    byId(`tab-${one}`).setAttribute('aria-selected', String(one === name))
  }
  if (name === 'sources') void sources.load().catch(() => {})
  if (name === 'templates') void templates.load().catch(() => {})
  drawStatus()
}

function connection(state: 'connecting' | 'live' | 'lost'): void {
  const { words: texts } = words()
  const dot = byId('connection')
  dot.className = state
  dot.dataset.state = state
  refill(dot, element('i', { 'aria-hidden': 'true' }), texts[state])
}

/** Everything that stands in the page from its beginning, in the language chosen. */
function label(): void {
  const { words: texts } = words()
  document.documentElement.lang = language
  for (const name of TABS) byId(`name-${name}`).textContent = texts[name]
  byId<HTMLInputElement>('search').placeholder = texts.search
  byId<HTMLInputElement>('search-sources').placeholder = texts.searchSources
  byId<HTMLInputElement>('search-templates').placeholder = texts.searchTemplates
  for (const id of ['search', 'search-sources', 'search-templates']) {
    byId(id).setAttribute('aria-label', byId<HTMLInputElement>(id).placeholder)
  }
  byId('more').textContent = texts.more
  byId('note-sources').textContent = texts.sourcesNote
  byId('note-templates').textContent = texts.templatesNote
  byId('language').textContent = texts.language
  byId('theme').setAttribute('aria-label', texts.theme)
  byId('theme').title = texts.theme
  byId('token-label').textContent = texts.token
  byId('token-hint').textContent = texts.tokenHint
  byId('enter').textContent = texts.enter
  connection((byId('connection').dataset.state as 'live' | undefined) ?? 'connecting')
  incidents.draw()
}

function askForToken(): void {
  const { words: texts } = words()
  connection('lost')
  byId('token-wrong').textContent = client.hasToken ? texts.tokenWrong : ''
  byId<HTMLInputElement>('token').value = ''
  byId<HTMLDialogElement>('ask').showModal()
}

function chosenLanguage(): Language {
  const chosen = localStorage.getItem(LANGUAGE_KEY) ?? navigator.language
  return chosen.startsWith('ko') ? 'ko' : 'en'
}
