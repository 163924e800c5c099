// Real logs: learn the first half, score the second half as it is and with one anomaly planted at each of 30 places.
// Lines are made templates by blanking words with digits and paths, so that the detector is measured and not the miner.
// SP_DATA=../shared/data node --conditions=@sp/source --import tsx packages/baseline/bench/planted.ts
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { scoreBaseline } from '../src/score-baseline.js'
import { trainBaseline } from '../src/train-baseline.js'
import { windowsOf } from '../test/make-windows.js'

const LOGS = [
  { path: 'hdfs_2percent/HDFS_2percent.log.gz', header: /^\S+ \S+ \S+ / },
  { path: 'raw/HealthApp_20000.log', header: /^[^|]*\|/ },
  { path: 'raw/raspberrypi_syslog', header: /^\w+ +\d+ [\d:]+ \S+ / },
  { path: 'raw/Linux.log', header: /^\w+ +\d+ [\d:]+ \S+ / },
]
const PLACES = 30
/** Rows of a planted excerpt: past for the recent rates, then what follows the anomaly. */
const [BEFORE, AFTER] = [1500, 600]

for (const { path, header } of LOGS) {
  const log = templatesOf(path, header)
  const half = Math.floor(log.length / 2)
  const [training, target] = [log.slice(0, half), log.slice(half)]
  const rare = rareTemplates(training)
  for (const budget of [0.005, 0.02]) {
    const model = trainBaseline(await windowsOf(training), { budget })
    const scores = scoreBaseline(model, await windowsOf(target))
    const flagged = scores.isAnomaly.reduce((sum, flag) => sum + flag, 0)
    const withNew = scores.unseenRate.filter((rate) => rate > 0).length
    const found: string[] = []
    for (const [name, count] of [
      ['new line', 1],
      ['burst of 10', 10],
      ['burst of 30', 30],
    ] as const) {
      let hits = 0
      for (let k = 0; k < PLACES; k++) {
        const place = Math.floor(((k + 0.5) * (target.length - AFTER)) / PLACES)
        const from = Math.max(0, place - BEFORE)
        const planted: number[] = new Array(count).fill(count === 1 ? 1e6 : rare[k % rare.length])
        const excerpt = [...target.slice(from, place), ...planted, ...target.slice(place, place + AFTER)]
        const { startRow, endRow, isAnomaly } = scoreBaseline(model, await windowsOf(excerpt))
        const touched = [...isAnomaly.keys()].filter(
          (w) => startRow[w] < place - from + count && endRow[w] > place - from,
        )
        hits += Number(touched.some((w) => isAnomaly[w]))
      }
      found.push(`${name} ${hits}/${PLACES}`)
    }
    console.log(
      `${path}, budget ${budget * 100} %: threshold ${model.threshold.toFixed(2)}, flagged ${flagged} of ${scores.count} ` +
        `(${withNew} hold new templates); found: ${found.join(', ')}`,
    )
  }
}

function templatesOf(path: string, header: RegExp): number[] {
  const bytes = readFileSync(join(process.env.SP_DATA ?? '../shared/data', path))
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1')
  const codes = new Map<string, number>()
  return text.split(/\r?\n/).flatMap((line) => {
    if (line === '') return []
    const masked = line
      .replace(header, '')
      .replace(/\/\S+|\S*\d\S*/g, '*')
      .replace(/(\*\s+)+\*/g, '*')
    if (!codes.has(masked)) codes.set(masked, codes.size)
    return [codes.get(masked)!]
  })
}

/** Templates of fewer than one line in 500, seen at least five times. */
function rareTemplates(log: number[]): number[] {
  const totals = new Map<number, number>()
  for (const template of log) totals.set(template, (totals.get(template) ?? 0) + 1)
  return [...totals].filter(([, total]) => total >= 5 && total < log.length / 500).map(([template]) => template)
}
