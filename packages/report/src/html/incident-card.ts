import { capital, locationOf, normalUnitsOf, spanText } from '../formats/incident-facts.js'
import { isGap, recordTexts } from '../formats/shown-lines.js'
import { pText } from '../formats/render-markdown.js'
import type { Incident, IncidentLine } from '../incidents/incident.js'
import type { Catalogue } from '../language/catalogue.js'
import { cutText } from '../plain-text.js'
import type { Report } from '../report.js'
import { type Content, type Markup, marked, markup, sentence } from './markup.js'

/** What a card is made with. */
export interface CardContext {
  readonly report: Report
  readonly words: Catalogue
  /** Rank from 1 by id, of the incidents that are shown. */
  readonly ranks: ReadonlyMap<string, number>
  /** Colour of a detector, from 0. */
  readonly colourOf: (detector: string) => number
  /** First and last time of the judged log, `null` without times. */
  readonly span: readonly [number, number] | null
}

/** Keys of sessions and similar lists that a card holds; the rest is counted. */
const MAX_SESSIONS = 200
const MAX_QUOTE = 300

/** An incident as a card: why, the lines, where and when; the rest behind a word that opens it. */
export function incidentCard(incident: Incident, context: CardContext): Markup {
  const { words, ranks, report } = context
  const { id, severity, startTime, endTime, lines } = incident
  const rank = ranks.get(id) ?? 0
  const headline = words.headline(incident, report.run.training, quote)
  return markup`<article class="incident ${severity}" id="i-${id}" tabindex="-1" aria-labelledby="h-${id}">
    <header>
      <a class="rank" href="#i-${id}" title="${words.page.copyLink}">#${rank}</a>
      <span class="severity">${words.severities[severity]}</span>
      <span class="when">${words.formats.timeRange(startTime, endTime)}</span>${strip(incident, context)}
    </header>
    <h3 id="h-${id}">${sentence(capital(headline))}</h3>
    ${lines.length > 0 && lineList(incident, words)}
    <p class="facts">${facts(incident, context)}</p>
    <details>
      <summary>${words.page.details}<span class="quiet">${detailsHint(incident, words)}</span></summary>
      <dl>${details(incident, context)}</dl>
    </details>
  </article> `
}

/** Log text within a sentence. */
export function quote(text: string): string {
  const { text: head, cutCharacters } = cutText(text, MAX_QUOTE)
  return marked(head + (cutCharacters > 0 ? '…' : ''))
}

/** Lines with their numbers, those of evidence marked; a stretch that is left out shows as a gap. */
export function lineList({ lines, parameters }: Pick<Incident, 'lines' | 'parameters'>, words: Catalogue): Markup {
  const values = parameters.map(({ value }) => value).filter((value) => value.length > 1)
  const several = new Set(lines.map(({ source }) => source)).size > 1
  const items = lines.map((line, i) => {
    const isNewSource = several && (i === 0 || lines[i - 1].source !== line.source)
    return markup`${isNewSource && markup`<li class="file">${line.source}</li>`}${
      i > 0 && isGap(lines[i - 1], line) && !isNewSource && markup`<li class="gap">⋮</li>`
    }${lineItem(line, values, words)}`
  })
  const { headings } = words
  return markup`<ol class="lines" tabindex="0" role="list" aria-label="${headings.incidents}: ${words.page.records}">
    ${items}
  </ol>`
}

function lineItem(line: IncidentLine, values: readonly string[], words: Catalogue): Markup {
  const isEvidence = line.role === 'evidence'
  const texts = recordTexts(line, words).map((text) => (isEvidence ? highlighted(text, values) : text))
  const kind = isEvidence ? 'evidence' : 'context'
  const grave = line.severity >= 0 && line.severity <= 3 ? ' grave' : ''
  // Without a space to spare: a page has thousands of them.
  return markup`<li class="${kind}${grave}"><span class="no">${line.lineNo + 1}</span><code dir="ltr">${texts.map(
    (text, i) => [i > 0 && markup`<br>`, text],
  )}</code></li>`
}

