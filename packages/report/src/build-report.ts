import type { AnomalyScores, TemplateTable } from '@sp/log-table'
import { buildFinding } from './build-finding.js'
import { WORDS } from './catalogue.js'
import { ReportError } from './errors.js'
import type { ReportRows } from './finding-rows.js'
import { flaggedGroups, segmentsOf, unflaggedGroups, type WindowGroup } from './finding-windows.js'
import type { Finding, Report, ReportSource, ReportTraining } from './report.js'
import { timelineOf } from './timeline.js'

/** What a report is built from; all of one run. */
export interface ReportInput {
  /** In the order of the rows of the parsed log: the first source's records are its first rows, and so on. */
  readonly sources: readonly ReportSource[]
  readonly training: ReportTraining
  readonly scores: AnomalyScores
  /** The table that `scores.evidence` speaks of; every code there has its entry. */
  readonly templates: TemplateTable
  /** Rows of the parsed log; only those of the findings shown are read. */
  readonly log: ReportRows
}

/** How much a report shows. */
export interface ReportOptions {
  /** Default `Log report`. */
  readonly title?: string
  /** Findings shown, the strangest; default 50, more than anybody reads. From 0. */
  readonly maxFindings?: number
  /** Lines of context before and after the first line of the strongest reason; default 3. From 0. */
  readonly contextLines?: number
  /** Lines of evidence a finding, context not counted; default 12, which fits a screen. From 1. */
  readonly maxLinesPerFinding?: number
}

/**
 * Turns scores into findings: merges flagged windows, reads the rows that made the score, and says why.
 * Reads each finding's rows once and its context once; memory is one batch of rows and the report.
 * @throws ReportError `bad-option`, or `rows-mismatch` when the parts of the input are not of one run
 */
export async function buildReport(input: ReportInput, options: ReportOptions = {}): Promise<Report> {
  const { title = WORDS.title, maxFindings = 50, contextLines = 3, maxLinesPerFinding = 12 } = options
  checkOption('maxFindings', maxFindings, 0)
  checkOption('contextLines', contextLines, 0)
  checkOption('maxLinesPerFinding', maxLinesPerFinding, 1)
  const { sources, training, scores } = input
  const segments = segmentsOf(sources)
  const groups = flaggedGroups(scores, segments)
  const limits = { contextLines, maxLinesPerFinding }
  return {
    format: 'sp-report',
    version: 1,
    title,
    sources,
    training,
    detector: scores.detector,
    threshold: Number.isFinite(scores.threshold) ? scores.threshold : null,
    windows: scores.count,
    flaggedWindows: groups.reduce((sum, group) => sum + group.windows.length, 0),
    judgedRows: rowsCovered(scores),
    findingCount: groups.length,
    findings: await buildAll(groups.slice(0, maxFindings)),
    belowThreshold: await buildAll(unflaggedGroups(scores, segments, BELOW_THRESHOLD)),
    timeline: timelineOf(scores, segments),
  }

  async function buildAll(chosen: readonly WindowGroup[]): Promise<Finding[]> {
    const findings: Finding[] = []
    // One after the other: a parsed log allows one iteration at a time.
    for (const group of chosen)
      findings.push(await buildFinding(input, group, { ...limits, rank: findings.length + 1 }))
    return findings
  }
}

const BELOW_THRESHOLD = 3

/** Rows that lie in at least one window. */
function rowsCovered({ count, startRow, endRow }: AnomalyScores): number {
  const byStart = Array.from({ length: count }, (_, w) => w).sort((a, b) => startRow[a] - startRow[b])
  let [rows, end] = [0, 0]
  for (const w of byStart) {
    rows += Math.max(0, endRow[w] - Math.max(end, startRow[w]))
    end = Math.max(end, endRow[w])
  }
  return rows
}

function checkOption(name: string, value: number, from: number): void {
  if (Number.isSafeInteger(value) && value >= from) return
  throw new ReportError('bad-option', `${name} is ${value}, expected an integer from ${from}`)
}
