import type { Finding } from '@sp/log-table'
import type { Incident } from '../incidents/incident.js'
import { type Catalogue, catalogueOf } from '../language/catalogue.js'
import { quoted, visibleText } from '../plain-text.js'
import type { Report } from '../report.js'
import { sparkline } from './draw-timeline.js'
import { locationOf, normalUnitsOf, spanText } from './incident-facts.js'
import type { TextOptions } from './render-markdown.js'
import { shownLines, type ShownLine } from './shown-lines.js'
import { fit, styled } from './terminal-text.js'

/** How a summary fits its terminal. */
export interface SummaryOptions extends TextOptions {
  /** Columns of the terminal; default 80. Longer lines end in `…`. At least 20. */
  readonly width?: number
  /** Colours by ANSI escapes of our own; those in the log are always made visible instead. Default false. */
  readonly color?: boolean
  /** Incidents shown; default 5. */
  readonly incidents?: number
}

const MAX_SPARK = 80

/**
 * The report as a few lines for a terminal: the answer, a sparkline of the log's strangeness, then each incident with its
 * first line of evidence, its place and how rare it is; without incidents the strangest unit instead. Ends with a line
 * end. No line is wider than `width` columns, wide characters counted as two.
 */
export function renderSummary(report: Report, options: SummaryOptions = {}): string {
  const { width = 80, color = false, incidents = 5, language = 'en' } = options
  const terminal = { columns: Math.max(20, width), color, words: catalogueOf(language), report }
  const shown = report.incidents.slice(0, incidents)
  const hidden = report.counts.incidents - shown.length
  const strangest = report.counts.incidents > 0 ? [] : report.belowThreshold.slice(0, 1)
  const { words, columns } = terminal
  const lines = [
    styled(fit(`${words.outcome(report)}.`, columns), 'bold', color),
    ...sparkLines(terminal),
    ...shown.flatMap((incident, i) => incidentLines(incident, i + 1, terminal)),
    ...(strangest.length > 0 ? [fit(`${words.headings.below}:`, columns)] : []),
    ...strangest.flatMap((finding) => findingLines(finding, terminal)),
    ...(shown.length > 0 && hidden > 0
      ? [styled(fit(`… +${words.formats.number(hidden)}`, columns), 'dim', color)]
      : []),
  ]
  return `${lines.join('\n')}\n`
}

interface Terminal {
  readonly columns: number
  readonly color: boolean
  readonly words: Catalogue
  readonly report: Report
}

/** The bars, those of flagged stretches coloured; without colours a row of marks below. */
function sparkLines({ report, columns, color }: Terminal): string[] {
  const { bars, flagged } = sparkline(report.pictures.timeline, Math.min(MAX_SPARK, columns))
  if (bars === '') return []
  if (!color) {
    const marks = flagged
      .map((isFlagged) => (isFlagged ? '^' : ' '))
      .join('')
      .trimEnd()
    return marks === '' ? [bars] : [bars, marks]
  }
  return [
    runsOf(bars, flagged)
      .map(({ text, isFlagged }) => styled(text, isFlagged ? 'high' : 'dim', true))
      .join(''),
  ]
}

function runsOf(bars: string, flagged: readonly boolean[]): { text: string; isFlagged: boolean }[] {
  const runs: { text: string; isFlagged: boolean }[] = []
  for (const [i, bar] of [...bars].entries()) {
    const last = runs.at(-1)
    if (last && last.isFlagged === flagged[i]) last.text += bar
    else runs.push({ text: bar, isFlagged: flagged[i] })
  }
  return runs
}

function incidentLines(incident: Incident, rank: number, terminal: Terminal): string[] {
  const { words, report, columns, color } = terminal
  const { severity, startTime, detectors } = incident
  const word = words.severities[severity]
  const head = fit(`${rank}. ${word}: ${words.headline(incident, report.run.training, quoted)}`, columns)
  const facts = [
    visibleText(locationOf(incident)),
    startTime === null ? '' : words.formats.dateTime(startTime),
    words.rarity(incident.pValue, normalUnitsOf(incident, report)),
    detectors.length > 1 ? words.detectorsAgree(detectors.length) : '',
  ]
  const evidence = incident.lines.filter(({ reason }) => reason === 0).slice(0, 1)
  return [
    head.replace(word, styled(word, severity, color)),
    ...evidenceLines(evidence, terminal),
    styled(fit(`   ${facts.filter((fact) => fact !== '').join(' · ')}`, columns), 'dim', color),
  ]
}

function findingLines(finding: Finding, terminal: Terminal): string[] {
  const { words, report, columns } = terminal
  const where = visibleText(spanText(finding.source, finding.firstLine, finding.lastLine))
  return [
    fit(`   ${words.findingHeadline(finding, report.run.training, quoted)}`, columns),
    ...evidenceLines(finding.lines.filter(({ evidence }) => evidence === 0).slice(0, 1), terminal),
    fit(`   ${where} · ${words.rarity(finding.pValue, normalUnitsOf(finding, report))}`, columns),
  ]
}

function evidenceLines(lines: readonly ShownLine[], { words, columns }: Terminal): string[] {
  return shownLines(lines, words)
    .slice(0, 1)
    .map((line) => fit(`   ${line}`, columns))
}
