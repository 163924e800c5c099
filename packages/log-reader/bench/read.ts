/**
 * Lines a second of reading and header parsing on one thread: by the clock, and by processor time (all threads of the
 * process, garbage collector included), which says more on a machine that is busy with other things.
 * Run: node --conditions=@sp/source --import tsx bench/read.ts FILE… (gzip is unpacked while reading, so unpack first).
 * Prints a line a file and, last, everything as JSON.
 */
import { openSources } from '../src/open-sources.js'
import { readRecords } from '../src/read-records.js'

const ROUNDS = 15

async function main(inputs: readonly string[]): Promise<void> {
  const results = []
  for (const source of await openSources(inputs)) {
    const rates: number[] = []
    const cpuRates: number[] = []
    let lines = 0
    let format = ''
    for (let round = 0; round < ROUNDS; round++) {
      const stream = readRecords(source)
      const begin = performance.now()
      const cpu = process.cpuUsage()
      for await (const batch of stream) void batch.rowCount
      rates.push((stream.summary.lines / (performance.now() - begin)) * 1000)
      const { user, system } = process.cpuUsage(cpu)
      cpuRates.push((stream.summary.lines / (user + system)) * 1e6)
      lines = stream.summary.lines
      format = stream.summary.format
    }
    // The first rounds run before the compiler has seen the code.
    const median = medianOf(rates.slice(2))
    const cpuMedian = medianOf(cpuRates.slice(2))
    const best = Math.round(Math.max(...rates))
    console.log(
      `${source.name}: ${format}, ${lines} lines, median ${median} lines/s (best ${best}), ${cpuMedian}/cpu s`,
    )
    results.push({ file: source.name, format, lines, linesPerSecond: median, best, linesPerCpuSecond: cpuMedian })
  }
  console.log(JSON.stringify({ node: process.version, rounds: ROUNDS, results }))
}

function medianOf(values: readonly number[]): number {
  return Math.round([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)])
}

await main(process.argv.slice(2))
