import { formatNumber, formatShare } from './numbers.js'
import type { Finding, FindingSeverity, Reason, Report } from './report.js'

/** Makes a piece of log text harmless and sets it apart: a code span in Markdown, quotation marks elsewhere. */
export type Quote = (text: string) => string

// Every sentence of a report, in one place so that another language can stand beside it.

/** The severities in words. */
export const SEVERITY_WORDS: Readonly<Record<FindingSeverity, string>> = { high: 'high', medium: 'medium', low: 'low' }

/** Headings and short words. */
export const WORDS = {
  title: 'Log report',
  findings: 'Findings',
  timeline: 'Along the log',
  timelineLegend:
    'Height: the highest score in each stretch of lines; `▅` and higher lies above the threshold, `^` marks findings.',
  sources: 'What was read',
  sourceColumns: ['file', 'role', 'format', 'records', 'with a time', 'time range (UTC)', 'remarks'],
  roles: { normal: 'normal, learned from', judged: 'judged' },
  training: 'What was learned',
  below: 'Strangest below the threshold',
  reading: 'How to read the numbers',
  limits: 'Limits',
  unknownTime: 'no times',
  nothingStandsOut: 'no single template stands out',
  and: ' and ',
  legendLines: '`>` marks the lines that made the score; the others are context. Numbers are line numbers, from 1.',
} as const

/** How much was found, in a sentence without its full stop. */
export function outcome({ judgedRows, windows, findingCount }: Report): string {
  const lines = plural(judgedRows, 'line')
  if (windows === 0) return 'Nothing was judged: too few lines for a window'
  return findingCount > 0 ? `${plural(findingCount, 'finding')} in ${lines}` : `Nothing above the threshold in ${lines}`
}

/** The first sentence of a report: how much was found, and the strangest of it or of what was not flagged. */
export function bottomLine(report: Report, quote: Quote): string {
  const { findings, belowThreshold } = report
  if (findings.length > 0) return `${outcome(report)}; the strangest: ${headline(findings[0].reasons, quote)}.`
  if (report.findingCount > 0 || belowThreshold.length === 0) return `${outcome(report)}.`
  const { location, reasons, pValue } = belowThreshold[0]
  const p = pValue === null ? '' : ` (p = ${formatShare(pValue)})`
  return `${outcome(report)}; the strangest window was ${quote(location)}: ${headline(reasons, quote)}${p}.`
}

/** The first reason in a sentence. */
export function headline(reasons: readonly Reason[], quote: Quote): string {
  return reasons.length === 0 ? WORDS.nothingStandsOut : reasonSentence(reasons[0], quote)
}

/** A reason with its counts. */
export function reasonSentence(
  reason: Pick<Reason, 'kind' | 'template' | 'count' | 'expected' | 'windowRows' | 'normalRows'>,
  quote: Quote,
): string {
  const { kind, template, count, expected, windowRows, normalRows } = reason
  const times = `${plural(count, 'time')} in ${plural(windowRows, 'line')}`
  if (kind !== 'new-template') return `${quote(template)} ${times}, usual ${formatNumber(expected)}`
  return `${quote(template)} ${neverSeen(normalRows)}, here ${times}`
}

function neverSeen(normalRows: number): string {
  return normalRows > 0 ? `never seen in the ${formatNumber(normalRows)} normal lines` : 'never seen before'
}

/**
 * How rare a window is, in words.
 * @param normalWindows windows that the p-value was calibrated on: beyond them it is an extrapolation, not a count
 */
export function rarity(pValue: number | null, normalWindows: number): string {
  if (pValue === null) return 'no p-value'
  if (normalWindows > 0 && pValue * normalWindows < 1) {
    return `rarer than any of the ${formatNumber(normalWindows)} normal windows`
  }
  const windows = normalWindows > 0 ? 'normal windows' : 'windows of this log'
  return `about 1 in ${formatNumber(Number((1 / pValue).toPrecision(2)))} ${windows}`
}

