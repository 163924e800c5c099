import type { Incident } from '../incidents/incident.js'
import { type Catalogue, catalogueOf } from '../language/catalogue.js'
import { quoted, visibleText } from '../plain-text.js'
import type { Report } from '../report.js'
import { capital, locationOf } from './incident-facts.js'
import type { TextOptions } from './render-markdown.js'
import { shownLines } from './shown-lines.js'

/**
 * The incidents as JUnit XML, which every CI shows: a suite for each judged source, a failed case for each incident that
 * began in it, and one passed case for a source without any.
 */
export function renderJunit(report: Report, { language = 'en' }: TextOptions = {}): string {
  const words = catalogueOf(language)
  const judged = report.run.sources.filter(({ role }) => role === 'judged').map(({ name }) => name)
  const began = report.incidents.map(({ places }) => places[0]?.source ?? '')
  const names = [...new Set([...judged, ...began])]
  const suites = names.map((name) => suiteOf(name, { report, words }))
  const failures = report.incidents.length
  const tests = names.reduce((sum, name) => sum + Math.max(1, began.filter((source) => source === name).length), 0)
  const open = `<testsuites name="${attribute(report.title || words.title)}" tests="${tests}" failures="${failures}" errors="0">`
  return ['<?xml version="1.0" encoding="UTF-8"?>', open, ...suites, '</testsuites>', ''].join('\n')
}

function suiteOf(source: string, { report, words }: { report: Report; words: Catalogue }): string {
  const own = report.incidents.filter(({ places }) => (places[0]?.source ?? '') === source)
  const name = attribute(source)
  const cases =
    own.length === 0
      ? [
          `    <testcase classname="${name}" name="${attribute(words.outcome({ ...report, counts: withoutIncidents(report) }))}"/>`,
        ]
      : own.map((incident) => caseOf(incident, { name, report, words }))
  const count = Math.max(1, own.length)
  return [
    `  <testsuite name="${name}" tests="${count}" failures="${own.length}" errors="0" skipped="0">`,
    ...cases,
    '  </testsuite>',
  ].join('\n')
}

function caseOf(
  incident: Incident,
  { name, report, words }: { name: string; report: Report; words: Catalogue },
): string {
  const headline = capital(words.headline(incident, report.run.training, quoted))
  const text = [locationOf(incident), ...shownLines(incident.lines, words)].map(visibleText).join('\n')
  const title = `${words.severities[incident.severity]}: ${headline}`
  return [
    `    <testcase classname="${name}" name="${attribute(title)}">`,
    `      <failure type="${incident.reasons[0]?.evidence.kind ?? 'anomaly'}" message="${attribute(headline)}">${content(text)}</failure>`,
    '    </testcase>',
  ].join('\n')
}

function withoutIncidents({ counts }: Report): Report['counts'] {
  return { ...counts, incidents: 0 }
}

/** Text for an attribute: one line, nothing that ends it, nothing that XML 1.0 forbids (§2.2). */
function attribute(text: string): string {
  return escapeXml(visibleText(text)).replaceAll('"', '&quot;').replaceAll("'", '&apos;')
}

/** Text for an element: lines of text that is visible already. */
function content(text: string): string {
  return escapeXml(text)
}

function escapeXml(text: string): string {
  return text
    .replace(/[\uFFFE\uFFFF]/g, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}
