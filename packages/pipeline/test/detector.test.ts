import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { openSources } from '@sp/log-reader'
import type { Finding } from '@sp/log-table'
import { Masker } from '@sp/masking'
import { readManifest } from '../src/bundle/bundle-folder.js'
import { Detector } from '../src/detector/detector.js'
import type { SourceSnapshot } from '../src/detector/detector-types.js'
import { trainBundle, type TrainBundleOptions } from '../src/training/train-bundle.js'
import { trainingFolder } from '../src/training/training-state.js'
import { VERSION } from '../src/version.js'

const EXAMPLES = fileURLToPath(new URL('../../../examples/logs/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'detector-'))
const bundle = join(folder, 'bundle')
const [normal, judged] = ['normal.log', 'judged.log'].map((name) => join(folder, name))
const OPTIONS = {
  masker: Masker.create(),
  deeplogWindow: 10,
  deeplogEpochs: 1,
  seriesNetwork: 'never' as const,
  budget: 0.02,
  sessionBudget: 0.05,
}
/** Networks take seconds to train. */
const WITHOUT_NETWORKS = { detectors: ['lines' as const] }

function linesOf(name: string, from: number, to: number): string[] {
  return readFileSync(EXAMPLES + name, 'utf8')
    .split('\n')
    .slice(from, to)
}

async function trained(path: string, options: Partial<TrainBundleOptions> = {}) {
  return trainBundle(await openSources([normal]), path, { ...OPTIONS, ...options })
}

async function scanned(path: string): Promise<Finding[]> {
  const detector = await Detector.open(bundle)
  const findings: Finding[] = []
  for await (const finding of detector.scan(await openSources([path]))) findings.push(finding)
  await detector.close()
  return findings
}

function hashOfFolder(path: string): string {
  const hash = createHash('sha256')
  for (const name of readdirSync(path).sort()) hash.update(name).update(readFileSync(join(path, name)))
  return hash.digest('hex')
}

beforeAll(async () => {
  writeFileSync(normal, linesOf('normal.log', 0, 4000).join('\n') + '\n')
  writeFileSync(judged, linesOf('suspicious.log', 0, 1800).join('\n') + '\n')
  await trained(bundle)
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true }))

describe('a detector with a bundle', () => {
  let whole: Finding[]
  let lines: string[]
  beforeAll(async () => {
    whole = await scanned(judged)
    lines = readFileSync(judged, 'utf8').split('\n').slice(0, -1)
  })

  it('finds what is strange, with reasons and raw lines', () => {
    expect(whole.length).toBeGreaterThan(3)
    for (const { lines: shown, detectors, evidence, pValue, score } of whole) {
      expect(detectors.length).toBeGreaterThan(0)
      expect(evidence.length).toBeGreaterThan(0)
      expect(pValue).toBeLessThanOrEqual(0.1)
      expect(score).toBeGreaterThan(0)
      for (const { lineNo, text } of shown) expect(lines[lineNo]).toBe(text)
    }
    expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length)
    expect(whole.some(({ evidence }) => evidence.some(({ kind }) => kind === 'new-template'))).toBe(true)
  })

  it('finds the same in lines that come little by little, wherever its state is saved', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(12), { maxLength: 3 }),
        async (sizes, stops) => {
          let detector = await Detector.open(bundle)
          const findings: Finding[] = []
          for (let from = 0, turn = 0; from < lines.length; turn++) {
            const size = sizes[turn % sizes.length]
            findings.push(
              ...(await detector.push(lines.slice(from, from + size), { source: judged, nowMs: Date.UTC(2026, 5, 1) })),
            )
            from += size
            if (!stops.includes(turn)) continue
            const saved = JSON.parse(JSON.stringify(await detector.snapshot(judged))) as SourceSnapshot
            await detector.close()
            detector = await Detector.open(bundle)
            await detector.restore(saved)
          }
          findings.push(...(await detector.end(judged)))
          expect(detector.stats()).toMatchObject({ lines: lines.length, findings: whole.length })
          await detector.close()
          expect(findings).toEqual(whole)
        },
      ),
      { numRuns: 6 },
    )
  })

  it('judges each source by itself', async () => {
    const detector = await Detector.open(bundle)
    const findings: Finding[] = []
    for (let from = 0; from < lines.length; from += 70) {
      for (const source of [judged, 'other']) {
        const pushed = await detector.push(lines.slice(from, from + 70), { source, nowMs: Date.UTC(2026, 5, 1) })
        findings.push(...pushed)
      }
    }
    findings.push(...(await detector.end()))
    expect(findings.filter(({ source }) => source === judged)).toEqual(whole)
    expect(detector.sources()).toEqual([])
    await detector.close()
  })

  it('goes on with another bundle without losing a line', async () => {
    const detector = await Detector.open(bundle)
    await detector.push(lines.slice(0, 700), { source: judged })
    await detector.swap(bundle)
    await detector.push(lines.slice(700), { source: judged })
    await detector.end()
    expect(detector.stats().records).toBe(lines.length)
    await detector.close()
  })

  it('never changes its bundle', async () => {
    const before = hashOfFolder(bundle)
    await scanned(judged)
    expect(hashOfFolder(bundle)).toBe(before)
  })

  it('refuses the state of another bundle', async () => {
    const detector = await Detector.open(bundle)
    await detector.push(lines.slice(0, 100))
    const saved = (await detector.snapshot('-'))!
    await expect(detector.restore({ ...saved, bundle: 'f'.repeat(64) })).rejects.toMatchObject({ code: 'bad-state' })
    expect(await detector.snapshot('nobody')).toBeNull()
    await detector.close()
  })
})

