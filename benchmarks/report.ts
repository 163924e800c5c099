/**
 * Reports of big runs: `npm run bench:report -- [--lines 1000000] [--keep <folder>] [--skip-steps]`.
 * Each measurement is a process of its own. `builder`: what a run feeds a `ReportBuilder` with (every row, every judged
 * unit, the findings with their lines) and all formats rendered from it. `steps`: `sp report` on a folder that `sp parse`
 * and `sp detect` left, and the size of its files.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { machineLine } from './machine.js'
import { renderBigRun } from './report-builder-run.js'

const { values: flags } = parseArgs({
  options: {
    lines: { type: 'string', default: '1000000' },
    keep: { type: 'string' },
    'skip-steps': { type: 'boolean', default: false },
    worker: { type: 'boolean', default: false },
  },
})
const lines = Number(flags.lines)
const self = fileURLToPath(import.meta.url)
const node = ['--conditions=@sp/source', '--import', 'tsx']
/** The built command, as users have it. */
const cli = fileURLToPath(new URL('../apps/cli/dist/main.js', import.meta.url))

if (flags.worker) console.log(JSON.stringify(renderBigRun(lines)))
else run()

function run(): void {
  console.log(`npm run bench:report -- --lines ${lines}`)
  console.log(machineLine())
  const builder = JSON.parse(last(spawn([self, '--worker', '--lines', String(lines)]).stdout)) as ReturnType<
    typeof renderBigRun
  >
  console.log(
    `builder, ${lines} lines: fed in ${builder.feedSeconds} s, rendered in ${builder.renderSeconds} s (${builder.cpuSeconds} s CPU in all), ${builder.rssMb} MB`,
  )
  console.log(
    `  ${Object.entries(builder.kilobytes)
      .map(([name, size]) => `${name} ${size} kB`)
      .join(', ')}`,
  )
  const steps = flags['skip-steps'] ? null : [200_000, lines].map(measureSteps)
  console.log(JSON.stringify({ builder, steps }))
}

/** `sp report` on a synthetic log of so many lines, of which the first half teaches. */
function measureSteps(count: number) {
  const folder = flags.keep ?? mkdtempSync(join(tmpdir(), 'sp-bench-report-'))
  try {
    const [log, out] = [join(folder, `${count}.log`), join(folder, String(count))]
    spawn([cli, 'gen-synth', '--out', log, '--lines', String(count), '--anomaly-rate', '0.01'])
    spawn([cli, 'parse', log, '--out-dir', out])
    spawn([cli, 'detect', '--parsed', join(out, 'parsed.parquet'), '--out-dir', out])
    const started = performance.now()
    const { rssMb, cpuSeconds } = spawn([cli, 'report', '--processed-dir', out, '--no-with-samples'])
    const seconds = rounded((performance.now() - started) / 1000)
    const kilobytes = Object.fromEntries(
      readdirSync(out)
        .filter((name) => /^report\.|^timeline/.test(name))
        .map((name) => [name, Math.round(statSync(join(out, name)).size / 1000)]),
    )
    console.log(
      `steps, ${count} lines: ${seconds} s (${cpuSeconds} s CPU), ${rssMb} MB; ${Object.entries(kilobytes)
        .map(([name, size]) => `${name} ${size} kB`)
        .join(', ')}`,
    )
    return { lines: count, seconds, cpuSeconds, rssMb, kilobytes }
  } finally {
    if (flags.keep === undefined) rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs a program of ours in a process of its own; its largest memory is told by a hook at its end. */
function spawn(args: readonly string[]): { stdout: string; rssMb: number; cpuSeconds: number } {
  const hook = `process.on('exit',()=>{const u=process.resourceUsage();process.stderr.write('\\nUSED '+u.maxRSS+' '+(u.userCPUTime+u.systemCPUTime))})`
  const preload = `--import=data:text/javascript,${encodeURIComponent(hook)}`
  const how = args[0] === self ? node : []
  const { status, stdout, stderr } = spawnSync(process.execPath, [...how, preload, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr.slice(-500)}`)
  const [, rss = NaN, cpu = NaN] = /USED (\d+) (\d+)/.exec(stderr) ?? []
  return { stdout, rssMb: Math.round(Number(rss) / 1024), cpuSeconds: rounded(Number(cpu) / 1e6) }
}

function last(text: string): string {
  return text.trim().split('\n').at(-1)!
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
