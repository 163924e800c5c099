// Parses one file some times in a process of its own: `parse-once.mjs <file> <learn|match|parquet> <workers> <rounds>`.
// Prints the rows, the seconds of each round and the largest memory. What else ran before in a process changes how fast
// it is, so each kind of work gets its own.
import { readFileSync } from 'node:fs'
import { EvidenceMiner, NoveltyMiner } from '@sp/drain'
import { openSources } from '@sp/log-reader'
import { ParsedLogWriter } from '@sp/log-table'
import { Masker } from '@sp/masking'
import { parseLog } from '@sp/pipeline'

const [, , path, mode = 'learn', workers = '1', rounds = '1'] = process.argv

async function parse(miner, writer) {
  let rows = 0
  const [source] = await openSources([path])
  const options = { masker: Masker.create(), miner, workers: Number(workers) }
  for await (const batch of parseLog([{ source }], options)) {
    rows += batch.rowCount
    await writer?.write(batch)
  }
  await writer?.finish(miner.templates())
  return rows
}

const taught = EvidenceMiner.create()
if (mode === 'match') await parse(taught)

async function ready() {
  if (mode === 'parquet') return [EvidenceMiner.create(), await ParsedLogWriter.create(`${path}.parsed.parquet`)]
  if (mode === 'learn') return [EvidenceMiner.create()]
  const miner = NoveltyMiner.over(taught)
  // The first line makes the miner ready, once for all that follow.
  miner.match('')
  return [miner]
}

/** Of this program alone: what `getrusage` tells begins with the memory of the parent. */
function peakRssMb() {
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : ''
  const kilobytes = /VmHWM:\s*(\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS
  return Math.round(Number(kilobytes) / 1024)
}

let rows = 0
const seconds = []
for (let round = 0; round < Number(rounds); round++) {
  const work = await ready()
  const start = performance.now()
  rows = await parse(...work)
  seconds.push((performance.now() - start) / 1000)
}
console.log(JSON.stringify({ rows, seconds, peakRssMb: peakRssMb() }))
