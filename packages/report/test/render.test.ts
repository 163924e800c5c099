import type { Log } from 'sarif'
import { diffReports } from '../src/diff-reports.js'
import { renderCsv } from '../src/formats/render-csv.js'
import { renderDiff, renderDiffSummary } from '../src/formats/render-diff.js'
import { renderInferenceReport } from '../src/formats/render-inference.js'
import { renderJunit } from '../src/formats/render-junit.js'
import { renderMarkdown } from '../src/formats/render-markdown.js'
import { renderSarif } from '../src/formats/render-sarif.js'
import { renderSummary } from '../src/formats/render-summary.js'
import { expectGolden } from './golden-file.js'
import { builderWith, finding, missingStep, moreFrequent, newTemplate, reportOf, RUN } from './make-findings.js'

/** A crash with its trace, a burst, and sessions that miss a step. */
const STORY = [
  finding({
    firstLine: 100,
    evidence: [newTemplate('app<PID>: segfault at <HEX> ip <HEX> error <NUM>', 14), newTemplate('Traceback:')],
    texts: {
      119: 'web-1 app: request 119 served',
      120: 'web-1 kernel: app[77]: segfault at 1f ip 00007f error 4 #0',
      121: 'web-1 app: Traceback:\n\tat a.b()\n\tat c.d() #1',
      122: 'web-1 app: request 122 served',
    },
    severityOfLines: 3,
  }),
  finding({
    firstLine: 200,
    pValue: 2e-12,
    evidence: [moreFrequent('eth0: link down (<NUM>)')],
    texts: Object.fromEntries(
      Array.from({ length: 6 }, (_, i) => [200 + i, `web-1 kernel: eth0: link down (${i}) #0`]),
    ),
  }),
  ...Array.from({ length: 12 }, (_, i) =>
    finding({
      unit: 'session',
      session: `blk_${i}`,
      firstLine: 10 * i + 1,
      lastLine: 10 * i + 9,
      pValue: 4e-4,
      detectors: [
        { name: 'deeplog', pValue: 4e-4 },
        { name: 'newEvent', pValue: 1e-3 },
      ],
      evidence: [missingStep('block <ID> stored', 'block <ID> received', 10 * i + 5)],
      texts: { [10 * i + 5]: `web-1 app: block blk_${i} received #0` },
    }),
  ),
]
const CHANGED = {
  ...RUN,
  remarks: [{ kind: 'unfit' as const, unknownShare: 0.87 }],
  changes: [
    {
      template: 'request <NUM> served',
      source: 'app.log',
      firstLine: 250,
      lastLine: 299,
      before: 1.5,
      after: 12,
      unit: 'window' as const,
    },
  ],
}

describe('a rendered report', () => {
  it.each(['en', 'ko'] as const)('is the Markdown that was agreed on, in %s', (language) => {
    expectGolden(`story.${language}.md`, renderMarkdown(reportOf(STORY, CHANGED), { language }))
  })

  it('is the summary that was agreed on', () => {
    expectGolden('story.txt', renderSummary(reportOf(STORY)))
    expectGolden('story.color.txt', renderSummary(reportOf(STORY), { color: true, width: 60, language: 'ko' }))
  })

  it('says so when nothing was found, and names the strangest unit', () => {
    const builder = builderWith([])
    builder.addNearMiss(
      finding({ pValue: 0.02, evidence: [moreFrequent('eth0: link down', 3)], texts: { 4: 'eth0: link down #0' } }),
    )
    const report = builder.report(RUN)
    expectGolden('calm.md', renderMarkdown(report))
    expectGolden('calm.txt', renderSummary(report))
  })

  it('is SARIF of version 2.1.0, a result an incident at the lines of its evidence', () => {
    const log = JSON.parse(renderSarif(reportOf(STORY))) as Log
    expect(log.version).toBe('2.1.0')
    const [{ results, tool }] = log.runs
    expect(results!.map(({ level, ruleId }) => [level, ruleId])).toEqual([
      ['error', 'new-template'],
      ['error', 'more-frequent'],
      ['warning', 'missing-step'],
    ])
    for (const { ruleId, ruleIndex, guid } of results!) {
      expect(tool.driver.rules![ruleIndex!].id).toBe(ruleId)
      expect(guid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    }
    expect(results![0].locations![1].physicalLocation).toEqual({
      artifactLocation: { uri: 'app.log' },
      region: { startLine: 122, endLine: 124, snippet: { text: 'web-1 app: Traceback:\n    at a.b()\n    at c.d()' } },
    })
    const again = JSON.parse(renderSarif(reportOf(STORY))) as Log
    expect(again.runs[0].results![0].partialFingerprints).toEqual(results![0].partialFingerprints)
  })

  it('is JUnit: a failed case an incident, a passed one for a source without any', () => {
    const calm = { ...RUN.sources[1], name: 'calm.log' }
    expectGolden('story.xml', renderJunit(reportOf(STORY, { ...RUN, sources: [...RUN.sources, calm] })))
  })

  it('is CSV, a row an incident', () => {
    const lines = renderCsv(reportOf(STORY)).split('\r\n')
    expect(lines).toHaveLength(5)
    expect(lines[0]).toBe(
      '\ufeffrank,id,severity,explanation,source,first_line,last_line,start_time,end_time,hosts,detectors,p_value,score,findings,sessions,line'
        .replace('rank', '"rank"')
        .replace(/,(\w+)/g, ',"$1"'),
    )
    expect(lines[3]).toContain('"web-1 app: block blk_0 received"')
  })

  it('is the inference report of the reference system: totals, methods, a conclusion', () => {
    const report = reportOf(STORY)
    expectGolden('inference.md', renderInferenceReport(report, { files: ['report.md', 'report.html'] }))
    expect(renderInferenceReport(reportOf([]))).toContain('within what normal logs give by chance')
  })
})

describe('a comparison of two runs', () => {
  const [crash, link, ...sessions] = STORY
  const before = reportOf([crash, ...sessions.slice(0, 3)])
  const after = reportOf([link, ...sessions])
  const diff = diffReports(before, after)

  it('tells what is new, gone and changed by what incidents are about', () => {
    expect([firstItems(diff.fresh), firstItems(diff.gone), diff.changed.length, diff.same.length]).toEqual([
      ['+'],
      ['new'],
      1,
      0,
    ])
    expect(diff.changed[0].sessions).toEqual({ before: 3, after: 12 })
  })

  it('finds nothing changed from a run to itself', () => {
    const { fresh, gone, changed, same } = diffReports(after, after)
    expect([fresh.length, gone.length, changed.length, same.length]).toEqual([0, 0, 0, 2])
  })

  it('is the text that was agreed on', () => {
    expectGolden('diff.md', renderDiff(diff, { training: RUN.training }))
    expectGolden('diff.txt', renderDiffSummary(diff, { training: RUN.training, language: 'ko' }))
  })
})

/** What the incidents are about, in one sign each. */
function firstItems(incidents: readonly { readonly signature: readonly string[] }[]): string[] {
  return incidents.map(({ signature }) => signature[0].split(' ')[0])
}