/** What was learned, in a sentence or two. */
export function trainingSentence({ training, threshold, windows, flaggedWindows }: Report): string {
  const { rows, budget, templates, windowSize, stride } = training
  const size = `windows of ${formatNumber(windowSize)} lines, one every ${formatNumber(stride)}`
  const learned =
    rows === 0
      ? `Nothing was learned from a normal log; ${size}, judged against each other.`
      : `${formatNumber(rows)} normal lines: ${formatNumber(templates)} templates, ${formatNumber(training.windows)} ${size}.`
  const limit = threshold === null ? '' : ` A window is flagged above score ${formatNumber(threshold)}`
  const share = limit === '' || budget === null ? '' : `, which ${formatShare(budget)} of normal windows may exceed`
  const flagged = `${formatNumber(flaggedWindows)} of ${formatNumber(windows)} judged windows were flagged.`
  return `${learned}${limit}${share}${limit === '' ? '' : '.'} ${flagged}`
}

/** Remarks on a source that a reader must know before trusting it. */
export function sourceRemarks({ cutLines = 0, invalidUtf8 = 0 }: { cutLines?: number; invalidUtf8?: number }): string {
  const remarks: string[] = []
  if (cutLines > 0) remarks.push(`${plural(cutLines, 'line')} cut`)
  if (invalidUtf8 > 0) remarks.push(`${plural(invalidUtf8, 'line')} not UTF-8`)
  return remarks.join(', ')
}

/** Several new templates at once, each with the rows it has where they are more than one. */
export function newTemplatesSentence(reasons: readonly Reason[], quote: Quote): string {
  const items = reasons.map((reason) => quote(reason.template) + (reason.rows > 1 ? ` (${rowsShown(reason)})` : ''))
  return `${neverSeen(reasons[0].normalRows)}: ${items.join(', ')}`
}

/** How many rows a reason has in the finding, and how many of them are shown. */
export function rowsShown({ rows, shownRows }: Pick<Reason, 'rows' | 'shownRows'>): string {
  return `${plural(rows, 'line')} in all, ${formatNumber(shownRows)} shown`
}

/** How much evidence is not listed. */
export function moreReasons(count: number): string {
  return `and ${plural(count, 'more sign')}`
}

/** How many findings are not shown. */
export function moreFindings(count: number): string {
  return `${formatNumber(count)} more ${count === 1 ? 'finding is' : 'findings are'} not shown.`
}

/** How many lines of a record are not shown. */
export function moreLines(count: number): string {
  return `… (+${formatNumber(count)} lines)`
}

/** How many characters of a line are not shown. */
export function moreCharacters(count: number): string {
  return `… (+${formatNumber(count)} characters)`
}

/** How many windows make a finding. */
export function windowCount({ windows }: Finding): string {
  return plural(windows, 'window')
}

/** What the numbers of a report mean. */
export function readingGuide({ training }: Report): string[] {
  const budget = training.budget === null ? 'not set' : formatShare(training.budget)
  return [
    '**Score**: how surprising the counts of templates in a window are; higher is stranger. Compare scores only within one report.',
    '**p-value**: share of held-out normal windows that score at least as high. "About 1 in 1,000 normal windows" means: a normal log of 1,000 windows has about one like it.',
    `**Budget** (${budget}): the share of normal windows that may be flagged by mistake. Expect that many false alarms, and set it by how many you can look at.`,
    '**Severity**: high = a message never seen before that the log itself calls an error or worse, or a p-value of at most a hundredth of the budget; medium = any other message never seen before, or at most a tenth of the budget; low = the rest.',
  ]
}

/** What a report cannot say. */
export const LIMITS: readonly string[] = [
  'A finding says that something is unusual, not that it is harmful; what was in the normal log counts as normal, faults included.',
  'Windows are stretches of lines: where exactly a burst begins or ends is known only to within a window.',
  'Lines are shown as text: control characters appear as pictures (␀ … ␡), direction marks and the like by number (`<U+202E>`), tabs as spaces.',
]

function plural(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`
}
