import type { Evidence } from '@sp/log-table'
import { SEVERITIES, type Incident, type IncidentSeverity } from '../incidents/incident.js'
import { type Catalogue, catalogueOf } from '../language/catalogue.js'
import { isoTime } from '../language/formats.js'
import { quoted, visibleText } from '../plain-text.js'
import type { Report } from '../report.js'
import { capital } from './incident-facts.js'
import type { TextOptions } from './render-markdown.js'
import { shownText } from './shown-lines.js'

const LEVELS: Readonly<Record<IncidentSeverity, 'error' | 'warning' | 'note'>> = {
  high: 'error',
  medium: 'warning',
  low: 'note',
}
const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json'
/** Lines of an incident that are given as snippets. */
const SNIPPETS = 12

/**
 * The incidents as SARIF 2.1.0 (OASIS, 2020), which code hosts and editors show: one result an incident, at the lines of
 * its evidence; the rule is the kind of its first reason. `partialFingerprints` follow from what an incident is about,
 * so that a host knows it again in the next run.
 */
export function renderSarif(report: Report, { language = 'en' }: TextOptions = {}): string {
  const words = catalogueOf(language)
  const kinds = Object.keys(words.kinds) as Evidence['kind'][]
  const rules = kinds.map((kind) => ({ id: kind, shortDescription: { text: words.kinds[kind] } }))
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'sp', fullName: words.title, rules } },
        language,
        columnKind: 'utf16CodeUnits',
        results: report.incidents.map((incident) => resultOf(incident, { report, words, kinds })),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

function resultOf(
  incident: Incident,
  { report, words, kinds }: { report: Report; words: Catalogue; kinds: readonly Evidence['kind'][] },
) {
  const { id, severity, pValue, score, findings, sessions, detectors, reasons, startTime, endTime } = incident
  const kind = reasons[0]?.evidence.kind
  return {
    ...(kind === undefined ? {} : { ruleId: kind, ruleIndex: kinds.indexOf(kind) }),
    level: LEVELS[severity],
    rank: rankOf(severity),
    message: { text: escapeMessage(`${capital(words.headline(incident, report.run.training, quoted))}.`) },
    locations: locationsOf(incident, words),
    guid: guidOf(id),
    partialFingerprints: { 'signature/v1': incident.signature.map(visibleText).join(' | ') },
    properties: {
      id,
      pValue,
      score,
      findings,
      sessions,
      detectors: detectors.map(({ name }) => name),
      startTime: isoTime(startTime),
      endTime: isoTime(endTime),
    },
  }
}

function locationsOf({ lines, places }: Incident, words: Catalogue) {
  const shown = lines.filter(({ role }) => role === 'evidence').slice(0, SNIPPETS)
  if (shown.length === 0) {
    return places.slice(0, 1).map(({ source, firstLine, lastLine }) => ({
      physicalLocation: {
        artifactLocation: { uri: uriOf(source) },
        region: { startLine: firstLine + 1, endLine: lastLine + 1 },
      },
    }))
  }
  return shown.map(({ source, lineNo, text }) => ({
    physicalLocation: {
      artifactLocation: { uri: uriOf(source) },
      region: {
        startLine: lineNo + 1,
        endLine: lineNo + text.split('\n').length,
        snippet: {
          text: text
            .split('\n')
            .map((part) => shownText(part, words))
            .join('\n'),
        },
      },
    },
  }))
}

/** 0..100, as SARIF counts: 100 is what matters most. */
function rankOf(severity: IncidentSeverity): number {
  return Math.round((100 * (SEVERITIES.length - SEVERITIES.indexOf(severity))) / SEVERITIES.length)
}

/** A path as a relative URI reference (RFC 3986): whatever a file is called, it is one path, and no scheme. */
function uriOf(source: string): string {
  const path = source.replaceAll('\\', '/').split('/').map(encodeSegment).join('/')
  return path.replace(/^\/+(?=\/)/, '')
}

function encodeSegment(segment: string): string {
  // Halves of surrogate pairs, which have no UTF-8, become the replacement character.
  return encodeURIComponent(segment.replace(/\p{Cs}/gu, '\ufffd'))
}

/** In a SARIF message brackets make a link and braces a placeholder (§3.11.5, §3.11.6); a backslash or a twin makes them text. */
function escapeMessage(text: string): string {
  return text.replace(/[\\[\]]/g, '\\$&').replace(/[{}]/g, '$&$&')
}

/** A GUID (RFC 4122, version 8: of our own making) of the 16 hex digits of an id. */
function guidOf(id: string): string {
  const hex = Array.from(id, (character) => (/[0-9a-f]/.test(character) ? character : '0'))
    .join('')
    .padEnd(32, '0')
    .slice(0, 32)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(12, 15)}-8${hex.slice(15, 18)}-${hex.slice(18, 30)}`
}
