import fc from 'fast-check'
import { buildReport } from '../src/build-report.js'
import { ReportError } from '../src/errors.js'
import { renderJson } from '../src/render-json.js'
import { judged, smallInput, type SmallRow, type SmallWindow } from './small-log.js'

/** Rows `tick 0`, `tick 1`, …, those named replaced. */
function ticks(count: number, others: Record<number, SmallRow> = {}): SmallRow[] {
  return Array.from({ length: count }, (_, i) => others[i] ?? { raw: `tick ${i}`, template: 'tick <NUM>' })
}

const CRASH: SmallRow = {
  raw: 'segfault at 7f',
  template: 'segfault at <HEX>',
  host: 'db-1',
  process: 'kernel',
  severity: 3,
}
const NEW = { kind: 'new-template', template: 'segfault at <HEX>', count: 1, expected: 0, surprise: 20 } as const
const FLAGGED = { score: 30, pValue: 1e-4 }

describe('a report', () => {
  it('makes one finding of flagged windows that overlap or touch, and two where a gap lies between', async () => {
    const windows: SmallWindow[] = [
      { rows: [0, 20], ...FLAGGED, evidence: [NEW] },
      { rows: [10, 30], ...FLAGGED },
      { rows: [30, 40], ...FLAGGED, score: 40, pValue: 1e-6 },
      { rows: [50, 60], ...FLAGGED, score: 50, pValue: 1e-8 },
    ]
    const report = await buildReport(smallInput(ticks(80, { 12: CRASH }), windows))
    expect(report.findings.map(({ rank, location, windows, pValue }) => [rank, location, windows, pValue])).toEqual([
      [1, 'app.log:51–60', 1, 1e-8],
      [2, 'app.log:13–13', 3, 1e-6],
    ])
    expect(report.findings[1]).toMatchObject({
      score: 40,
      firstLine: 13,
      firstLineNo: 12,
      lastLine: 13,
      lastLineNo: 12,
    })
  })

  it('never joins windows of two sources, and counts lines within each', async () => {
    const rows = ticks(40).map((row, i) => ({ ...row, lineNo: i % 20 }))
    const windows = [{ rows: [10, 20], ...FLAGGED } as const, { rows: [20, 30], ...FLAGGED } as const]
    const report = await buildReport(smallInput(rows, windows, [judged('a.log', 20), judged('b.log', 20)]))
    expect(report.findings.map(({ location }) => location)).toEqual(['a.log:11–20', 'b.log:1–10'])
  })

  it('shows exactly the rows of the templates that made the score, and marks their neighbours as context', async () => {
    const input = smallInput(ticks(60, { 23: CRASH, 31: CRASH }), [
      { rows: [20, 40], ...FLAGGED, evidence: [{ ...NEW, count: 2 }] },
    ])
    const [finding] = (await buildReport(input, { contextLines: 2 })).findings
    const seen = finding.lines.map(({ role, row, line, lineNo, text }) => [role, row, line, lineNo, text])
    expect(seen).toEqual([
      ['context', 21, 22, 21, 'tick 21'],
      ['context', 22, 23, 22, 'tick 22'],
      ['evidence', 23, 24, 23, 'segfault at 7f'],
      ['context', 24, 25, 24, 'tick 24'],
      ['context', 25, 26, 25, 'tick 25'],
      ['evidence', 31, 32, 31, 'segfault at 7f'],
    ])
    expect(finding.hosts).toEqual([{ name: 'db-1', count: 2 }])
    expect(finding.processes).toEqual([{ name: 'kernel', count: 2 }])
    expect(finding).toMatchObject({
      startTime: '2026-03-10T00:00:23Z',
      endTime: '2026-03-10T00:00:31Z',
      severity: 'high',
    })
  })

  it('never shows more evidence than asked for, every reason its share, and counts what is left out', async () => {
    const burst = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [i + 5, { raw: `link down ${i}`, template: 'link down <NUM>' }]),
    )
    const evidence = [
      { kind: 'more-frequent', template: 'link down <NUM>', count: 40, expected: 0.2, surprise: 90 } as const,
      { ...NEW, surprise: 12 },
    ]
    const input = smallInput(ticks(60, { ...burst, 47: CRASH }), [{ rows: [0, 50], ...FLAGGED, evidence }])
    const [finding] = (await buildReport(input, { maxLinesPerFinding: 4 })).findings
    const shown = finding.lines.filter(({ role }) => role === 'evidence').map(({ text }) => text)
    expect(shown).toEqual(['link down 0', 'link down 1', 'link down 39', 'segfault at 7f'])
    expect(finding.reasons.map(({ rows, shownRows }) => [rows, shownRows])).toEqual([
      [40, 3],
      [1, 1],
    ])
    expect(finding.headline).toBe('“link down <NUM>” 40 times in 50 lines, usual 0.2')
  })

  it('leaves weak evidence out, and what is missing only because something else took its place', async () => {
    const evidence = [
      { kind: 'more-frequent', template: 'link', count: 40, expected: 0.2, surprise: 90 } as const,
      { kind: 'less-frequent', template: 'heartbeat', count: 0, expected: 17, surprise: 20 } as const,
      { kind: 'more-frequent', template: 'tick <NUM>', count: 8, expected: 5, surprise: 2 } as const,
    ]
    const [finding] = (await buildReport(smallInput(ticks(60), [{ rows: [0, 50], ...FLAGGED, evidence }]))).findings
    expect(finding.reasons.map(({ template }) => template)).toEqual(['link'])
    expect(finding.moreReasons).toBe(2)
  })

  it('tells of new templates in the order of the log', async () => {
    const rows = ticks(60, {
      20: CRASH,
      21: { raw: 'frame 1', template: 'frame <NUM>' },
      22: { raw: 'frame 2', template: 'frame <NUM>' },
    })
    const evidence = [
      { ...NEW, template: 'frame <NUM>', count: 2, surprise: 9 },
      { ...NEW, surprise: 7 },
    ]
    const [finding] = (await buildReport(smallInput(rows, [{ rows: [0, 50], ...FLAGGED, evidence }]))).findings
    expect(finding.headline).toMatch(/^“segfault at <HEX>” never seen in the 20,000 normal lines/)
    expect(finding.reasons.map(({ template }) => template)).toEqual(['segfault at <HEX>', 'frame <NUM>'])
    expect(finding.lines.filter(({ reason }) => reason === 1).map(({ text }) => text)).toEqual(['frame 1', 'frame 2'])
  })

  it('shows the ends of a silence', async () => {
    const evidence = [{ kind: 'less-frequent', template: 'heartbeat', count: 0, expected: 17, surprise: 9 } as const]
    const windows = [
      { rows: [10, 30], ...FLAGGED, evidence },
      { rows: [20, 60], ...FLAGGED, evidence },
    ] as const
    const input = smallInput(ticks(80, Object.fromEntries([beat(11), beat(14), beat(50), beat(55)])), windows)
    const [finding] = (await buildReport(input, { contextLines: 0 })).findings
    expect(finding.lines.map(({ text }) => text)).toEqual(['beat 14', 'beat 50'])
  })

  it('speaks of what is absent, and shows where', async () => {
    const evidence = [{ kind: 'less-frequent', template: 'heartbeat', count: 0, expected: 17.2, surprise: 9 } as const]
    const input = smallInput(ticks(60), [{ rows: [30, 50], ...FLAGGED, evidence }])
    const [finding] = (await buildReport(input, { contextLines: 1 })).findings
    expect(finding.headline).toBe('“heartbeat” 0 times in 20 lines, usual 17')
    expect(finding.lines.map(({ role, row }) => [role, row])).toEqual([
      ['context', 29],
      ['context', 30],
      ['context', 31],
    ])
  })

  it('takes the evidence of a template from the window in which it is strongest', async () => {
    const windows: SmallWindow[] = [
      { rows: [0, 20], ...FLAGGED, evidence: [{ ...NEW, count: 1, surprise: 3 }] },
      { rows: [10, 40], ...FLAGGED, evidence: [{ ...NEW, count: 2, surprise: 8 }] },
    ]
    const [finding] = (await buildReport(smallInput(ticks(60, { 15: CRASH, 30: CRASH }), windows))).findings
    expect(finding.reasons).toHaveLength(1)
    expect(finding.reasons[0]).toMatchObject({ count: 2, windowRows: 30, surprise: 8, rows: 2 })
  })

  it('is still useful without findings: it has the strangest windows below the threshold, none overlapping', async () => {
    const windows: SmallWindow[] = [4, 9, 8, 2, 5].map((score, i) => ({
      rows: [i * 10, i * 10 + 20],
      score,
      pValue: 1 / score,
      evidence: [{ ...NEW, kind: 'more-frequent', template: 'tick <NUM>', count: score }],
    }))
    const report = await buildReport(smallInput(ticks(80), windows))
    expect(report).toMatchObject({ findingCount: 0, findings: [], flaggedWindows: 0, windows: 5 })
    expect(report.belowThreshold.map(({ startRow, score }) => [startRow, score])).toEqual([
      [10, 9],
      [40, 5],
    ])
  })

  it('cuts lines of a megabyte and says by how much', async () => {
    const long = { ...CRASH, raw: 'x'.repeat(1_000_000) }
    const [finding] = (
      await buildReport(smallInput(ticks(30, { 4: long }), [{ rows: [0, 20], ...FLAGGED, evidence: [NEW] }]))
    ).findings
    const [line] = finding.lines.filter(({ role }) => role === 'evidence')
    expect(line.text).toHaveLength(4000)
    expect(line.cutCharacters).toBe(996_000)
  })

  it('comes back from JSON as it was', async () => {
    const window = { ...FLAGGED, pValue: NaN, evidence: [NEW] }
    const report = await buildReport(
      smallInput(ticks(60, { 5: CRASH }), [
        { rows: [0, 20], ...window },
        { rows: [30, 50], score: 3, pValue: 0.4 },
      ]),
    )
    expect(JSON.parse(renderJson(report))).toEqual(report)
    expect(JSON.parse(renderJson(report))).toMatchObject({ format: 'sp-report', version: 1 })
  })

  it('covers every flagged row by exactly one finding, whatever the windows', async () => {
    const starts = fc.uniqueArray(fc.nat(90), { maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(starts, fc.integer({ min: 1, max: 30 }), async (at, size) => {
        const windows = at.sort((a, b) => a - b).map((start) => ({ rows: [start, start + size] as const, ...FLAGGED }))
        const { findings } = await buildReport(smallInput(ticks(120), windows))
        const flagged = new Set(windows.flatMap(({ rows: [start, end] }) => range(start, end)))
        const covered = findings.flatMap(({ startRow, endRow }) => range(startRow, endRow))
        expect(covered.sort((a, b) => a - b)).toEqual([...flagged].sort((a, b) => a - b))
      }),
      { numRuns: 50 },
    )
  })

  it('refuses scores, rows and tables that are not of one log', async () => {
    const beyond = smallInput(ticks(30), [{ rows: [20, 40], ...FLAGGED }])
    await expect(buildReport(beyond)).rejects.toThrow(/rows 20\.\.40, expected them within one source of the 30 rows/)
    const short = smallInput(ticks(30), [{ rows: [20, 40], ...FLAGGED }], [judged('app.log', 50)])
    await expect(buildReport(short)).rejects.toThrow(/gave 10 rows for 20\.\.40/)
    const table = { ...smallInput(ticks(30), [{ rows: [0, 20], ...FLAGGED, evidence: [NEW] }]), templates: [] }
    await expect(buildReport(table)).rejects.toThrow(ReportError)
    await expect(buildReport(smallInput(ticks(9), []), { maxFindings: -1 })).rejects.toThrow('maxFindings is -1')
  })
})

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i)
}

function beat(row: number): [number, SmallRow] {
  return [row, { raw: `beat ${row}`, template: 'heartbeat' }]
}