/** The values that stand out, marked where they occur. */
function highlighted(text: string, values: readonly string[]): Content {
  if (values.length === 0) return text
  const parts: Content[] = []
  let from = 0
  while (from < text.length) {
    const next = values
      .map((value) => ({ value, at: text.indexOf(value, from) }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => a.at - b.at || b.value.length - a.value.length)[0]
    if (!next) break
    parts.push(text.slice(from, next.at), markup`<mark>${next.value}</mark>`)
    from = next.at + next.value.length
  }
  return [...parts, text.slice(from)]
}

function facts(incident: Incident, context: CardContext): Content {
  const { words, report, colourOf } = context
  const { hosts, processes, detectors, places, morePlaces, records, lines } = incident
  const more = places.length - 1 + morePlaces
  const items: Content[] = [
    markup`<span class="place">${locationOf(incident)}</span
      >${more > 0 && markup` <span class="quiet">${words.morePlaces(more)}</span>`}`,
    hosts.length > 0 &&
      markup`<span title="${words.labels.hosts}"
        >${names(
          hosts.map(({ name }) => name),
          4,
        )}</span
      >`,
    processes.length > 0 &&
      markup`<span title="${words.labels.processes}"
        >${names(
          processes.map(({ name }) => name),
          3,
        )}</span
      >`,
    markup`<span class="detectors"
      >${detectors.map(({ name }) => markup`<span class="dot c${colourOf(name)}"></span>${name} `)}</span
    >`,
    markup`<span>${words.rarity(incident.pValue, normalUnitsOf(incident, report))}</span>`,
    markup`<span class="quiet"
      >${words.findingCounts(incident)}${lines.length > 0 && `, ${words.linesShown(lines.length, records)}`}</span
    >`,
  ]
  return items.filter((item) => item !== false)
}

function detailsHint({ detectors, sessions, similar }: Incident, words: Catalogue): string {
  const parts = [
    detectors.length > 1 ? words.detectorsAgree(detectors.length) : '',
    sessions > 1 ? `${words.labels.sessions} ${words.formats.number(sessions)}` : '',
    similar.length > 0 ? `${words.labels.similar} ${words.formats.number(similar.length)}` : '',
  ]
  return parts.filter((part) => part !== '').join(' · ')
}

function details(incident: Incident, context: CardContext): Content {
  const { words, report, ranks } = context
  const { reasons, moreReasons, parameters, rootCauses, similar, sessionKeys, sessions, places, id } = incident
  const { labels } = words
  return [
    entry(labels.reasons, [
      ...reasons.map((reason) => {
        const count =
          incident.findings > 1 ? markup` <span class="quiet">${words.reasonCount(reason, incident)}</span>` : null
        return [sentence(words.reason(reason, report.run.training, quote)), count]
      }),
      ...(moreReasons > 0 ? [words.moreReasons(moreReasons)] : []),
    ]),
    markup`<dt>${labels.detectors}</dt>
      <dd>${detectorBars(incident, context)}</dd>`,
    entry(
      labels.parameters,
      parameters.map((parameter) => sentence(words.parameter(parameter, quote))),
    ),
    entry(
      labels.rootCauses,
      rootCauses.map((cause) => sentence(words.rootCause(cause, quote))),
    ),
    entry(
      labels.similar,
      similar.map((one) => {
        const rank = one.report === null ? (ranks.get(one.id) ?? null) : null
        const text = sentence(words.similar(one, rank, quote))
        return rank === null ? text : markup`<a href="#i-${one.id}">${text}</a>`
      }),
    ),
    sessions > 1 &&
      markup`<dt>${labels.sessions}</dt>
        <dd class="keys">
          ${sessionKeys
            .slice(0, MAX_SESSIONS)
            .map(
              (key) => markup`<code>${key}</code> `,
            )}${sessions > Math.min(MAX_SESSIONS, sessionKeys.length) && words.moreSessions(sessions - Math.min(MAX_SESSIONS, sessionKeys.length))}
        </dd>`,
    places.length > 1 &&
      entry(
        words.headings.sources,
        places.map(({ source, firstLine, lastLine }) => markup`<code>${spanText(source, firstLine, lastLine)}</code>`),
      ),
    markup`<dt>ID</dt>
      <dd><code>${id}</code></dd>`,
  ]
}

/** The detectors that agree, each with a bar as long as its strength. */
function detectorBars({ detectors }: Incident, { report, words, colourOf }: CardContext): Markup {
  const strengths = detectors.map(({ pValue }) => Math.min(30, -Math.log10(Math.max(pValue, 1e-300))))
  const longest = Math.max(6, ...strengths)
  const items = detectors.map(({ name, pValue, findings }, i) => {
    const normalUnits = report.run.detectors.find((detector) => detector.name === name)?.normalUnits ?? 0
    const width = ((100 * strengths[i]) / longest).toFixed(1)
    return markup`<li>
      <span class="name">${name}</span
      ><svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect class="c${colourOf(name)}" width="${width}" height="6" /></svg
      ><span class="quiet"
        >p ${pText(pValue)} · ${words.rarity(pValue, normalUnits)} · ${words.formats.number(findings)}×</span
      >
    </li>`
  })
  return markup`<ul class="bars">
    ${items}
  </ul>`
}

/** A line as long as the log, with the incident on it. */
function strip({ startTime, endTime, severity }: Incident, { span }: CardContext): Markup | null {
  if (!span || startTime === null || endTime === null || span[1] <= span[0]) return null
  const scale = 100 / (span[1] - span[0])
  const width = Math.max(1.2, (endTime - startTime) * scale)
  const x = Math.max(0, Math.min(100 - width, (startTime - span[0]) * scale))
  return markup`<svg class="strip" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
    <rect class="track" y="1.5" width="100" height="1" />
    <rect class="${severity}" x="${x.toFixed(2)}" width="${width.toFixed(2)}" height="4" />
  </svg>`
}

function entry(label: string, items: readonly Content[]): Markup | null {
  if (items.length === 0) return null
  return markup`<dt>${label}</dt>
    <dd>
      <ul>
        ${items.map((item) => markup`<li>${item}</li>`)}
      </ul>
    </dd>`
}

function names(all: readonly string[], limit: number): Content {
  const shown = all.slice(0, limit).map((name, i) => [i > 0 && ', ', markup`<code>${name}</code>`])
  return [shown, all.length > limit && ' …']
}
