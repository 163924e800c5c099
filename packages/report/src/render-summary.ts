import { headline, moreFindings, outcome, rarity, SEVERITY_WORDS, WORDS } from './catalogue.js'
import { quoted, visibleText } from './plain-text.js'
import type { Finding, FindingSeverity, Report } from './report.js'
import { shownLines } from './shown-lines.js'

/** How a summary fits its terminal. */
export interface SummaryOptions {
  /** Columns of the terminal; default 80. Longer lines end in `…`. At least 20. */
  readonly width?: number
  /** Colours by ANSI escapes of our own; those in the log are always made visible instead. Default false. */
  readonly color?: boolean
  /** Findings shown; default 5. */
  readonly findings?: number
}

/**
 * The report as a few lines for a terminal: the answer, then each finding with its place, its rarity and the first
 * line of its first reason; without findings the strangest window instead. Ends with a line end. No line is wider than `width` columns, wide characters counted as two.
 */
export function renderSummary(report: Report, options: SummaryOptions = {}): string {
  const { width = 80, color = false, findings = 5 } = options
  const columns = Math.max(20, width)
  const normalWindows = report.training.windows
  const shown = report.findings.slice(0, findings)
  const hidden = report.findingCount - shown.length
  const strangest = report.findingCount > 0 ? [] : report.belowThreshold.slice(0, 1)
  const lines = [
    fit(`${outcome(report)}.`, columns),
    ...shown.flatMap((finding) => findingLines(finding, { columns, color, normalWindows })),
    ...(strangest.length > 0 ? [fit(`${WORDS.below}:`, columns)] : []),
    ...strangest.flatMap((finding) => findingLines(finding, { columns, color, normalWindows })),
    ...(shown.length > 0 && hidden > 0 ? [fit(moreFindings(hidden), columns)] : []),
  ]
  return `${lines.join('\n')}\n`
}

function findingLines(
  finding: Finding,
  { columns, color, normalWindows }: { columns: number; color: boolean; normalWindows: number },
): string[] {
  const { rank, severity, reasons, location, startTime, pValue, lines } = finding
  const word = SEVERITY_WORDS[severity]
  const head = fit(`${rank}. ${word}: ${headline(reasons, quoted)}`, columns)
  const place = [visibleText(location), startTime, rarity(pValue, normalWindows)]
    .filter((fact) => fact !== null)
    .join(' · ')
  const evidence = lines.filter(({ reason }) => reason === 0).slice(0, 1)
  return [
    color ? head.replace(word, `${ESCAPE}[${COLORS[severity]}m${word}${ESCAPE}[0m`) : head,
    fit(`   ${place}`, columns),
    ...shownLines(evidence)
      .slice(0, 1)
      .map((line) => fit(`   ${line}`, columns)),
  ]
}

const ESCAPE = '\u001b'
/** Bold red, yellow, cyan. */
const COLORS: Readonly<Record<FindingSeverity, string>> = { high: '1;31', medium: '33', low: '36' }

/** The text cut to so many columns, `…` at the end where it was. */
function fit(text: string, columns: number): string {
  let used = 0
  let end = 0
  let fitting = 0 // end of what leaves room for the mark
  for (const character of text) {
    used += columnsOf(character)
    if (used > columns) return `${text.slice(0, fitting)}…`
    end += character.length
    if (used < columns) fitting = end
  }
  return text
}

/** Columns of a character in a terminal: two for East Asian wide ones and emoji, none for combining marks. */
function columnsOf(character: string): number {
  if (/^\p{M}$/u.test(character)) return 0
  return WIDE.test(character) ? 2 : 1
}

const WIDE =
  /^[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u
