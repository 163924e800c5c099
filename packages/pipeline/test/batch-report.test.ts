import { ReportBuilder } from '@sp/report'
import { batchReport } from '../src/batch/batch-report.js'
import type { BatchSummary } from '../src/batch/batch-summary.js'

const log = { category: '.', records: 1000, templates: 12, errorRate: 0.015 }
const batch: BatchSummary = {
  format: 'sp-batch',
  version: 1,
  target: 'a_b|c.log',
  logs: [
    { ...log, name: 'a_b|c.log', role: 'target' },
    { ...log, name: 'normal.log', role: 'baseline' },
  ],
  incidents: 1,
  findings: 3,
  comparativeAnomalies: 2,
  temporalAnomalies: 0,
}
const report = new ReportBuilder({ budget: 0.005 }).report({
  sources: [],
  training: { rows: 0, templates: 0, firstTime: null, lastTime: null },
  detectors: [],
  budget: 0.005,
  changes: [],
  remarks: [],
})

test('the summary of a batch counts in words, and names cannot leave their cells', () => {
  const [title, , outcome, , columns, , target] = batchReport(batch, report).split('\n')
  expect(title).toBe('# Batch analysis')
  expect(outcome).toBe(
    'a\\_b\\|c.log judged by what 1 other log teaches: 1 incident, 2 differences of the whole, 0 strange hours.',
  )
  expect(columns).toBe('| log | category | role | records | templates | errors |')
  expect(target).toBe('| a\\_b\\|c.log | . | target | 1000 | 12 | 1.50 % |')
})

test('it is wholly in the language that was asked for', () => {
  expect(batchReport(batch, report, 'ko').replaceAll(/a\\_b.*?log|normal\.log|p-value/g, '')).not.toMatch(
    /[a-z]{5,} [a-z]{3,}/,
  )
})
