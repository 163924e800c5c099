import type { Evidence, Finding, FindingLine, NamedTemplate, Template } from '@sp/log-table'
import { ReportBuilder } from '../src/report-builder.js'
import type { Report, RunFacts } from '../src/report.js'

const START = Date.UTC(2026, 2, 10, 14, 30)

/** A template whose id follows from its text. */
export function template(text: string): NamedTemplate {
  let hash = 0
  for (const character of text) hash = (hash * 31 + character.codePointAt(0)!) % 0xffffffffffff
  return { id: `t${hash.toString(16).padStart(12, '0')}`, text }
}

/** What a finding of a test says; the rest follows from it. */
export interface FindingParts extends Partial<Omit<Finding, 'evidence' | 'lines'>> {
  readonly evidence?: readonly Evidence<NamedTemplate>[]
  /** Texts by line number; a number after `#` says which evidence the line shows. */
  readonly texts?: Readonly<Record<number, string>>
  readonly severityOfLines?: number
}

/** A finding of `app.log`, a second a line from half past two. */
export function finding(parts: FindingParts = {}): Finding {
  const { evidence = [newTemplate('segfault at <HEX>')], texts = {}, severityOfLines = -1, ...rest } = parts
  const { firstLine = 0, lastLine = firstLine + 49, source = 'app.log', unit = 'window', pValue = 1e-5 } = rest
  const lines = Object.entries(texts).map(([lineNo, text]) => lineOf(Number(lineNo), text, severityOfLines))
  const session = unit === 'session' ? (rest.session ?? `blk_${firstLine}`) : null
  return {
    id: idOf(`${source} ${unit} ${session} ${firstLine} ${lastLine}`),
    unit,
    source,
    firstLine,
    lastLine,
    records: lastLine - firstLine + 1,
    startTime: timeOf(firstLine),
    endTime: timeOf(lastLine),
    hosts: ['web-1'],
    processes: ['app'],
    score: -Math.log10(pValue),
    pValue,
    detectors: [{ name: 'baseline', pValue }],
    ...rest,
    session,
    evidence,
    lines,
  }
}

/** When a line of `app.log` was written. */
export function timeOf(line: number): number {
  return START + line * 1000
}

/** A template that training never saw. */
export function newTemplate(text: string, surprise = 9): Evidence<NamedTemplate> {
  return { kind: 'new-template', template: template(text), count: 1, expected: 0, surprise }
}

/** A template that came too often. */
export function moreFrequent(text: string, count = 40, surprise = 20): Evidence<NamedTemplate> {
  return { kind: 'more-frequent', template: template(text), count, expected: 1.6, surprise }
}

/** A step that did not come. */
export function missingStep(text: string, after: string, row = 0): Evidence<NamedTemplate> {
  return { kind: 'missing-step', template: template(text), after: template(after), usualMs: 5000, row, surprise: 7 }
}

/** What a run was, of a test. */
export const RUN: RunFacts = {
  sources: [
    {
      name: 'normal.log',
      role: 'normal',
      format: 'syslog',
      records: 20_000,
      timestamps: 20_000,
      firstTime: timeOf(-300_000),
      lastTime: timeOf(-40_800),
    },
    {
      name: 'app.log',
      role: 'judged',
      format: 'syslog',
      records: 300,
      timestamps: 300,
      firstTime: timeOf(0),
      lastTime: timeOf(299),
      cutLines: 2,
      invalidUtf8: 1,
    },
  ],
  training: { rows: 20_000, templates: 120, firstTime: timeOf(-300_000), lastTime: timeOf(-40_800) },
  detectors: [
    { name: 'baseline', unit: 'window', normalUnits: 799, threshold: 3, windowSize: 50, stride: 25 },
    { name: 'deeplog', unit: 'session', normalUnits: 1200, threshold: null },
  ],
  budget: 0.005,
  changes: [],
  remarks: [],
}

/** A builder that has seen an ordinary log of three hundred lines, with these findings in it. */
export function builderWith(findings: readonly Finding[]): ReportBuilder {
  const builder = new ReportBuilder({ budget: 0.005, thresholds: { baseline: 3 } })
  const table: Template[] = ['request <NUM> served', 'segfault at <HEX>'].map((text) => ({
    ...template(text),
    count: 1,
  }))
  const rows = Array.from({ length: 300 }, (_, i) => i)
  builder.addRows(
    {
      rowCount: rows.length,
      template: Int32Array.from(rows, (i) => (i === 121 ? 1 : 0)),
      timestamp: Float64Array.from(rows, timeOf),
    },
    table,
  )
  for (let line = 0; line < 300; line += 25) {
    const own = findings.find(({ firstLine, lastLine }) => firstLine <= line && line <= lastLine)
    const pValue = own?.pValue ?? 0.2 + (line % 4) / 10
    const unit = { source: 'app.log', detector: 'baseline', time: timeOf(line), line, pValue }
    builder.addUnit({ ...unit, score: own ? 20 : 1 + (line % 3) / 2, isFlagged: own !== undefined })
  }
  for (const one of findings) builder.addFinding(one)
  return builder
}

/** The report of such a log. */
export function reportOf(findings: readonly Finding[], run: RunFacts = RUN, title?: string): Report {
  return builderWith(findings).report(run, { title })
}

function lineOf(lineNo: number, text: string, severity: number): FindingLine {
  const [, shown, mark] = /^([\s\S]*?)(?: ?#(\d))?$/.exec(text)!
  const evidence = mark === undefined ? null : Number(mark)
  const role = evidence === null ? 'context' : 'evidence'
  return {
    role,
    evidence,
    lineNo,
    byteOffset: lineNo * 80,
    time: timeOf(lineNo),
    severity,
    text: shown,
    cutCharacters: 0,
  }
}

function idOf(place: string): string {
  let hash = 7n
  for (const character of place) hash = (hash * 1_000_003n + BigInt(character.codePointAt(0)!)) % (1n << 64n)
  return hash.toString(16).padStart(16, '0')
}
