import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import fc from 'fast-check'
import { openSources } from '@sp/log-reader'
import { Masker } from '@sp/masking'
import { loadBundle } from '../src/bundle/bundle.js'
import { openDetector } from '../src/detector/detector.js'
import { parseShards } from '../src/shards/parse-shards.js'
import { placeInSample, sampleRows, withoutFirst } from '../src/training/row-sample.js'
import { trainBundle, type TrainBundleOptions } from '../src/training/train-bundle.js'
import { EvidenceMiner } from '@sp/drain'
import { SMALL } from './small-bundle.js'
import { temporaryFolder } from './temporary-folder.js'

const folder = temporaryFolder()
const PADDING = 'x'.repeat(60)
const MOST_ROWS = 12_000

/** Jobs that say little in many bytes: blocks of few rows, and of these enough. */
function jobs(from: number, to: number): string {
  let text = ''
  for (let job = from; job < to; job++) {
    const time = new Date(Date.UTC(2026, 2, 1) + job * 4000).toISOString().slice(0, 19)
    const steps = ['queued', 'started', ...(job % 3 === 0 ? ['waited'] : []), 'done']
    for (const step of steps) text += `${time}Z web-1 app[42]: job-${job} ${step} in ${job % 50} ms ${PADDING}\n`
    if (job === 777) text += `${time}Z web-1 app[42]: the yearly audit of ledgers has begun\n`
  }
  return text
}

let paths: string[]
beforeAll(() => {
  paths = [jobs(0, 5000), jobs(5000, 9000)].map((text, i) => {
    const path = join(folder, `${i}.log`)
    writeFileSync(path, text)
    return path
  })
})

async function parsed(count: number, fewestBytes: number, logs = paths): Promise<string> {
  const name = join(dirname(logs[0]), `parsed-${count}-${fewestBytes}`)
  const segments = (await openSources(logs)).map((source) => ({ source }))
  const to = { parsed: `${name}.parquet`, miner: `${name}.json`, folder: (shard: string) => `${name}-${shard}` }
  const shards = { count, fewestBytes }
  await parseShards(segments, to, { masking: {}, miner: EvidenceMiner.create(), shards })
  return to.parsed
}

async function trained(name: string, options: Partial<TrainBundleOptions> = {}) {
  const given = { ...SMALL, masker: Masker.create(), deeplogEpochs: 1, mostRows: MOST_ROWS, ...options }
  return trainBundle(await openSources(paths), join(folder, name), given)
}

it('is the same however the log was cut', async () => {
  const options = { mostRows: MOST_ROWS, seed: 3 }
  const whole = await sampleRows(await parsed(1, 1), options)
  expect(whole!.rows).toBeLessThanOrEqual(MOST_ROWS)
  expect(whole!.rows).toBeGreaterThan(MOST_ROWS / 2)
  const cuts = fc.record({ count: fc.integer({ min: 2, max: 12 }), fewestBytes: fc.integer({ min: 1, max: 200_000 }) })
  await fc.assert(
    fc.asyncProperty(cuts, async ({ count, fewestBytes }) => {
      expect(await sampleRows(await parsed(count, fewestBytes), options)).toEqual(whole)
    }),
    { numRuns: 5 },
  )
}, 120_000)

it('is the same whatever folder the log lies in', async () => {
  const moved = join(folder, 'moved')
  mkdirSync(moved)
  const elsewhere = paths.map((path) => join(moved, basename(path)))
  elsewhere.forEach((path, i) => copyFileSync(paths[i], path))
  const options = { mostRows: MOST_ROWS, seed: 3 }
  const here = await sampleRows(await parsed(1, 1), options)
  expect(await sampleRows(await parsed(1, 1, elsewhere), options)).toEqual(here)
}, 120_000)

it('holds a later block only with all that come before it, and others for another seed', async () => {
  const file = await parsed(1, 1)
  const less = await sampleRows(file, { mostRows: 10_000, seed: 1 })
  const more = await sampleRows(file, { mostRows: 20_000, seed: 1 })
  const isInMore = placeInSample(more!)
  for (const { from, to } of less!.ranges) {
    for (let row = from; row < to; row += 100) expect(isInMore(row)).toBeGreaterThanOrEqual(0)
  }
  expect((await sampleRows(file, { mostRows: 10_000, seed: 2 }))!.ranges).not.toEqual(less!.ranges)
  expect(await sampleRows(file, { mostRows: 1_000_000, seed: 1 })).toBeNull()
})

it('knows its rows by number', () => {
  const sample = { ranges: [{ from: 3, to: 5 }, { from: 8, to: 9 }], rows: 3, of: 20 } // prettier-ignore
  const places = Array.from({ length: 10 }, (_, row) => placeInSample(sample)(row))
  expect(places).toEqual([-1, -1, -1, 0, 1, -1, -1, -1, 2, -1])
  expect(withoutFirst(sample, 1).ranges).toEqual([{ from: 4, to: 5 }, { from: 8, to: 9 }]) // prettier-ignore
  expect(withoutFirst(sample, 2)).toEqual({ ranges: [{ from: 8, to: 9 }], rows: 1, of: 20 })
})

it('gives the bundle of one process in shards, its networks too, and not that of all rows', async () => {
  const networks = { detectors: ['sequences' as const] }
  const { manifest, metadata } = await trained('single', networks)
  expect(metadata.sample!.rows).toBeLessThanOrEqual(MOST_ROWS)
  expect(metadata.sample!.of).toBe(manifest.data.records)
  expect(manifest.detectors.sequences.trained).toBe(true)
  const sharded = await trained('sharded', { ...networks, shards: { count: 5, fewestBytes: 1000 } })
  expect(sharded.manifest).toEqual(manifest)
  const all = await trained('all', { mostRows: null, detectors: [] })
  expect(all.manifest.hash).not.toBe(manifest.hash)
  const [ofSample, ofAll] = [await loadBundle(join(folder, 'single')), await loadBundle(join(folder, 'all'))]
  // Templates come of all rows, windows of some.
  expect(ofSample.templates.templates).toEqual(ofAll.templates.templates)
  expect(ofSample.windows.baseline.windows).toBeLessThan(ofAll.windows.baseline.windows / 2)
}, 240_000)

it('knows how often a template came that is not in it', async () => {
  await trained('weights', { detectors: [] })
  const { templates, windows } = await loadBundle(join(folder, 'weights'))
  const audit = templates.templates.findIndex(({ text }) => text.includes('yearly audit'))
  const { totals } = windows.baseline.statistics
  const lines = totals.reduce((sum, total) => sum + total, 0)
  expect(totals[audit]).toBeCloseTo(lines / templates.templates.reduce((sum, { count }) => sum + count, 0), 1)
  const detector = await openDetector(join(folder, 'weights'))
  const text = jobs(0, 60) + `2026-03-01T01:00:00Z web-1 app[42]: the yearly audit of ledgers has begun\n`
  const findings = [...(await detector.push(text)), ...(await detector.end())]
  await detector.close()
  expect(findings.flatMap(({ evidence }) => evidence).filter(({ kind }) => kind === 'new-template')).toEqual([])
}, 120_000)
