import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSources } from '@sp/log-reader'
import { readManifest } from '../src/bundle/bundle-folder.js'
import { hybridPipeline } from '../src/deploy/hybrid-pipeline.js'
import { jobLines, SMALL, writeJobs } from './small-bundle.js'
import { temporaryFolder } from './temporary-folder.js'

const folder = temporaryFolder()

test('one call trains and exports; what failed leaves the earlier deployment', async () => {
  const out = join(folder, 'out')
  const normal = writeJobs(folder, 'normal.log', jobLines(0, 300))
  const results = await hybridPipeline(await openSources([normal]), out, { ...SMALL, convert: { portable: true } })
  expect(readdirSync(out).sort()).toEqual(['bundle', 'deployment', 'pipeline_results.json'])
  expect(JSON.parse(readFileSync(join(out, 'pipeline_results.json'), 'utf8'))).toEqual(results)
  const meta = JSON.parse(readFileSync(join(out, 'deployment', 'deeplog.onnx.meta.json'), 'utf8'))
  expect(meta.bundle_hash).toBe((await readManifest(join(out, 'bundle'))).hash)
  expect(results.reused).toBe(false)

  const again = await hybridPipeline(await openSources([normal]), out, { ...SMALL, reuse: true })
  expect(again).toMatchObject({ reused: true, bundleHash: results.bundleHash })

  const before = readFileSync(join(out, 'deployment', 'conversion_summary.json'))
  const blind = hybridPipeline(await openSources([normal]), out, { ...SMALL, detectors: [] })
  await expect(blind).rejects.toMatchObject({ code: 'bad-bundle' })
  expect(readFileSync(join(out, 'deployment', 'conversion_summary.json'))).toEqual(before)
}, 120_000)

test('a folder that holds something else is refused before the training', async () => {
  const out = join(folder, 'mine')
  mkdirSync(join(out, 'deployment'), { recursive: true })
  writeFileSync(join(out, 'deployment', 'diary.txt'), 'dear')
  const steps: string[] = []
  const normal = writeJobs(folder, 'normal.log', jobLines(0, 300))
  const run = hybridPipeline(await openSources([normal]), out, { ...SMALL, onProgress: ({ step }) => steps.push(step) })
  await expect(run).rejects.toMatchObject({ code: 'bad-bundle' })
  expect(steps).toEqual([])
})
