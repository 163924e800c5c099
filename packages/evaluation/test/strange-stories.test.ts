import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readTable } from '@sp/log-table'
import type { AnomalyKind } from '../src/synthetic/anomaly-scripts.js'
import { syntheticMeta, writeLineLabels } from '../src/synthetic/synthetic-files.js'
import { generateSyntheticLog, type SyntheticLogOptions } from '../src/synthetic/synthetic-log.js'

const START = Date.UTC(2026, 2, 2)

function logOf(kind: AnomalyKind, options: Partial<SyntheticLogOptions> = {}) {
  return generateSyntheticLog({
    seed: 5,
    lines: 8000,
    startMs: START,
    anomalies: { count: 6, kinds: [kind] },
    ...options,
  })
}

function timeOf(line: string): number {
  return Date.parse(line.slice(0, 24))
}

test('reordered stories hold the lines of normal ones, in another order', () => {
  const { lines, labels } = logOf('reordered')
  for (const { lines: own } of labels) {
    const messages = own.map((line) => lines[line].replace(/^.*?: /, ''))
    const opened = messages.findIndex((message) => message.includes('session opened'))
    if (opened >= 0) expect(messages.findIndex((message) => message.includes('CMD'))).toBeLessThan(opened)
    const bound = messages.findIndex((message) => message.startsWith('bound to'))
    if (bound >= 0) expect(messages.findIndex((message) => message.startsWith('DHCPREQUEST'))).toBeGreaterThan(bound)
    expect(messages.every((message) => lines.some((line, i) => !own.includes(i) && sameShape(line, message)))).toBe(
      true,
    )
  }
})

function sameShape(line: string, message: string): boolean {
  function shape(text: string) {
    return text.replace(/\d+/g, '0').replace(/[\w-]+\.service/g, 'x')
  }
  return shape(line).endsWith(shape(message)) || message.startsWith('configuration read')
}

test('slow stories take minutes', () => {
  const { lines, labels } = logOf('slow', { format: 'iso' })
  for (const { firstLine, lastLine } of labels) {
    expect(timeOf(lines[lastLine]) - timeOf(lines[firstLine])).toBeGreaterThan(170_000)
  }
})

test('parameter incidents are normal messages with one value out of range', () => {
  const { lines, labels } = logOf('parameter')
  const words = /to [789]\d$|\d{8,9} 0\.\d+s$|renewal in [1-4]?\d seconds/
  for (const { lines: own } of labels) expect(own.some((line) => words.test(lines[line]))).toBe(true)
  const strange = lines.filter((line) => words.test(line)).length
  expect(strange).toBe(labels.length)
})

test('correlated incidents happen on every host at once', () => {
  const { lines, labels } = logOf('correlated')
  for (const { lines: own } of labels) {
    const hosts = new Set(own.map((line) => lines[line].split(' ').filter(Boolean)[3]))
    expect([...hosts].sort()).toEqual(['db-1', 'gateway', 'web-1'])
  }
})

test('a drift changes the world from its time on, and nothing before', () => {
  const driftMs = START + 2 * 86_400_000
  const [still, drifting] = [undefined, driftMs].map((time) =>
    generateSyntheticLog({ seed: 9, lines: 30_000, startMs: START, format: 'iso', driftMs: time }),
  )
  const cut = still.lines.findIndex((line) => timeOf(line) >= driftMs)
  expect(drifting.lines.slice(0, cut)).toEqual(still.lines.slice(0, cut))
  expect(still.lines.some((line) => line.includes('cached'))).toBe(false)
  expect(drifting.lines.slice(cut).filter((line) => line.includes('cached')).length).toBeGreaterThan(100)
})

test.each([
  ['iso', /^2026-03-02T00:00:0\d\.\d{3}Z \S+ \S+: /],
  ['dmesg', /^\[ {4}\d+\.\d{6}\] /],
  ['journald', /^\{"__REALTIME_TIMESTAMP":"1772409600\d{6}","_HOSTNAME"/],
] as const)('%s lines look like it, and hold the events of the syslog form', (format, shape) => {
  const options = { seed: 2, lines: 400, startMs: START }
  const [plain, other] = [generateSyntheticLog(options), generateSyntheticLog({ ...options, format })]
  expect(other.lines[0]).toMatch(shape)
  plain.lines.forEach((line, i) => {
    const message = line.replace(/^.*?: (\[ *[\d.]+\] )?/, '')
    const written = format === 'journald' ? JSON.parse(other.lines[i]).MESSAGE : other.lines[i]
    expect(written.endsWith(message)).toBe(true)
  })
})

test('line labels and meta say the same as the incidents', async () => {
  const log = generateSyntheticLog({ seed: 3, lines: 4000, startMs: START, anomalies: { rate: 0.05 } })
  const path = join(mkdtempSync(join(tmpdir(), 'labels-')), 'a.labels.parquet')
  await writeLineLabels(path, log)
  const table = await readTable(path)
  const meta = syntheticMeta(log)
  expect(Object.keys(table)).toEqual(['line_no', 'is_anomaly', 'anomaly_type', 'incident_id'])
  expect(Array.from(table.is_anomaly as number[]).reduce((a, b) => a + b, 0)).toBe(200)
  expect([meta.total_lines, meta.anomaly_count, meta.anomaly_rate_actual]).toEqual([4000, 200, 0.05])
  for (const incident of log.labels) {
    for (const line of incident.lines) {
      expect([table.anomaly_type[line], table.incident_id[line]]).toEqual([incident.kind, incident.id])
    }
  }
  expect(Object.values(meta.anomaly_type_distribution).reduce((a, b) => a + b, 0)).toBe(200)
})
