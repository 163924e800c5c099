/**
 * Train once, infer many times: `npm run bench:pipeline -- [--data <dir>] [--drain3 <checkout>] [--python <command>] [--quick]
 * [--part <names>]`. Parts, all by default: `infer` (speed, beside the peer), `stream`, `normal-share`, `kills`, `hdfs-raw`,
 * `hadoop`; the first three train on `hdfs_2percent` before. The built command line is measured as a user runs it, process start included; streams in a process of their own.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openSources } from '@sp/log-reader'
import { readTable } from '@sp/log-table'
import { Masker } from '@sp/masking'
import { openDetector, readSavedReport, trainBundle, type TrainSettingsInput } from '@sp/pipeline'
import { explainIncident, type Report } from '@sp/report'
import { machineLine } from './machine.js'
import { measureKills } from './pipeline-kills.js'
import { hadoopApplications, hdfsHalves, type HdfsLogs, hdfsRaw } from './pipeline-logs.js'

const { values: flags } = parseArgs({
  options: {
    data: { type: 'string', default: process.env.SP_DATA ?? '../shared/data' },
    drain3: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    quick: { type: 'boolean', default: false },
    part: { type: 'string' },
  },
})
const PARTS = ['infer', 'stream', 'normal-share', 'kills', 'hdfs-raw', 'hadoop'] as const
type Part = (typeof PARTS)[number]
/** What is found by a network that is barely trained says nothing. */
const NEEDS_NETWORK: readonly Part[] = ['hdfs-raw', 'hadoop']
/** Those that a bundle of one half of `hdfs_2percent` serves. */
const OF_HDFS: readonly Part[] = ['infer', 'stream', 'normal-share']
const parts = partsOf(flags.part)
const ROOT = fileURLToPath(new URL('..', import.meta.url))
const CLI = join(ROOT, 'apps/cli/dist/main.js')
const ROUNDS = flags.quick ? 1 : 3
/** Lines of the long stream. */
const STREAMED = flags.quick ? 300_000 : 10_000_000
/** A network that is barely trained: `--quick` measures speed, not what is found. */
const QUICK: TrainSettingsInput = flags.quick ? { deeplogEpochs: 1 } : {}
const scratch = mkdtempSync(join(tmpdir(), 'bench-pipeline-'))

try {
  await run()
} finally {
  rmSync(scratch, { recursive: true })
}

async function run(): Promise<void> {
  console.log('npm run bench:pipeline')
  console.log(machineLine())
  if (!existsSync(join(flags.data, 'hdfs_2percent'))) {
    console.log(`no logs at ${flags.data}: skipped`)
    console.log(JSON.stringify({ why: 'no data' }))
    return
  }
  const figures = { ...(await ofHdfs()), ...(await ofOthers()) }
  console.log(JSON.stringify(figures))
}

/** The parts that are run. @throws when one is none */
function partsOf(list: string | undefined): readonly Part[] {
  if (list === undefined) return flags.quick ? PARTS.filter((part) => !NEEDS_NETWORK.includes(part)) : PARTS
  return list.split(',').map((name) => {
    const part = PARTS.find((known) => known === name)
    if (part === undefined) throw new Error(`no part "${name}"; there are ${PARTS.join(', ')}`)
    return part
  })
}

/** What a bundle of one half of `hdfs_2percent` does with the other. */
async function ofHdfs() {
  if (!OF_HDFS.some((part) => parts.includes(part))) return {}
  const logs = hdfsHalves(flags.data, scratch)
  const bundle = join(scratch, 'bundle')
  const epochs = flags.quick ? ['--epochs', '1'] : []
  const trainSeconds = seconds(['train', logs.train, '-o', bundle, ...epochs])
  console.log(`sp train: ${logs.lines.train} lines in ${trainSeconds.toFixed(1)} s`)
  return {
    trainSeconds,
    ...(parts.includes('infer') ? inferSpeed(bundle, logs) : {}),
    ...(parts.includes('stream') ? { stream: streamOf(bundle, logs.rest) } : {}),
    ...(parts.includes('normal-share') ? { flaggedShareOnNormal: await sharesOnNormal(bundle, logs.restNormal) } : {}),
  }
}

