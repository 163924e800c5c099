import { type Catalogue, catalogueOf } from '../language/catalogue.js'
import { isoTime } from '../language/formats.js'
import { quoted, visibleText } from '../plain-text.js'
import type { Report } from '../report.js'
import type { TextOptions } from './render-markdown.js'

const COLUMNS = [
  'rank',
  'id',
  'severity',
  'explanation',
  'source',
  'first_line',
  'last_line',
  'start_time',
  'end_time',
  'hosts',
  'detectors',
  'p_value',
  'score',
  'findings',
  'sessions',
  'line',
] as const

/**
 * The incidents as CSV (RFC 4180) for a spreadsheet: one row each, lines from 1, UTF-8 with a mark at the beginning so
 * that Excel knows it. A cell that a spreadsheet would take for a formula begins with an apostrophe.
 */
export function renderCsv(report: Report, { language = 'en' }: TextOptions = {}): string {
  const words = catalogueOf(language)
  const rows = report.incidents.map((_, i) => rowOf(report, i, words))
  return `\ufeff${[COLUMNS, ...rows].map((cells) => cells.map(cell).join(',')).join('\r\n')}\r\n`
}

function rowOf(report: Report, index: number, words: Catalogue): (string | number | null)[] {
  const incident = report.incidents[index]
  const [place] = incident.places
  return [
    index + 1,
    incident.id,
    words.severities[incident.severity],
    words.headline(incident, report.run.training, quoted),
    place?.source ?? null,
    place ? place.firstLine + 1 : null,
    place ? place.lastLine + 1 : null,
    isoTime(incident.startTime),
    isoTime(incident.endTime),
    incident.hosts.map(({ name }) => name).join(' '),
    incident.detectors.map(({ name }) => name).join(' '),
    incident.pValue,
    incident.score,
    incident.findings,
    incident.sessions,
    incident.lines.find(({ role }) => role === 'evidence')?.text ?? null,
  ]
}

function cell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  return `"${withoutFormula(visibleText(value)).replaceAll('"', '""')}"`
}

/** Spreadsheets run what begins with one of these, spaces before it or not, full-width ones too (OWASP, CSV injection). */
function withoutFormula(text: string): string {
  return /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20|%]/.test(text) ? `'${text}` : text
}
