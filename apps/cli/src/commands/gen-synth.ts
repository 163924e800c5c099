import { writeFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { CommandModule } from 'yargs'
import {
  ANOMALY_KINDS,
  type AnomalyKind,
  generateSyntheticLog,
  LINE_FORMATS,
  type LineFormat,
  type SyntheticLog,
  syntheticMeta,
  writeLabels,
  writeLineLabels,
} from '@sp/evaluation'
import { writeOutput } from '@sp/pipeline'
import { UsageError } from '../errors.js'
import { outputOptions } from '../output-options.js'
import { runCommand } from '../run-command.js'
import { filesText, number, percent } from '../text.js'

interface Flags {
  readonly out: string
  readonly lines: number
  readonly anomalyRate?: number
  readonly anomalyTypes?: readonly AnomalyKind[]
  readonly host?: readonly string[]
  readonly seed: number
  readonly start: string
  readonly format: LineFormat
  readonly drift?: string
  readonly json: boolean
}

interface Variant {
  readonly name: string
  readonly describe: string
  readonly lines: number
  /** `null`: the log is normal, and no rate can be asked for. */
  readonly anomalyRate: number | null
  readonly hosts?: readonly string[]
}

/** `sp gen-synth` and its siblings, with the names and defaults of the reference system. */
export const syntheticCommands: readonly CommandModule<object, Flags>[] = [
  { name: 'gen-synth', describe: 'make a log with labelled incidents', lines: 5000, anomalyRate: 0.02 },
  {
    name: 'gen-training-data',
    describe: 'make a normal log to learn from',
    lines: 10_000,
    anomalyRate: null,
    hosts: ['train-host'],
  },
  {
    name: 'gen-inference-normal',
    describe: 'make a normal log to count false alarms on',
    lines: 1000,
    anomalyRate: null,
    hosts: ['test-host'],
  },
  {
    name: 'gen-inference-anomaly',
    describe: 'make a log full of incidents',
    lines: 1000,
    anomalyRate: 0.15,
    hosts: ['test-host'],
  },
].map(commandOf)

function commandOf({ name, describe, lines, anomalyRate, hosts }: Variant): CommandModule<object, Flags> {
  return {
    command: name,
    describe,
    builder: (yargs) => {
      yargs
        .option('out', { type: 'string', demandOption: true, describe: 'the log; labels and figures go beside it' })
        .option('lines', { type: 'number', default: lines, describe: 'lines in all' })
        .option('host', {
          type: 'string',
          array: true,
          default: hosts,
          describe: 'names of the hosts (default: three)',
        })
        .option('seed', { type: 'number', default: 1, describe: 'same seed, same bytes' })
        .option('start', { type: 'string', default: '2026-03-02T00:00:00Z', describe: 'time of the first line' })
        .option('format', { choices: LINE_FORMATS, default: 'syslog', describe: 'how lines are written' })
        .option('drift', { type: 'string', describe: 'time from which the normal world has changed for good' })
        .option('json', outputOptions.json)
      if (anomalyRate === null) return yargs as never
      return yargs
        .option('anomaly-rate', {
          type: 'number',
          default: anomalyRate,
          describe: 'share of lines that incidents write',
        })
        .option('anomaly-types', {
          choices: ANOMALY_KINDS,
          array: true,
          describe: 'kinds of incidents (default: all)',
        }) as never
    },
    handler: (flags) =>
      runCommand(flags, async () => {
        const log = generate(flags)
        const files = await writeFiles(flags.out, log)
        const meta = syntheticMeta(log)
        const what = `${number(meta.total_lines)} lines, ${number(meta.incident_count)} incidents in ${percent(meta.anomaly_rate_actual)} of them`
        return { json: { ...meta, files }, text: `${what}\n\n${filesText(files)}` }
      }),
  }
}

function generate(flags: Flags): SyntheticLog {
  return generateSyntheticLog({
    seed: flags.seed,
    lines: flags.lines,
    startMs: timeOf('start', flags.start),
    hosts: flags.host,
    format: flags.format,
    driftMs: flags.drift === undefined ? undefined : timeOf('drift', flags.drift),
    anomalies: { rate: flags.anomalyRate ?? 0, kinds: flags.anomalyTypes },
  })
}

/** All files appear together: a log without its labels would be of no use. */
async function writeFiles(out: string, log: SyntheticLog): Promise<Record<string, string>> {
  const files = {
    log: out,
    labels: `${out}.labels.parquet`,
    incidents: `${out}.labels.json`,
    meta: `${out}.meta.json`,
  }
  await writeOutput(dirname(out), async (folder) => {
    await writeFile(folder.file(basename(files.log)), `${log.lines.join('\n')}\n`)
    await writeLineLabels(folder.file(basename(files.labels)), log)
    const incidents = writeLabels({ source: basename(out), incidents: log.labels })
    await writeFile(folder.file(basename(files.incidents)), incidents)
    await writeFile(folder.file(basename(files.meta)), `${JSON.stringify(syntheticMeta(log), null, 2)}\n`)
  })
  return files
}

function timeOf(flag: string, text: string): number {
  const time = Date.parse(text)
  if (Number.isNaN(time))
    throw new UsageError(`--${flag} "${text}" is no ISO 8601 time; write it like 2026-01-31T08:00:00Z`)
  return time
}