async function ofOthers() {
  return {
    kills: parts.includes('kills') ? await kills() : null,
    hdfsRaw: parts.includes('hdfs-raw') ? await foundInHdfsRaw() : null,
    hadoop: parts.includes('hadoop') ? await hadoop() : null,
    ...(flags.quick ? { quick: true, why: 'hdfs-raw and hadoop need trained networks: left out' } : {}),
    ...(flags.part === undefined ? {} : { why: `--part ${flags.part}: others left out` }),
  }
}

async function kills() {
  const examples = {
    normal: join(ROOT, 'examples/logs/normal.log'),
    judged: join(ROOT, 'examples/logs/suspicious.log'),
  }
  const result = await measureKills({ cli: CLI, ...examples, folder: scratch, kills: flags.quick ? 2 : 20 })
  console.log(`kill -9: ${JSON.stringify(result)}`)
  return result
}

/** Seconds that the built command line needs. */
function seconds(args: readonly string[]): number {
  const begin = performance.now()
  execFileSync(process.execPath, [CLI, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
  return (performance.now() - begin) / 1000
}

/** Our command line and the peer, in turns, on the same lines. */
function inferSpeed(bundle: string, { rest, lines }: HdfsLogs) {
  const messages = join(scratch, 'messages.txt')
  const text = readFileSync(rest, 'utf8')
  writeFileSync(messages, text.replaceAll(/^\d+ \d+ \d+ \S+ \S+: /gm, ''))
  const long = join(scratch, 'long.log')
  writeFileSync(long, text.repeat(8))
  const [own, ownLong, peer]: number[][] = [[], [], []]
  for (let round = 0; round < ROUNDS; round++) {
    own.push(seconds(['infer', bundle, rest, '--out-dir', join(scratch, 'out')]))
    if (round === 0) ownLong.push(seconds(['infer', bundle, long, '--out-dir', join(scratch, 'out')]))
    if (flags.drain3 !== undefined) peer.push(pythonSeconds(messages))
  }
  const [ours, theirs] = [median(own), median(peer)]
  console.log(
    `sp infer: ${lines.rest} lines in ${ours.toFixed(2)} s; eight times as many in ${ownLong[0].toFixed(2)} s`,
  )
  if (flags.drain3 !== undefined) console.log(`Drain3 and DeepLog in PyTorch: ${theirs.toFixed(1)} s`)
  return {
    inferLinesPerSecond: lines.rest / ours,
    inferLinesPerSecondLong: (8 * lines.rest) / ownLong[0],
    vsPythonPipeline: flags.drain3 === undefined ? null : theirs / ours,
    ...(flags.drain3 === undefined ? { vsPythonPipelineWhy: 'no --drain3 <checkout>' } : {}),
  }
}

function pythonSeconds(messages: string): number {
  const peer = join(ROOT, 'benchmarks/peers/drain3_torch_pipeline.py')
  const printed = execFileSync(flags.python, [peer, flags.drain3!, messages], { encoding: 'utf8' })
  const { secondsParsing, secondsJudging } = JSON.parse(printed) as Record<string, number>
  return secondsParsing + secondsJudging
}

function streamOf(bundle: string, log: string): unknown {
  const program = join(ROOT, 'benchmarks/pipeline-stream.mjs')
  const printed = execFileSync(process.execPath, [program, bundle, log, String(STREAMED)], {
    encoding: 'utf8',
    cwd: ROOT,
  })
  console.log(`stream: ${printed.trim()}`)
  return JSON.parse(printed)
}

/** Shares of windows and sessions of a normal log that are flagged. */
async function sharesOnNormal(bundle: string, log: string) {
  const detector = await openDetector(bundle)
  try {
    const scan = detector.scan(await openSources([log]))
    while ((await scan.next()).done !== true);
    const { windows, flaggedWindows, sessions, flaggedSessions } = detector.stats()
    const asked = detector.bundle.windows.budget
    const shares = {
      asked,
      measured: flaggedWindows / windows,
      windows,
      sessions: {
        asked: detector.bundle.sequences?.model.settings.budget,
        measured: flaggedSessions / sessions,
        sessions,
      },
    }
    console.log(`flagged of a normal log: ${JSON.stringify(shares)}`)
    return shares
  } finally {
    await detector.close()
  }
}

async function trained(logs: readonly string[], name: string): Promise<string> {
  const path = join(scratch, name)
  rmSync(path, { recursive: true, force: true })
  await trainBundle(await openSources(logs), path, { ...QUICK, masker: Masker.create(), sample: false, history: false })
  return path
}

async function foundInHdfsRaw() {
  const { train, judged, isAbnormal } = hdfsRaw(flags.data, scratch)
  const bundle = await trained([train], 'raw')
  const out = join(scratch, 'raw-out')
  seconds(['infer', bundle, judged, '--out-dir', out, '--no-tables'])
  const { session_key: keys, is_anomaly: flagged } = await readTable(join(out, 'deeplog_sessions.parquet'))
  const blocks = Array.from(keys, (key, i) => ({ abnormal: isAbnormal.get(String(key)), flagged: Boolean(flagged[i]) }))
  const result = {
    found: blocks.filter((block) => block.abnormal === true && block.flagged).length,
    of: [...isAbnormal.values()].filter(Boolean).length,
    falseAlarms: blocks.filter((block) => block.abnormal === false && block.flagged).length,
    normal: blocks.filter(({ abnormal }) => abnormal === false).length,
    report: shownIn(join(out, 'report.json'), isAbnormal),
  }
  console.log(`hdfs_raw: ${JSON.stringify(result)}`)
  return result
}

/** What a report shows of a log: its share of the records, and how many labelled sessions. */
function shownIn(path: string, isAbnormal: ReadonlyMap<string, boolean>) {
  const { counts, incidents } = JSON.parse(readFileSync(path, 'utf8')) as Pick<Report, 'counts' | 'incidents'>
  const keys = new Set(incidents.flatMap(({ sessionKeys }) => sessionKeys))
  const [first] = incidents
  return {
    share: counts.shownRecords / counts.records,
    labelledSessions: [...keys].filter((key) => isAbnormal.get(key)).length,
    incidents: counts.incidents,
    first: {
      sessions: first.sessionKeys.slice(0, 3),
      lines: first.lines.filter(({ role }) => role === 'evidence')[0]?.text,
    },
  }
}

/** What each run looks like through \`sp infer\`; normal runs are judged by what the other normal ones teach. */
async function hadoop() {
  const runs = hadoopApplications(flags.data)
  const normal = runs.filter(({ label }) => label === 'Normal')
  const ofNormal: HadoopRun[] = []
  for (const own of normal) {
    const others = normal.filter((other) => other !== own)
    ofNormal.push(await judgedRun(await trained(pathsOf(others), 'hadoop'), own))
  }
  const bundle = await trained(pathsOf(normal), 'hadoop')
  const middle = median(ofNormal.map(({ findings }) => findings))
  const abnormal: HadoopRun[] = []
  for (const own of runs.filter(({ label }) => label !== 'Normal')) abnormal.push(await judgedRun(bundle, own))
  const notAbove = abnormal.filter(({ findings }) => findings <= middle)
  return {
    rankedAbove: abnormal.length - notAbove.length,
    of: abnormal.length,
    middle,
    notAbove: notAbove.map(({ name }) => name),
    normal: ofNormal,
    abnormal,
  }
}

/** A run of an application, judged. */
interface HadoopRun {
  readonly name: string
  readonly label: string
  readonly records: number
  readonly findings: number
  readonly incidents: number
  /** Of the first incident of the report; `null` where there is none. */
  readonly first: string | null
  /** Of the records, how many the report shows. */
  readonly shownShare: number
}

function pathsOf(runs: readonly { readonly path: string }[]): string[] {
  return runs.map(({ path }) => path)
}

async function judgedRun(
  bundle: string,
  { path, name, label }: { path: string; name: string; label: string },
): Promise<HadoopRun> {
  const out = join(scratch, 'hadoop-out')
  seconds(['infer', bundle, path, '--out-dir', out, '--no-tables'])
  const { report } = await readSavedReport(out)
  const { counts, incidents } = report
  const judged = {
    name,
    label,
    records: counts.records,
    findings: counts.findings,
    incidents: counts.incidents,
    first: incidents.length > 0 ? explainIncident(incidents[0], report) : null,
    shownShare: counts.shownRecords / counts.records,
  }
  const { records, findings, incidents: told, shownShare, first } = judged
  const share = `${(100 * shownShare).toFixed(1)} % shown`
  console.log(`${name} (${label}): ${findings} findings, ${told} incidents, ${share} of ${records} records; ${first}`)
  return judged
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle) - 1]) / 2
}
