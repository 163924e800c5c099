// Parses one file and prints its rows, the seconds and the largest memory it took: `parse-once.mjs <file> [workers]`.
import { EvidenceMiner } from '@sp/drain'
import { openSources } from '@sp/log-reader'
import { Masker } from '@sp/masking'
import { parseLog } from '@sp/pipeline'

const [, , path, workers = '1'] = process.argv
const [source] = await openSources([path])
const start = performance.now()
let rows = 0
const parse = parseLog([{ source }], {
  masker: Masker.create(),
  miner: EvidenceMiner.create(),
  workers: Number(workers),
})
for await (const batch of parse) rows += batch.rowCount
const seconds = (performance.now() - start) / 1000
console.log(JSON.stringify({ rows, seconds, peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024) }))
