import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSources } from '@sp/log-reader'
import { Masker } from '@sp/masking'
import { loadBundle } from '../src/bundle/bundle.js'
import { trainBundle } from '../src/training/train-bundle.js'
import { updateBundle } from '../src/training/update-bundle.js'
import { measureBundle } from '../src/validate/measure-bundle.js'

const folder = mkdtempSync(join(tmpdir(), 'update-'))
afterAll(() => rmSync(folder, { recursive: true }))

const OPTIONS = {
  masker: Masker.create(),
  deeplogWindow: 10,
  deeplogEpochs: 20,
  budget: 0.02,
  sessionBudget: 0.05,
  sessionKey: 'job-\\d+',
}

/** A log of jobs, one after the other; later ones are checked too where `withChecks`. */
function write(name: string, from: number, to: number, withChecks: boolean): string {
  const lines: string[] = []
  for (let job = from; job < to; job++) {
    const steps = ['queued', 'started', ...Array.from({ length: 1 + (job % 3) }, () => 'wrote a block'), 'done']
    if (withChecks && job % 2 === 0) steps.splice(-1, 0, 'verified its checksum')
    for (const [i, step] of steps.entries()) {
      const time = new Date(Date.UTC(2026, 2, 1) + 60_000 * job + 7_000 * i).toISOString()
      lines.push(`${time.slice(0, 19)}Z web-1 app[42]: job-${job} ${step} in ${(job * 7 + i) % 50} ms`)
    }
  }
  const path = join(folder, name)
  writeFileSync(path, lines.join('\n') + '\n')
  return path
}

const old = write('old.log', 0, 400, false)
const fresh = write('fresh.log', 400, 800, true)
const later = write('later.log', 800, 1000, true)

describe.each([
  ['without networks', ['lines' as const]],
  ['with sequences', ['lines' as const, 'sequences' as const]],
])('a bundle that learns more, %s', (name, detectors) => {
  const path = join(folder, name)

  it('takes what is new for normal, keeps the old bundle, and remembers both', async () => {
    const before = await trainBundle(await openSources([old]), path, { ...OPTIONS, detectors })
    const strange = await measureBundle(await loadBundle(path), await openSources([later]))
    expect(strange.unknown).toBeGreaterThan(0.05)

    const updated = await updateBundle(await openSources([fresh]), path)
    expect(updated).toMatchObject({ oldRecords: 1999, newRecords: 2200, newTemplates: 1 })
    expect(updated.manifest.hash).not.toBe(before.manifest.hash)
    expect((await loadBundle(updated.backup!)).manifest.hash).toBe(before.manifest.hash)
    const bundle = await loadBundle(path)
    expect(bundle.manifest.data.records).toBe(1999 + 2200)
    if (detectors.includes('sequences' as never)) expect(updated.sequences).toMatchObject({ newEvents: 1 })

    const known = await measureBundle(bundle, await openSources([later]))
    expect(known.unknown).toBeLessThan(0.02)
    expect(known.flaggedWindows).toBeLessThan(strange.flaggedWindows)
  }, 120_000)

  it('is the same whether the training was interrupted or not', async () => {
    const again = join(folder, `${name} again`)
    await trainBundle(await openSources([old]), again, { ...OPTIONS, detectors })
    const stop = new AbortController()
    const stopped = updateBundle(await openSources([fresh]), again, {
      signal: stop.signal,
      onProgress: ({ step }) => (step === 'counting' ? stop.abort(new Error('stopped')) : undefined),
    })
    await expect(stopped).rejects.toThrow('stopped')
    const { manifest } = await updateBundle(await openSources([fresh]), again)
    expect(manifest.hash).toBe((await loadBundle(path)).manifest.hash)
  }, 120_000)
})

it('a bundle that remembers nothing is not updated', async () => {
  const path = join(folder, 'forgetful')
  await trainBundle(await openSources([old]), path, { ...OPTIONS, detectors: [], history: false, sample: false })
  expect(existsSync(join(path, 'history.parquet'))).toBe(false)
  await expect(updateBundle(await openSources([fresh]), path)).rejects.toMatchObject({ code: 'bad-bundle' })
})