describe('training a bundle', () => {
  it('gives the same bundle again', async () => {
    const first = await readManifest(bundle)
    expect(first.detectors).toMatchObject({ sequences: { trained: true }, lines: { trained: true } })
    expect((await trained(join(folder, 'again'))).manifest.hash).toBe(first.hash)
  }, 120_000)

  it('leaves a bundle of the same logs and settings as it is when asked to, a damaged one or another not', async () => {
    const path = join(folder, 'reused')
    const first = await trained(path, WITHOUT_NETWORKS)
    expect(first.reused).toBe(false)
    const again = await trained(path, { ...WITHOUT_NETWORKS, reuse: true })
    expect(again).toMatchObject({ reused: true, manifest: { hash: first.manifest.hash } })
    expect((await trained(path, { ...WITHOUT_NETWORKS, stride: 40, reuse: true })).reused).toBe(false)
    writeFileSync(join(path, 'vocab.json'), '{}')
    expect((await trained(path, { ...WITHOUT_NETWORKS, stride: 40, reuse: true })).reused).toBe(false)
  })

  it('gives another bundle for other settings or other logs', async () => {
    const { manifest } = await trained(join(folder, 'first'), WITHOUT_NETWORKS)
    expect(manifest.detectors.sequences).toEqual({ trained: false, why: 'it was not asked for' })
    const other = await trained(join(folder, 'other'), { ...WITHOUT_NETWORKS, stride: 50 })
    expect(other.manifest.hash).not.toBe(manifest.hash)
    const judgedAsNormal = await trainBundle(await openSources([judged]), join(folder, 'of-others'), {
      ...OPTIONS,
      ...WITHOUT_NETWORKS,
    })
    expect(judgedAsNormal.manifest.hash).not.toBe(manifest.hash)
  })

  it.each(['counting', 'gathering lines'])(
    'goes on where it was stopped while %s, and leaves nothing beside the bundle',
    async (stoppedAt) => {
      const path = join(folder, `stopped ${stoppedAt}`)
      const stop = new AbortController()
      const stopped = trained(path, {
        ...WITHOUT_NETWORKS,
        signal: stop.signal,
        onProgress: ({ step }) => (step === stoppedAt ? stop.abort(new Error('stopped')) : undefined),
      })
      await expect(stopped).rejects.toThrow('stopped')
      expect(readdirSync(folder)).not.toContain(`stopped ${stoppedAt}`)
      expect(readdirSync(trainingFolder(path))).toContain('state.json')
      const { manifest, metadata } = await trained(path, WITHOUT_NETWORKS)
      expect(metadata.steps.map(({ name, resumed }) => [name, resumed])).toEqual([
        ['parse', true],
        ['windows', false],
      ])
      expect(manifest.hash).toBe((await trained(join(folder, 'unstopped'), WITHOUT_NETWORKS)).manifest.hash)
      expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([])
    },
  )

  it('leaves out sequences where there are too few, and says why', async () => {
    const few = join(folder, 'few.log')
    writeFileSync(
      few,
      Array.from(
        { length: 600 },
        (_, i) =>
          `Mar  1 00:${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')} web app: step ${i % 3} done\n`,
      ).join(''),
    )
    const { manifest } = await trainBundle(await openSources([few]), join(folder, 'small'), OPTIONS)
    expect(manifest.detectors.sequences).toEqual({ trained: false, why: expect.stringContaining('sessions') as string })
    const detector = await Detector.open(join(folder, 'small'))
    expect(await detector.push('Mar  1 01:00:00 web app: step 1 done')).toEqual([])
    await detector.close()
  })

  it('refuses settings out of range, and a name that something else has', async () => {
    await expect(trained(join(folder, 'x'), { budget: 2 })).rejects.toMatchObject({ code: 'bad-options' })
    await expect(trained(normal)).rejects.toMatchObject({ code: 'bad-bundle' })
  })

  it('names its version', () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    expect(VERSION).toBe(version)
  })
})
