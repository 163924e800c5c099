import {
  bottomLine,
  headline,
  LIMITS,
  moreFindings,
  moreReasons,
  newTemplatesSentence,
  rarity,
  readingGuide,
  reasonSentence,
  rowsShown,
  SEVERITY_WORDS,
  sourceRemarks,
  trainingSentence,
  windowCount,
  WORDS,
} from './catalogue.js'
import { formatNumber, isoTime } from './numbers.js'
import { codeBlock, codeCell, codeSpan, visibleText } from './plain-text.js'
import type { Finding, NameCount, Reason, Report, ReportSource } from './report.js'
import { shownLines, shownText } from './shown-lines.js'
import { drawTimeline } from './draw-timeline.js'

/**
 * The report as Markdown (CommonMark with GitHub's tables): the answer first, then a picture, the findings, what was
 * read and learned, and how to read it. Log text stands in code spans and fences that it cannot leave.
 */
export function renderMarkdown(report: Report): string {
  const { findings, findingCount } = report
  const chapters = [
    `# ${escapeMarkup(report.title)}`,
    `**${capital(bottomLine(report, quote))}**`,
    ...timelineChapter(report),
    ...(findings.length > 0
      ? [
          `## ${WORDS.findings}`,
          WORDS.legendLines,
          ...findings.map((finding) => findingChapter(finding, report.training.windows)),
        ]
      : []),
    ...(findingCount > findings.length ? [moreFindings(findingCount - findings.length)] : []),
    ...belowChapter(report),
    `## ${WORDS.sources}`,
    sourceTable(report.sources),
    `## ${WORDS.training}`,
    trainingSentence(report),
    `## ${WORDS.reading}`,
    bullets(readingGuide(report)),
    `## ${WORDS.limits}`,
    bullets(LIMITS),
  ]
  return `${chapters.join('\n\n')}\n`
}

function findingChapter(finding: Finding, normalWindows: number): string {
  const { rank, severity, reasons, location } = finding
  const facts = [
    codeSpan(location),
    timeRange(finding.startTime, finding.endTime),
    names(finding.hosts),
    names(finding.processes),
    `score ${formatNumber(finding.score)}, ${rarity(finding.pValue, normalWindows)}`,
    windowCount(finding),
  ]
  const why = reasonItems(finding)
  return [
    `### ${rank}. ${SEVERITY_WORDS[severity]}: ${headline(reasons, quote)}`,
    facts.filter((fact) => fact !== '').join(' · '),
    ...(finding.lines.length > 0 ? [codeBlock(shownLines(finding.lines))] : []),
    ...(why.length > 0 ? [bullets(why)] : []),
  ].join('\n\n')
}

/** What the headline and the lines do not say already: new templates together, the others each, with what is hidden. */
function reasonItems({ reasons, moreReasons: weaker }: Finding): string[] {
  if (reasons.length === 1 && weaker === 0 && !hidesRows(reasons[0])) return []
  const fresh = reasons.filter(({ kind }) => kind === 'new-template')
  const others = reasons.filter(({ kind }) => kind !== 'new-template')
  return [
    ...(fresh.length > 1 ? [newTemplatesSentence(fresh, quote)] : fresh.map(reasonItem)),
    ...others.map(reasonItem),
    ...(weaker > 0 ? [moreReasons(weaker)] : []),
  ]
}

function reasonItem(reason: Reason): string {
  return reasonSentence(reason, quote) + (hidesRows(reason) ? ` (${rowsShown(reason)})` : '')
}

/** The rows that are there do not speak for something missing, so nothing is hidden there. */
function hidesRows({ kind, rows, shownRows }: Reason): boolean {
  return kind !== 'less-frequent' && rows > shownRows
}

/** With their lines when there is nothing else to show. */
function belowChapter({ findings, belowThreshold, training }: Report): string[] {
  if (belowThreshold.length === 0) return []
  if (findings.length > 0)
    return [`## ${WORDS.below}`, belowThreshold.map((finding) => belowItem(finding, training.windows)).join('\n')]
  return [
    `## ${WORDS.below}`,
    WORDS.legendLines,
    ...belowThreshold.map((finding) => findingChapter(finding, training.windows)),
  ]
}

function belowItem({ rank, location, reasons, score, pValue }: Finding, normalWindows: number): string {
  return `${rank}. ${codeSpan(location)}: ${headline(reasons, quote)} · score ${formatNumber(score)}, ${rarity(pValue, normalWindows)}`
}

function timelineChapter({ timeline }: Report): string[] {
  if (timeline.length === 0) return []
  return [`## ${WORDS.timeline}`, codeBlock(drawTimeline(timeline)), WORDS.timelineLegend]
}

function sourceTable(sources: readonly ReportSource[]): string {
  const rows = sources.map((source) => [
    codeCell(shownText(source.name)),
    WORDS.roles[source.role],
    codeCell(source.format),
    formatNumber(source.records),
    source.records === 0 ? '' : `${Math.floor((source.timestamps / source.records) * 100)} %`,
    timeRange(isoTime(source.firstTime), isoTime(source.lastTime)) || WORDS.unknownTime,
    sourceRemarks(source),
  ])
  const head = [WORDS.sourceColumns, WORDS.sourceColumns.map(() => '---')]
  return [...head, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function timeRange(start: string | null, end: string | null): string {
  if (start === null || end === null) return ''
  return start === end ? start : `${start} – ${end}`
}

function names(counts: readonly NameCount[]): string {
  return counts.map(({ name, count }) => `${quote(name)} ${formatNumber(count)}`).join(', ')
}

function quote(text: string): string {
  return codeSpan(shownText(text))
}

function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n')
}

/** Text outside code: every ASCII punctuation mark that could be markup is escaped (CommonMark §2.4). */
function escapeMarkup(text: string): string {
  return visibleText(text).replace(/[\\`*_{}[\]<>()#+!|~&$:@-]/g, '\\$&')
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1)
}
