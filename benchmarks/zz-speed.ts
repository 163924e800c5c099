import { loadBundle, Detector, inferIntoFolder, writeOutput, parseLog } from '@sp/pipeline'
import { openSources } from '@sp/log-reader'
const [bundlePath, log, rounds = '3', what = 'all'] = process.argv.slice(2)
const bundle = await loadBundle(bundlePath)
for (let r = 0; r < +rounds; r++) {
  if (what !== 'infer') {
    const d = await Detector.open(bundle)
    const t = performance.now()
    let n = 0
    for await (const f of d.scan(await openSources([log]), { workers: +(process.env.W ?? 1) })) n++
    const s = (performance.now() - t) / 1000
    const { lines } = d.stats()
    console.log('scan', n, 'findings', lines, 'lines', s.toFixed(2), 's', Math.round(lines / s), 'lines/s', Math.round(process.memoryUsage().rss / 1e6), 'MB')
    await d.close()
  }
  if (what !== "scan") {
    const t = performance.now()
    const { result } = await writeOutput('/tmp/scratch/speed-out', async (folder) => inferIntoFolder(folder, bundle, await openSources([log]), { workers: +(process.env.W ?? 1) }))
    const s = (performance.now() - t) / 1000
    console.log('infer', s.toFixed(2), Math.round(result.summary.lines / s))
  }
}
