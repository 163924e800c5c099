import { createHash } from 'node:crypto'
import { capital, normalUnitsOf, spanText } from '../formats/incident-facts.js'
import type { TextOptions } from '../formats/render-markdown.js'
import type { Incident } from '../incidents/incident.js'
import { type Catalogue, catalogueOf } from '../language/catalogue.js'
import type { Report } from '../report.js'
import { bundlePage } from './bundle-page.js'
import { detectorTable, sourceTable } from './fact-tables.js'
import { filterBar } from './filter-bar.js'
import { type CardContext, incidentCard, lineList, quote } from './incident-card.js'
import { jsonBlock, type Markup, markup, raw, rich, sentence } from './markup.js'
import { detectorOrder, pageData } from './page-data.js'
import { pictureSection } from './picture-section.js'

/** How a page is made. */
export interface HtmlOptions extends TextOptions {
  /** Bytes that the page may have; default 3,000,000, which mail and code hosts still take. Incidents that do not fit are left out, and it says so. */
  readonly maxBytes?: number
}

/**
 * The report as one HTML file that needs nothing else: no network, no other file. Without scripts it still shows every
 * incident with its lines; with them it draws, zooms, searches and filters. A content security policy allows exactly the
 * script and the style in it, by their hashes, so that log text could do nothing even if it got out of its quotes.
 */
export function renderHtml(report: Report, { language = 'en', maxBytes = 3_000_000 }: HtmlOptions = {}): string {
  const words = catalogueOf(language)
  const { script, style } = bundlePage()
  const frame = pageOf(report, { words, script, style, shown: report.incidents, cards: [] })
  const cards = cardsWithin(maxBytes - Buffer.byteLength(frame), report, words)
  const shown = report.incidents.slice(0, cards.length)
  return pageOf(report, { words, script, style, shown, cards })
}

/** As many cards as fit, the gravest first. */
function cardsWithin(bytes: number, report: Report, words: Catalogue): Markup[] {
  const context: CardContext = {
    report,
    words,
    ranks: new Map(report.incidents.map(({ id }, i) => [id, i + 1])),
    colourOf: detectorOrder(report).indexOf,
    span: spanOf(report),
  }
  const cards: Markup[] = []
  let left = bytes
  for (const incident of report.incidents) {
    const card = incidentCard(incident, context)
    left -= Buffer.byteLength(card.text)
    if (left < 0) break
    cards.push(card)
  }
  return cards
}

interface PageParts {
  readonly words: Catalogue
  readonly script: string
  readonly style: string
  readonly shown: readonly Incident[]
  readonly cards: readonly Markup[]
}

