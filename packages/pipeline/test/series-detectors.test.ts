import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openSources } from '@sp/log-reader'
import type { Finding } from '@sp/log-table'
import { Masker } from '@sp/masking'
import { loadBundle } from '../src/bundle/bundle.js'
import { Detector } from '../src/detector/detector.js'
import type { SourceSnapshot } from '../src/detector/detector-types.js'
import type { JudgedBatch } from '../src/detector/source-detector.js'
import type { JudgedFrame } from '../src/series/series-stream.js'
import { trainBundle } from '../src/training/train-bundle.js'
import { temporaryFolder } from './temporary-folder.js'

const EXAMPLES = fileURLToPath(new URL('../../../examples/logs/', import.meta.url))
const NOW = { nowMs: Date.UTC(2026, 5, 1) }
const folder = temporaryFolder()
const bundle = join(folder, 'bundle')
const judged = join(folder, 'judged.log')
const lines = withBurst(
  readFileSync(EXAMPLES + 'normal.log', 'utf8')
    .split('\n')
    .slice(4000, 4700),
)

/** The same lines, of which one that is normal comes forty times within its minute. */
function withBurst(log: readonly string[]): string[] {
  const line = log[400]
  return [...log.slice(0, 401), ...Array.from({ length: 40 }, () => line), ...log.slice(401)]
}

beforeAll(async () => {
  const normal = join(folder, 'normal.log')
  writeFileSync(
    normal,
    readFileSync(EXAMPLES + 'normal.log', 'utf8')
      .split('\n')
      .slice(0, 4000)
      .join('\n') + '\n',
  )
  writeFileSync(judged, lines.join('\n') + '\n')
  await trainBundle(await openSources([normal]), bundle, {
    masker: Masker.create(),
    detectors: ['series'],
    seriesNetwork: 'always',
    seriesNetworkEpochs: 1,
    budget: 0.02,
  })
}, 300_000)

async function scanned(): Promise<{ told: Finding[]; frames: JudgedFrame[] }> {
  const detector = await Detector.open(bundle)
  const frames: JudgedFrame[] = []
  const told: Finding[] = []
  function onBatch(_: string, batch: JudgedBatch): void {
    frames.push(...batch.frames)
  }
  for await (const finding of detector.scan(await openSources([judged]), { onBatch })) told.push(finding)
  await detector.close()
  return { told, frames }
}

test('a bundle holds the ensemble and the network over series, which judge minutes and tens of them', async () => {
  const { manifest, series, windows } = await loadBundle(bundle)
  expect(manifest.detectors).toMatchObject({ series: { trained: true }, seriesNetwork: { trained: true } })
  expect(series.map(({ name }) => name)).toEqual(['mscred', 'mscredNetwork'])
  expect(windows.others.map(({ name }) => name)).toEqual(['mscred', 'mscredNetwork'])
  const { frames } = await scanned()
  const [minutes, tens] = ['mscred', 'mscredNetwork'].map((name) => frames.filter((frame) => frame.detector === name))
  expect(minutes.length).toBeGreaterThan(100)
  expect(tens.length).toBe(Math.floor(minutes.length / 10))
  for (const { startTime, endTime } of minutes) expect(endTime - startTime).toBe(60_000)
  for (const { startTime, endTime } of tens) expect(endTime - startTime).toBe(600_000)
}, 120_000)

test('a burst is told with its series and with lines of its minute', async () => {
  const { told } = await scanned()
  const burst = told.find(({ detectors }) => detectors.some(({ name }) => name === 'mscred'))!
  expect(burst.detectors.map(({ name }) => name)).toContain('mscred')
  const place = burst.evidence.findIndex(({ kind }) => kind === 'series')
  expect(burst.evidence[place]).toMatchObject({ kind: 'series', direction: 'up' })
  const shown = burst.lines.filter(({ evidence }) => evidence === place)
  for (const { lineNo, text } of burst.lines) expect(text).toBe(lines[lineNo])
  for (const { lineNo } of shown) expect(burst.firstLine).toBeLessThanOrEqual(lineNo)
}, 120_000)

test.each([[[61]], [[3, 200, 17]]])(
  'lines that come little by little (%j) give the same, with the state saved in between',
  async (sizes) => {
    const { told } = await scanned()
    let detector = await Detector.open(bundle)
    const findings: Finding[] = []
    for (let from = 0, turn = 0; from < lines.length; turn++) {
      const size = sizes[turn % sizes.length]
      findings.push(...(await detector.push(lines.slice(from, from + size), { source: judged, ...NOW })))
      from += size
      if (turn % 4 !== 3) continue
      const saved = JSON.parse(JSON.stringify(await detector.snapshot(judged))) as SourceSnapshot
      await detector.close()
      detector = await Detector.open(bundle)
      await detector.restore(saved)
    }
    findings.push(...(await detector.end(judged)))
    await detector.close()
    expect(told.length).toBeGreaterThan(0)
    expect(findings).toEqual(told)
  },
  240_000,
)
