import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { Drain, EvidenceMiner } from '@sp/drain'
import { openSources } from '@sp/log-reader'
import { Masker } from '@sp/masking'
import { mergeShards } from '../src/shards/merge-shards.js'
import { mineShard, type ShardJob } from '../src/shards/mine-shard.js'
import { planShards } from '../src/shards/plan-shards.js'
import { trainBundle, type TrainBundleOptions } from '../src/training/train-bundle.js'
import { trainingFolder } from '../src/training/training-state.js'
import { jobLines, SMALL } from './small-bundle.js'
import { temporaryFolder } from './temporary-folder.js'

const EXAMPLE = fileURLToPath(new URL('../../../examples/logs/normal.log', import.meta.url))
const folder = temporaryFolder()
const OPTIONS = { masker: Masker.create(), budget: 0.02, detectors: ['lines' as const] }

function write(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

async function trained(paths: readonly string[], name: string, options: Partial<TrainBundleOptions> = {}) {
  return trainBundle(await openSources(paths), join(folder, name), { ...OPTIONS, ...options })
}

function lines(from: number, to: number): string {
  return readFileSync(EXAMPLE, 'utf8').split('\n').slice(from, to).join('\n') + '\n'
}

describe('a corpus in shards', () => {
  let paths: string[]
  beforeAll(() => {
    mkdirSync(join(folder, 'logs'))
    paths = [
      write('logs/one.log', lines(0, 2500)),
      write('logs/two.log.gz', gzipSync(lines(2500, 3200))),
      write('logs/three.log', lines(3200, 4800)),
    ]
  })

  function single() {
    return trained(paths, 'single', { reuse: true })
  }

  it('is cut by file and by range of bytes, nothing left out and nothing twice', async () => {
    const sources = await openSources(paths)
    for (const count of [1, 2, 3, 5, 8, 50]) {
      const shards = await planShards(sources, { count, fewestBytes: 1000 })
      expect(shards.map(({ index }) => index)).toEqual(shards.map((_, i) => i))
      expect(shards.length).toBeLessThanOrEqual(count)
      const ends = sources.map(() => 0)
      for (const { source, fromByte, toByte } of shards.flatMap(({ pieces }) => pieces)) {
        expect(fromByte).toBe(ends[source])
        ends[source] = toByte ?? Infinity
      }
      expect(ends).toEqual(sources.map(() => Infinity))
    }
  })

  it.each([2, 3, 7])(
    'gives the bundle of one process, cut into %i',
    async (count) => {
      const { manifest } = await single()
      const sharded = await trained(paths, `in ${count}`, { shards: { count, fewestBytes: 1000 } })
      expect(sharded.manifest.hash).toBe(manifest.hash)
      expect(sharded.metadata.sources).toEqual((await single()).metadata.sources)
    },
    60_000,
  )

  it('gives the bundle of one process with its networks', async () => {
    const path = write('jobs.log', jobLines(0, 400).join('\n') + '\n')
    const options = { ...SMALL, detectors: undefined }
    const { manifest } = await trained([path], 'jobs', options)
    expect(manifest.detectors.sequences.trained).toBe(true)
    const sharded = await trained([path], 'jobs in shards', { ...options, shards: { count: 4, fewestBytes: 1000 } })
    expect(sharded.manifest).toEqual(manifest)
  }, 120_000)

  it('knows the year of a shard only by those before it', async () => {
    const long = Array.from({ length: 900 }, (_, i) => {
      const time = new Date(Date.UTC(2024, 10, 1) + i * 3 * 3600_000).toUTCString().split(' ')
      return `${time[2]} ${String(Number(time[1])).padStart(2)} ${time[4]} web app[1]: step ${i % 7} of ${i} is done`
    })
    const path = write('two-years.log', long.join('\n') + '\n')
    const reading = { year: 2024 }
    const { manifest } = await trained([path], 'years', { reading })
    expect(new Date(manifest.data.lastTime!).getUTCFullYear()).toBe(2025)
    const sharded = await trained([path], 'years in shards', { reading, shards: { count: 6, fewestBytes: 1000 } })
    expect(sharded.manifest).toEqual(manifest)
  }, 60_000)

  it('goes on with the shards that an earlier run has left', async () => {
    const name = 'stopped'
    const mined: number[] = []
    async function failing(job: ShardJob) {
      if (job.shard.index === 2) throw new Error('the machine is gone')
      mined.push(job.shard.index)
      return JSON.parse(JSON.stringify(await mineShard(job)))
    }
    const shards = { count: 4, ahead: 1, fewestBytes: 1000 }
    await expect(trained(paths, name, { shards: { ...shards, mine: failing } })).rejects.toThrow('the machine is gone')
    expect(mined).toEqual([0, 1])
    expect(readdirSync(trainingFolder(join(folder, name)))).toContain('shard-0-of-4.json')
    const later: number[] = []
    async function counting(job: ShardJob) {
      later.push(job.shard.index)
      return mineShard(job)
    }
    const { manifest } = await trained(paths, name, { shards: { ...shards, mine: counting } })
    expect(later).toEqual([2, 3])
    expect(manifest.hash).toBe((await single()).manifest.hash)
  }, 60_000)

  it('refuses what no shard can do by itself', async () => {
    const [source] = await openSources(paths)
    const shards = { count: 2 }
    async function refuses(logs: Parameters<typeof trainBundle>[0], options: Partial<TrainBundleOptions>) {
      const training = trainBundle(logs, join(folder, 'x'), { ...OPTIONS, shards, ...options })
      await expect(training).rejects.toMatchObject({ code: 'bad-options' })
    }
    await refuses([{ source, toLine: 100 }], {})
    await refuses([source], { miner: Drain.create() })
    await refuses([source], { shards: { count: 0 } })
    await refuses([source], { reading: { formats: [] } })
  })
})

it('miners of parts of a log, merged, are the miner of the whole', () => {
  const word = fc.constantFrom('job', 'started', 'done', 'a1', 'a2', '7', '<NUM>', 'host-3', '"x"')
  const messages = fc.array(fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(' ')))
  fc.assert(
    fc.property(fc.array(messages, { minLength: 1, maxLength: 4 }), (parts) => {
      const whole = EvidenceMiner.create()
      for (const message of parts.flat()) whole.learn(message)
      const snapshots = parts.map((part) => {
        const miner = EvidenceMiner.create()
        for (const message of part) miner.learn(message)
        return miner.snapshot()
      })
      expect(mergeShards(snapshots).snapshot()).toEqual(whole.snapshot())
    }),
  )
})
