/**
 * Lines a second of reading and header parsing on one thread.
 * Run: node --conditions=@sp/source --import tsx bench/read.ts FILE… (gzip is unpacked while reading, so unpack first).
 * Prints a line a file and, last, everything as JSON.
 */
import { openSources } from '../src/open-sources.js'
import { readRecords } from '../src/read-records.js'

const ROUNDS = 9

async function main(inputs: readonly string[]): Promise<void> {
  const results = []
  for (const source of await openSources(inputs)) {
    const rates: number[] = []
    let lines = 0
    let format = ''
    for (let round = 0; round < ROUNDS; round++) {
      const stream = readRecords(source)
      const begin = performance.now()
      for await (const batch of stream) void batch.rowCount
      rates.push((stream.summary.lines / (performance.now() - begin)) * 1000)
      lines = stream.summary.lines
      format = stream.summary.format
    }
    // The first rounds run before the compiler has seen the code; best and median of the rest are given.
    const warm = rates.slice(2).sort((a, b) => a - b)
    const median = Math.round(warm[Math.floor(warm.length / 2)])
    const best = Math.round(warm[warm.length - 1])
    const first = Math.round(rates[0])
    console.log(`${source.name}: ${format}, ${lines} lines, median ${median} lines/s, best ${best}, first ${first}`)
    results.push({ file: source.name, format, lines, medianLinesPerSecond: median, best, first })
  }
  console.log(JSON.stringify({ node: process.version, rounds: ROUNDS, results }))
}

await main(process.argv.slice(2))