function pageOf(report: Report, { words, script, style, shown, cards }: PageParts): string {
  const { page, headings } = words
  const title = report.title || words.title
  const { counts, run } = report
  const left = { ...report, incidents: shown }
  return markup`<!doctype html>
    <html lang="${words.language}">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy(script, style)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style>${raw(style)}</style>
      </head>
      <body>
        <a class="skip" href="#incidents">${page.skip}</a>
        <header class="top">
          <div>
            <h1>${title}</h1>
            <p class="sources">
              ${run.sources
                .filter(({ role }) => role === 'judged')
                .slice(0, 3)
                .map(({ name }) => markup`<code>${name}</code> `)}${judgedMore(report, words)}<span class="quiet"
                >${overallTime(report, words)}</span
              >
            </p>
          </div>
          <div class="tools">
            <button type="button" id="theme" title="${page.theme}" aria-label="${page.theme}">◐</button
            ><button type="button" id="keys" title="${page.keys}" aria-label="${page.keys}">?</button>
          </div>
        </header>
        <main>
          <section class="answer" aria-label="${headings.incidents}">
            <p class="outcome">${words.outcome(report)}</p>
            ${
              run.remarks.length > 0 &&
              markup`<ul class="remarks">
                ${run.remarks.map((remark) => markup`<li>${words.remark(remark)}</li>`)}
              </ul>`
            }
          </section>
          ${pictureSection(report, words)}
          <noscript><p class="notice">${page.withoutScript}</p></noscript>
          <section id="incidents" tabindex="-1" aria-labelledby="incidents-h">
            <h2 id="incidents-h">${headings.incidents}</h2>
            ${counts.incidents > 0 ? filterBar(report, words) : markup`<p class="calm">${page.calm}</p>`}
            <div id="list">${cards}</div>
            <p id="none" class="notice" hidden>${page.noneShown}</p>
            ${counts.incidents > shown.length && markup`<p class="notice">${words.moreIncidents(left)}</p>`}
          </section>
          ${belowSection(report, words)}
          ${
            run.changes.length > 0 &&
            markup`<section>
              <h2>${headings.changes}</h2>
              <ul>
                ${run.changes.map((change) => markup`<li>${sentence(words.change(change, quote))}</li>`)}
              </ul>
            </section>`
          }
          <section>
            <h2>${headings.sources}</h2>
            ${sourceTable(report, words)}
          </section>
          <section>
            <h2>${headings.training}</h2>
            <p>${words.trainingSentence(report)} ${words.shownShare(report)}</p>
            ${detectorTable(report, words)}
          </section>
          <section class="reading">
            <h2>${headings.reading}</h2>
            <ul>
              ${words.readingGuide(report).map((item) => markup`<li>${rich(item)}</li>`)}
            </ul>
            <h2>${headings.limits}</h2>
            <ul>
              ${words.limits.map((item) => markup`<li>${rich(item)}</li>`)}
            </ul>
          </section>
        </main>
        <dialog id="key-list" aria-labelledby="key-list-h">
          <h2 id="key-list-h">${page.keys}</h2>
          <dl>
            ${page.keyList.map(
              ([keys, what]) =>
                markup`<dt><kbd>${keys}</kbd></dt>
                  <dd>${what}</dd>`,
            )}
          </dl>
          <form method="dialog"><button>${page.close}</button></form>
        </dialog>
        <script type="application/json" id="data">${jsonBlock(pageData(report, shown, words))}</script>
        <script>${raw(script)}</script>
      </body>
    </html> `.text
}

/** Nothing but the script and the style of the page; images only as data, for the empty icon. */
function policy(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src '${hash(script)}'`,
    `style-src '${hash(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

function judgedMore({ run }: Report, words: Catalogue): string | null {
  const more = run.sources.filter(({ role }) => role === 'judged').length - 3
  return more > 0 ? `${words.morePlaces(more)} ` : null
}

function spanOf({ run }: Report): [number, number] | null {
  const judged = run.sources.filter(({ role }) => role === 'judged')
  const first = judged.flatMap(({ firstTime }) => firstTime ?? [])
  const last = judged.flatMap(({ lastTime }) => lastTime ?? [])
  return first.length > 0 && last.length > 0 ? [min(first), max(last)] : null
}

function overallTime(report: Report, words: Catalogue): string {
  const span = spanOf(report)
  return span === null ? '' : words.formats.timeRange(span[0], span[1])
}

function belowSection(report: Report, words: Catalogue): Markup | null {
  const { belowThreshold, counts, run } = report
  if (belowThreshold.length === 0) return null
  const items = belowThreshold.map((finding) => {
    const lines = finding.lines.map(({ evidence: reason, ...line }) => ({ ...line, reason, source: finding.source }))
    return markup`<article class="incident below">
      <header>
        <span class="place">${spanText(finding.source, finding.firstLine, finding.lastLine)}</span>
        <span class="when">${words.formats.timeRange(finding.startTime, finding.endTime)}</span>
      </header>
      <h3>${sentence(capital(words.findingHeadline(finding, run.training, quote)))}</h3>
      ${counts.incidents === 0 && lines.length > 0 && lineList({ lines, parameters: [] }, words)}
      <p class="facts"><span>${words.rarity(finding.pValue, normalUnitsOf(finding, report))}</span></p>
    </article>`
  })
  return markup`<section>
    <h2>${words.headings.below}</h2>
    ${items}
  </section>`
}

function min(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity)
}

function max(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity)
}
