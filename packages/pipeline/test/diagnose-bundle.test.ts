import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSources } from '@sp/log-reader'
import { loadBundle } from '../src/bundle/bundle.js'
import { dataIdentity, diagnoseBundle } from '../src/diagnose/diagnose-bundle.js'
import { findBundles } from '../src/diagnose/find-bundles.js'
import { normalisationCheck } from '../src/diagnose/normalisation-check.js'
import { jobLines, trainSmall, writeJobs } from './small-bundle.js'
import { temporaryFolder } from './temporary-folder.js'

const folder = temporaryFolder()
let bundle: string
beforeAll(async () => {
  bundle = await trainSmall(folder)
}, 120_000)

async function checksOf(path: string, logs: readonly string[] = []) {
  const { checks } = await diagnoseBundle(path, { log: logs.length > 0 ? await openSources(logs) : [] })
  return Object.fromEntries(checks.map((check) => [check.what, check]))
}

test('a good bundle is well in every respect, with figures', async () => {
  const checks = await checksOf(bundle)
  expect(Object.values(checks).filter(({ isFine }) => !isFine)).toEqual([])
  expect(checks.mapping.found).toMatch(/^(\d+) of \1 templates find themselves$/)
  expect(checks.vocabulary.found).toContain('in the sessions of training')
  expect(checks['error distribution'].found).toContain('threshold')
  expect(Object.keys(checks)).toEqual(
    expect.arrayContaining(['whole', 'normalisation', 'flagged in sample', 'sequences']),
  )
})

test('the log of training is recognised, whatever it is called, and a strange log as strange', async () => {
  const copy = join(folder, 'copy.log')
  cpSync(join(folder, 'normal.log'), copy)
  const own = await checksOf(bundle, [copy])
  expect(own['identity of the log']).toMatchObject({ isFine: false, found: 'it is the very log of training' })
  const strange = jobLines(0, 100).map((line) => line.replace(/job-.*/, 'nothing of this was ever seen'))
  const other = await checksOf(bundle, [writeJobs(folder, 'strange.log', strange)])
  expect(other['identity of the log'].isFine).toBe(true)
  expect(other['unknown in the log'].isFine).toBe(false)
})

test('a damaged bundle is a finding that names the member', async () => {
  const damaged = join(folder, 'damaged')
  cpSync(bundle, damaged, { recursive: true })
  const member = join(damaged, 'vocab.json')
  writeFileSync(member, readFileSync(member, 'utf8') + ' ')
  const { checks, isWhole } = await diagnoseBundle(damaged)
  expect(isWhole).toBe(false)
  expect(checks).toEqual([
    { what: 'whole', found: expect.stringContaining('vocab.json was changed') as string, isFine: false },
  ])
})

test('bundles are found in a folder, and twins and siblings among them are named', async () => {
  cpSync(bundle, join(folder, 'many', 'twin'), { recursive: true })
  const sibling = await trainSmall(join(folder, 'many', 'x'), { detectors: [] })
  cpSync(sibling, join(folder, 'many', 'sibling'), { recursive: true })
  const found = await findBundles(join(folder, 'many'))
  expect(found).toEqual([join(folder, 'many', 'sibling'), join(folder, 'many', 'twin')])
  expect(await findBundles(bundle)).toEqual([bundle])
  expect(await findBundles(join(folder, 'normal.log'))).toEqual([])
  const said = (await dataIdentity([bundle, ...found])).map((check) => check.found)
  expect(said).toEqual([
    `${found[0]} learned from the same logs as ${bundle}`,
    `${found[1]} is the same bundle as ${bundle}`,
  ])
})

test('rates that the last normal lines do not have any more show in the normalisation', async () => {
  const loaded = await loadBundle(bundle)
  const withoutBeats = loaded.sample!.split('\n').filter((line, i) => !line.includes('beat') || i % 20 === 0)
  const check = await normalisationCheck({ ...loaded, sample: withoutBeats.join('\n') })
  expect(check).toMatchObject({ isFine: false, found: expect.stringContaining('disks are well') as string })
})
