import { join } from 'node:path'
import { openSources } from '@sp/log-reader'
import { loadBundle } from '../src/bundle/bundle.js'
import { trainBundle } from '../src/training/train-bundle.js'
import { measureBundle, textSource } from '../src/validate/measure-bundle.js'
import { jobLines, SMALL, writeJobs } from './small-bundle.js'
import { temporaryFolder } from './temporary-folder.js'

const folder = temporaryFolder()
const WITHOUT_NETWORKS = { ...SMALL, detectors: ['lines' as const] }

test('a bundle of logs in two formats keeps a sample that it knows as its own', async () => {
  const iso = writeJobs(folder, 'a.log', jobLines(0, 300))
  const syslog = jobLines(300, 500).map((line) => line.replace(/^\S+/, 'Mar  3 10:00:00').replace('job', 'task'))
  const few = jobLines(500, 510)
  const paths = [iso, writeJobs(folder, 'b.log', syslog), writeJobs(folder, 'c.log', few)]
  const path = join(folder, 'bundle')
  await trainBundle(await openSources(paths), path, WITHOUT_NETWORKS)
  const bundle = await loadBundle(path)
  expect(bundle.sample).toBe(syslog.join('\n') + '\n')
  const { unknown } = await measureBundle(bundle, [textSource('sample', bundle.sample!)])
  expect(unknown).toBe(0)
})

test('of one format it is the last lines, of whatever source', async () => {
  const [first, second] = [jobLines(0, 300), jobLines(300, 310)]
  const paths = [writeJobs(folder, 'd.log', first), writeJobs(folder, 'e.log', second)]
  const path = join(folder, 'of-one')
  await trainBundle(await openSources(paths), path, WITHOUT_NETWORKS)
  expect((await loadBundle(path)).sample).toBe([...first, ...second].join('\n') + '\n')
})
