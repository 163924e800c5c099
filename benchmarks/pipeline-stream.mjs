// A process that pushes lines into a detector as a service would: `pipeline-stream.mjs <bundle> <log> <lines>`.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { openDetector } from '@sp/pipeline'

const [bundlePath, log, wanted] = process.argv.slice(2)
const BATCH = 100
const DAY = 86_400_000
/** Lines before the first measurement: what is compiled while it runs is no property of a stream. */
const WARM_UP = 200_000

const total = Number(wanted)
const detector = await openDetector(bundlePath)
const milliseconds = new Float64Array(Math.ceil(total / BATCH) + 1)
const rss = []
let [pushed, batches, findings] = [0, 0, 0]

for (let round = 0; pushed < total; round++) {
  let batch = []
  for await (const line of createInterface({ input: createReadStream(log) })) {
    batch.push(ofRound(line, round))
    if (batch.length < BATCH) continue
    const begin = performance.now()
    findings += (await detector.push(batch, { source: 'stream' })).length
    milliseconds[batches++] = performance.now() - begin
    pushed += batch.length
    batch = []
    if (batches % 1000 === 0) rss.push(process.memoryUsage().rss / 1e6)
    if (pushed >= total) break
  }
}
await detector.close()
const measured = milliseconds.subarray(Math.min(WARM_UP, total / 2) / BATCH, batches).sort()
const seconds = measured.reduce((sum, ms) => sum + ms, 0) / 1000
console.log(
  JSON.stringify({
    lines: pushed,
    findings,
    linesPerSecond: (measured.length * BATCH) / seconds,
    p50Ms: measured[Math.floor(measured.length / 2)],
    p99Ms: measured[Math.floor(measured.length * 0.99)],
    worstMs: measured[measured.length - 1],
    rssMb: Math.max(...rss),
    rssMbAtQuarters: [0.25, 0.5, 0.75, 1].map((part) => Math.round(rss[Math.ceil(rss.length * part) - 1])),
  }),
)

/** The log goes on with the next round: two days later, and with other blocks. */
function ofRound(line, round) {
  if (round === 0) return line
  const day = new Date(Date.UTC(2008, 10, Number(line.slice(4, 6))) + 2 * round * DAY)
  const date = [day.getUTCFullYear() % 100, day.getUTCMonth() + 1, day.getUTCDate()]
  const stamp = date.map((part) => String(part).padStart(2, '0')).join('')
  return stamp + line.slice(6).replaceAll('blk_', `blk_${round}`).replaceAll(`blk_${round}-`, `blk_-${round}`)
}
