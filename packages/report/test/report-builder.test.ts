import { ReportError } from '../src/errors.js'
import { renderJson, renderPictures } from '../src/formats/render-json.js'
import { readReport } from '../src/read-report.js'
import { ReportBuilder } from '../src/report-builder.js'
import { builderWith, finding, missingStep, moreFrequent, newTemplate, reportOf, RUN } from './make-findings.js'

const FINDINGS = [
  finding({
    firstLine: 100,
    evidence: [newTemplate('segfault at <HEX>')],
    texts: { 121: 'segfault at 7f #0', 122: 'next' },
  }),
  finding({
    firstLine: 200,
    pValue: 1e-9,
    evidence: [moreFrequent('eth0: link down')],
    texts: { 201: 'eth0: link down #0' },
  }),
]

describe('a report', () => {
  it('has the gravest incident first, and counts what was judged, found and shown', () => {
    const { incidents, counts } = reportOf(FINDINGS)
    expect(incidents.map(({ severity, pValue }) => [severity, pValue])).toEqual([
      ['high', 1e-9],
      ['high', 1e-5],
    ])
    expect(counts).toEqual({
      records: 300,
      units: { baseline: { judged: 12, flagged: 4 } },
      findings: 2,
      incidents: 2,
      bySeverity: { high: 2, medium: 0, low: 0 },
      shownIncidents: 2,
      shownRecords: 3,
      sessions: 0,
    })
  })

  it('comes back from its file as it was, but for the pictures', () => {
    const report = reportOf(FINDINGS)
    const { pictures, ...rest } = report
    const saved = readReport(renderJson(report), 'report.json')
    expect(saved).toMatchObject(rest)
    expect(saved.incidents[0]).toMatchObject({ rank: 1, location: 'app.log:202' })
    expect(JSON.parse(renderPictures(report))).toEqual({ format: 'sp-timeline', version: 1, ...pictures })
  })

  it('is the same when its builder was saved and restored in between', () => {
    const [one, other] = FINDINGS
    const options = { budget: 0.005, thresholds: { baseline: 3 } }
    const saved = JSON.parse(JSON.stringify(builderWith([one]).snapshot()))
    const builder = ReportBuilder.restore(saved, options)
    builder.addFinding(other)
    const whole = builderWith([one])
    whole.addFinding(other)
    expect(builder.report(RUN)).toEqual(whole.report(RUN))
  })

  it('can be made at any moment, and goes on afterwards', () => {
    const builder = builderWith([FINDINGS[0]])
    expect(builder.report(RUN).counts.incidents).toBe(1)
    builder.addFinding(FINDINGS[1])
    expect(builder.report(RUN).counts.incidents).toBe(2)
  })

  it('keeps the gravest incidents and counts the others', () => {
    const builder = new ReportBuilder({ budget: 0.005, maxIncidents: 5 })
    for (let i = 0; i < 400; i++) {
      const evidence = [missingStep(`step ${i}`, 'start')]
      builder.addFinding(finding({ unit: 'session', firstLine: i * 10, pValue: 10 ** -(2 + (i % 7)), evidence }))
    }
    const { incidents, counts } = builder.report(RUN)
    expect(incidents).toHaveLength(5)
    expect(new Set(incidents.map(({ pValue }) => pValue))).toEqual(new Set([1e-8]))
    expect([counts.incidents, counts.findings]).toEqual([400, 400])
  })

  it('names earlier incidents of the same kind, of this run and of another', () => {
    const report = builderWith([link(0), link(30_000)]).report(RUN, {
      earlier: [{ id: 'old', signature: link(0).evidence.map(() => `+ ${'t'}`), startTime: null, report: 'Monday' }],
    })
    const [first, second] = [...report.incidents].sort((a, b) => a.startTime! - b.startTime!)
    expect(first.similar).toEqual([])
    expect(second.similar).toEqual([{ id: first.id, report: null, similarity: 1, startTime: first.startTime }])
    const again = builderWith([link(0)]).report(RUN, {
      earlier: [{ id: 'old', signature: first.signature, startTime: 7, report: 'Monday' }],
    })
    expect(again.incidents[0].similar).toEqual([{ id: 'old', report: 'Monday', similarity: 1, startTime: 7 }])
  })

  it('keeps the three strangest of what was not flagged, none that is like one in ten', () => {
    const builder = new ReportBuilder({ budget: 0.005 })
    for (const pValue of [0.5, 0.02, 0.06, 0.01, 0.03])
      builder.addNearMiss(finding({ firstLine: pValue * 1000, pValue }))
    expect(builder.report(RUN).belowThreshold.map(({ pValue }) => pValue)).toEqual([0.01, 0.02, 0.03])
    const calm = new ReportBuilder({ budget: 0.005 })
    calm.addNearMiss(finding({ pValue: 0.4 }))
    expect(calm.report(RUN).belowThreshold).toEqual([])
  })

  it('refuses options that are none', () => {
    expect(() => new ReportBuilder({ budget: null, maxIncidents: -1 })).toThrow(ReportError)
    expect(() => new ReportBuilder({ budget: null, maxLines: 0 })).toThrow('expected an integer from 1')
  })
})

function link(firstLine: number) {
  return finding({ firstLine, evidence: [moreFrequent('eth0: link down')] })
}

test('what is no report, or of another version, is refused with a word on what it is', () => {
  expect(() => readReport('no', 'x.json')).toThrow('x.json is not JSON')
  expect(() => readReport('{"format":"sp-detect"}', 'x.json')).toThrow('its format is "sp-detect"')
  expect(() => readReport('{"format":"sp-report","version":1}', 'x.json')).toThrow('version 1')
  expect(() => readReport('{"format":"sp-report","version":2}', 'x.json')).toThrow('lacks incidents')
})
