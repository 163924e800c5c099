import type { Incident, Line } from './answers.js'
import { type Content, element } from './dom.js'
import type { Formats } from './formats.js'
import { visibleText } from './visible-text.js'
import { counted, sentence, type Words } from './words.js'

/** What a card is made with. */
export interface CardWords {
  readonly words: Words
  readonly formats: Formats
  readonly nowMs: number
}

/** Lines that a card shows before it is opened. */
const FIRST_LINES = 8

/** An incident as a card: why, its raw lines, where and when; the rest behind a word that opens it. */
export function incidentCard(incident: Incident, context: CardWords, isOpened: boolean): HTMLElement {
  const { words, formats, nowMs } = context
  const { id, severity, isOpen, headlineParts, changedMs, openedMs } = incident
  return element(
    'article',
    {
      class: `incident ${severity}${isOpen ? '' : ' over'}`,
      id: `i-${id}`,
      tabindex: -1,
      'aria-labelledby': `h-${id}`,
    },
    element(
      'header',
      {},
      element('span', { class: 'severity' }, words.severities[severity]),
      element('span', { class: 'place' }, placeOf(incident)),
      incident.places.length + incident.morePlaces > 1 &&
        element(
          'span',
          { class: 'quiet' },
          sentence(words.morePlaces, incident.places.length + incident.morePlaces - 1),
        ),
      element(
        'time',
        { class: 'when', 'data-ms': changedMs, title: formats.time(openedMs) },
        formats.ago(changedMs, nowMs),
      ),
    ),
    element('h2', { class: 'headline', id: `h-${id}` }, parts(headlineParts)),
    lineList(incident.lines, context),
    element('p', { class: 'facts' }, facts(incident, context)),
    details(incident, context, isOpened),
  )
}

/** A sentence whose odd parts are text of the log. */
export function parts(texts: readonly string[]): Content {
  return texts.map((text, i) => (i % 2 === 0 ? text : element('code', { dir: 'ltr' }, text)))
}

function placeOf({ places }: Incident): string {
  const [place] = places
  if (place === undefined) return ''
  const { source, firstLine, lastLine } = place
  return `${source}:${firstLine + 1}${lastLine > firstLine ? `–${lastLine + 1}` : ''}`
}

function lineList(lines: readonly Line[], { words, formats }: CardWords): Content {
  if (lines.length === 0) return null
  const severalSources = new Set(lines.map(({ source }) => source)).size > 1
  const items = lines.map((line, i) => {
    const before = lines[i - 1]
    const isNewSource = severalSources && before?.source !== line.source
    const isGap = before !== undefined && !isNewSource && line.lineNo > before.lineNo + 1
    const hidden = i >= FIRST_LINES ? 'later' : ''
    const grave = line.severity >= 0 && line.severity <= 3 ? 'grave' : ''
    return [
      isNewSource && element('li', { class: `file ${hidden}` }, line.source),
      isGap && element('li', { class: `gap ${hidden}` }, '⋮'),
      element(
        'li',
        { class: `${line.role} ${grave} ${hidden}` },
        element('span', { class: 'no' }, line.lineNo + 1),
        element('code', { dir: 'ltr' }, lineText(line.text), line.cutCharacters > 0 && cut(line, words, formats)),
      ),
    ]
  })
  const list = element('ol', { class: 'lines', role: 'list' }, items)
  if (lines.length <= FIRST_LINES) return list
  const more = element(
    'button',
    { class: 'more-lines', type: 'button' },
    sentence(words.moreLines, lines.length - FIRST_LINES),
  )
  more.addEventListener('click', () => {
    list.classList.add('all')
    more.remove()
  })
  return [list, more]
}

/** A record of several lines as several, each made harmless by itself. */
function lineText(text: string): Content {
  const rows = visibleText(text, true).split('\n')
  return rows.flatMap((row, i): Content[] => (i === 0 ? [row] : [element('br'), row]))
}

function cut({ cutCharacters }: Line, words: Words, formats: Formats): HTMLElement {
  return element('span', { class: 'quiet' }, ` ${sentence(words.moreCharacters, formats.number(cutCharacters))}`)
}

function facts(
  { findings, records, score, isOpen, startTime, endTime }: Incident,
  { words, formats }: CardWords,
): Content {
  const from = startTime === null ? '' : formats.logTime(startTime)
  const to = endTime === null || endTime === startTime ? '' : ` – ${formats.logTime(endTime)}`
  return [
    element('span', {}, counted(words.findings, findings, formats.number(findings))),
    element('span', {}, sentence(words.records, formats.number(records))),
    element('span', {}, sentence(words.score, formats.number(score))),
    from !== '' && element('span', {}, from + to),
    element('span', { class: isOpen ? 'growing' : '' }, isOpen ? words.open : words.over),
  ]
}

function details(incident: Incident, { words, formats }: CardWords, isOpened: boolean): HTMLElement {
  function names(list: Incident['hosts']): Content {
    return list.map(({ name, count }) => [element('code', {}, name), ` ${formats.number(count)} `])
  }
  const rows: [string, Content][] = [
    [
      words.reasons,
      element(
        'ul',
        {},
        incident.reasonParts.map((reason) => element('li', {}, parts(reason))),
      ),
    ],
    [words.hosts, incident.hosts.length > 0 && names(incident.hosts)],
    [words.processes, incident.processes.length > 0 && names(incident.processes)],
    [words.detectors, incident.detectors.map(({ name }) => name).join(', ')],
    [
      words.sessions,
      incident.sessionKeys.length > 0 &&
        incident.sessionKeys.slice(0, 20).map((key) => [element('code', {}, key), ' ']),
    ],
  ]
  const shown = rows.filter(([, content]) => content !== false && content !== '')
  return element(
    'details',
    { open: isOpened },
    element('summary', {}, words.details),
    element(
      'dl',
      {},
      shown.map(([name, content]) => [element('dt', {}, name), element('dd', {}, content)]),
    ),
  )
}
