import type { Evidence, Finding, FindingLine, NamedTemplate } from '@sp/log-table'
import {
  renderCsv,
  renderHtml,
  renderInferenceReport,
  renderJson,
  renderJunit,
  renderMarkdown,
  renderPictures,
  renderSarif,
  renderSummary,
  ReportBuilder,
  type RunFacts,
} from '@sp/report'

const BATCH = 65_536
const TEMPLATES = 400
const START = Date.UTC(2026, 2, 1)
/** Of the lines, how many lie between two findings: a run as bad as half a percent of its units. */
const LINES_PER_FINDING = 200
const DETECTORS = ['windows', 'series', 'sessions'] as const

/**
 * Feeds a builder with what a run of so many lines would give it, and renders every format: every row of four hundred
 * templates in ten sources, a window every 25 lines judged by two detectors, a session every 20 lines, and a finding every
 * 200 lines with ten lines of its own.
 */
export function renderBigRun(lines: number) {
  const templates = Array.from({ length: TEMPLATES }, (_, i) => {
    return {
      id: `t${i.toString(16).padStart(12, '0')}`,
      text: `component ${i} did <NUM> things to <IP> in <DURATION>`,
      count: 1,
    }
  })
  const builder = new ReportBuilder({ budget: 0.005, thresholds: { windows: 3, series: 1, sessions: 2 } })
  const started = performance.now()
  const startedCpu = cpuSeconds()
  for (let row = 0; row < lines; row += BATCH) {
    const rowCount = Math.min(BATCH, lines - row)
    builder.addRows(
      {
        rowCount,
        template: Int32Array.from({ length: rowCount }, (_, i) => Math.floor(noise(row + i) ** 3 * TEMPLATES)),
        timestamp: Float64Array.from({ length: rowCount }, (_, i) => timeOf(row + i)),
      },
      templates,
    )
    for (let line = row; line < row + rowCount; line += 25) {
      addUnit(builder, line, 'windows')
      addUnit(builder, line, 'series')
    }
    for (let line = row; line < row + rowCount; line += 20) addUnit(builder, line, 'sessions')
    for (let line = row; line < row + rowCount; line += LINES_PER_FINDING)
      builder.addFinding(findingAt(line, templates))
  }
  const fed = performance.now()
  const report = builder.report(runOf(lines))
  const texts = {
    md: renderMarkdown(report),
    json: renderJson(report),
    timeline: renderPictures(report),
    html: renderHtml(report),
    'html ko': renderHtml(report, { language: 'ko' }),
    sarif: renderSarif(report),
    junit: renderJunit(report),
    csv: renderCsv(report),
    inference: renderInferenceReport(report),
    summary: renderSummary(report),
  }
  const rendered = performance.now()
  return {
    lines,
    findings: report.counts.findings,
    incidents: report.counts.incidents,
    feedSeconds: rounded((fed - started) / 1000),
    renderSeconds: rounded((rendered - fed) / 1000),
    cpuSeconds: rounded(cpuSeconds() - startedCpu),
    rssMb: Math.round(process.resourceUsage().maxRSS / 1024),
    kilobytes: Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [name, Math.round(Buffer.byteLength(text) / 1000)]),
    ),
  }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** 0..1, the same for the same number. */
function noise(n: number): number {
  const x = Math.imul(n ^ (n >>> 15), 0x2c1b3c6d) ^ 0x5bd1e995
  return ((Math.imul(x ^ (x >>> 12), 0x297a2d39) >>> 8) & 0xffffff) / 0x1000000
}

function timeOf(line: number): number {
  return START + line * 700
}

function sourceOf(line: number): string {
  return `host-${Math.floor(line / 10_000) % 10}.log`
}

function addUnit(builder: ReportBuilder, line: number, detector: (typeof DETECTORS)[number]): void {
  const isFlagged = line % LINES_PER_FINDING === 0
  const pValue = isFlagged ? 1e-4 : noise(line + DETECTORS.indexOf(detector)) * 0.99 + 0.01
  const score = isFlagged ? 9 : 3 * (1 - pValue)
  builder.addUnit({ source: sourceOf(line), detector, time: timeOf(line), line, score, pValue, isFlagged })
}

/** Sessions that miss one of fifty steps, and windows with one of many new templates. */
function findingAt(line: number, templates: readonly NamedTemplate[]): Finding {
  const k = Math.floor(noise(line) * 1e6)
  const isSession = k % 2 === 0
  const [a, b] = [templates[k % 50], templates[(k * 7) % TEMPLATES]]
  const fresh = {
    id: `nt${(k % 4096).toString(16).padStart(12, '0')}`,
    text: `error ${k % 4096}: disk <DEVICE> failed`,
  }
  const evidence: Evidence<NamedTemplate>[] = isSession
    ? [{ kind: 'missing-step', template: a, after: b, usualMs: 900, row: line, surprise: 5 }]
    : [{ kind: 'new-template', template: fresh, count: 3, expected: 0, surprise: 9, nearest: b }]
  const pValue = 10 ** -(3 + (k % 7))
  return {
    id: (line + 1).toString(16).padStart(16, '0'),
    unit: isSession ? 'session' : 'window',
    source: sourceOf(line),
    session: isSession ? `session-${line}` : null,
    firstLine: line,
    lastLine: line + 49,
    records: 50,
    startTime: timeOf(line),
    endTime: timeOf(line + 49),
    hosts: [`host-${k % 10}`],
    processes: [`component-${k % 30}`],
    score: -Math.log10(pValue),
    pValue,
    detectors: DETECTORS.slice(0, 1 + (k % 3)).map((name) => ({ name, pValue })),
    evidence,
    lines: Array.from({ length: 10 }, (_, i): FindingLine => {
      const shows = i > 2 && i < 7
      const text = `2026-03-01T00:00:00 host-${k % 10} component[${k % 999}]: error ${k % 4096}: disk sd${i} failed at 10.0.${k % 256}.${i} after ${k} ms`
      const role = shows ? 'evidence' : 'context'
      return {
        role,
        evidence: shows ? 0 : null,
        lineNo: line + i,
        byteOffset: line * 100,
        time: timeOf(line + i),
        severity: 4,
        text,
        cutCharacters: 0,
      }
    }),
  }
}

function runOf(lines: number): RunFacts {
  const source = { format: 'iso', timestamps: lines, firstTime: START, lastTime: timeOf(lines) }
  return {
    sources: [
      { ...source, name: 'normal.log', role: 'normal', records: lines },
      ...Array.from({ length: 10 }, (_, i) => ({
        ...source,
        name: `host-${i}.log`,
        role: 'judged' as const,
        records: lines / 10,
      })),
    ],
    training: { rows: lines, templates: TEMPLATES, firstTime: START - 3 * 86_400_000, lastTime: START },
    detectors: DETECTORS.map((name) => ({
      name,
      unit: name === 'sessions' ? ('session' as const) : ('window' as const),
      normalUnits: 40_000,
      threshold: 3,
    })),
    budget: 0.005,
    changes: [],
    remarks: [],
  }
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
