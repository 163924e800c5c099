import type { Finding } from '@sp/log-table'
import { ReportBuilder } from '../src/report-builder.js'
import type { Report } from '../src/report.js'
import { finding, missingStep, moreFrequent, newTemplate, RUN, template, timeOf } from './make-findings.js'

const HOSTS = ['web-1', 'web-2', 'db-1', 'gateway']

/** A report of two sources and two detectors with so many incidents of all severities. */
export function reportWith(incidents: number, { maxIncidents = incidents } = {}): Report {
  const builder = new ReportBuilder({ budget: 0.005, thresholds: { baseline: 3 }, maxIncidents })
  const lines = 200 * (incidents + 2)
  const rows = Array.from({ length: lines }, (_, i) => i)
  const table = ['request <NUM> served', 'heartbeat <NUM>', 'kind of trouble <NUM>'].map((text) => ({
    ...template(text),
    count: 1,
  }))
  builder.addRows(
    {
      rowCount: lines,
      template: Int32Array.from(rows, (i) => (i % 200 === 20 ? 2 : i % 10 === 0 ? 1 : 0)),
      timestamp: Float64Array.from(rows, timeOf),
    },
    table,
  )
  for (let line = 0; line < lines; line += 50) {
    for (const [d, detector] of ['baseline', 'deeplog'].entries()) {
      const pValue = line % 200 === 0 ? 1e-5 : ((line * 7919 + d * 31) % 97) / 97 + 0.01
      const score = line % 200 === 0 ? 20 : 2 * (1 - pValue)
      const source = line < lines / 2 ? 'app.log' : 'db.log'
      builder.addUnit({ source, detector, time: timeOf(line), line, score, pValue, isFlagged: line % 200 === 0 })
    }
  }
  for (let i = 0; i < incidents; i++) builder.addFinding(trouble(i))
  const db = { ...RUN.sources[1], name: 'db.log' }
  const judged = [RUN.sources[1], db].map((source) => ({ ...source, records: lines / 2, lastTime: timeOf(lines) }))
  return builder.report({ ...RUN, sources: [RUN.sources[0], ...judged] })
}

function trouble(i: number): Finding {
  const line = 200 * i
  const kinds = [
    newTemplate(`kind ${i} of trouble <NUM>`),
    moreFrequent(`link ${i} down`),
    missingStep(`step ${i}`, 'start', line + 20),
  ]
  const texts = Object.fromEntries(
    Array.from({ length: 12 }, (_, k) => [
      line + 15 + k,
      `host app[${i}]: kind ${i} of trouble ${k} from 10.0.0.${i % 9}${k > 2 ? ' #0' : ''}`,
    ]),
  )
  return finding({
    firstLine: line,
    source: i % 2 === 0 ? 'app.log' : 'db.log',
    pValue: 10 ** -(3 + (i % 6)),
    hosts: [HOSTS[i % 4]],
    detectors: [{ name: i % 3 === 0 ? 'deeplog' : 'baseline', pValue: 10 ** -(3 + (i % 6)) }],
    evidence: [kinds[i % 3]],
    texts,
  })
}
