import { stat } from 'node:fs/promises'
import type { CommandModule } from 'yargs'
import { batchIntoFolder, type BatchSummary, chooseTarget, writeOutput } from '@sp/pipeline'
import { renderSummary } from '@sp/report'
import { UsageError } from '../errors.js'
import { type MaskingFlags, maskerFrom, maskingOptions } from '../masking-options.js'
import { minerFrom, type MinerFlags, minerOptions } from '../miner-options.js'
import { outputOptions } from '../output-options.js'
import { type ReportFlags, reportOptions, reportOptionsFrom } from '../report-options.js'
import { runCommand } from '../run-command.js'
import { openInputs, readingFrom, type SourceFlags, sourceOptions, workersFrom } from '../source-options.js'
import { filesText, number, percent, table, terminalStyle } from '../text.js'

interface Flags extends SourceFlags, MaskingFlags, MinerFlags, ReportFlags {
  readonly dir: string
  readonly target?: string
  readonly outDir: string
  readonly maxDepth: number
  readonly maxFiles: number
  readonly json: boolean
  readonly failOnAnomaly: boolean
}

/** `sp batch`: one log of a folder judged by what the others teach. */
export const batchCommand: CommandModule<object, Flags> = {
  command: 'batch <dir> [target]',
  describe: 'judge one log of a folder by what the others teach: incidents, the mix of templates, the hours',
  builder: (yargs) =>
    yargs
      .positional('dir', { type: 'string', describe: 'folder of logs, searched with its subfolders (categories)' })
      .positional('target', {
        type: 'string',
        describe: 'the log to judge: a path, also outside the folder, or a name in it (default: the largest)',
      })
      .option('out-dir', { ...outputOptions['out-dir'], default: 'results/batch' })
      .option('max-depth', { type: 'number', default: 3, describe: 'levels of folders that are searched' })
      .option('max-files', { type: 'number', default: 20, describe: 'logs that are read, the largest' })
      .options(reportOptions)
      .options(sourceOptions)
      .options(maskingOptions)
      .options(minerOptions)
      .option('json', outputOptions.json)
      .option('fail-on-anomaly', outputOptions['fail-on-anomaly']) as never,
  handler: (flags) =>
    runCommand(flags, async ({ progress, signal }) => {
      const choice = await chosen(flags)
      const { result, files } = await writeOutput(flags.outDir, async (folder) =>
        batchIntoFolder(folder, choice, {
          masker: await maskerFrom(flags),
          miner: minerFrom(flags),
          reading: readingFrom(flags),
          workers: workersFrom(flags),
          report: reportOptionsFrom(flags),
          onProgress: progress.show,
          signal,
        }),
      )
      const { batch, report } = result
      const summary = renderSummary(report, { ...terminalStyle(), language: flags.lang }).trimEnd()
      return {
        json: { ...batch, report: { ...report, pictures: undefined }, files },
        text: [logsTable(batch), summary, filesText(files)].join('\n\n'),
        foundAnomalies: report.counts.incidents > 0,
      }
    }),
}

async function chosen({ dir, target, maxDepth, maxFiles }: Flags) {
  const found = await stat(dir).catch(() => null)
  if (!found?.isDirectory()) throw new UsageError(`${dir} is no folder; name one that holds logs`)
  if (!Number.isInteger(maxFiles) || maxFiles < 2) throw new UsageError(`--max-files ${maxFiles}: give 2 or more`)
  const sources = await openInputs([dir], { maxDepth })
  const choice = chooseTarget(dir, sources, await targetOf(target))
  return { ...choice, baselines: choice.baselines.slice(0, maxFiles - 1) }
}

async function targetOf(target: string | undefined) {
  if (target === undefined) return null
  const isPath = (await stat(target).catch(() => null))?.isFile() === true
  if (!isPath) return { name: target }
  const [elsewhere] = await openInputs([target])
  return { elsewhere }
}

function logsTable({ logs }: BatchSummary): string {
  const header = ['log', 'category', 'role', 'records', 'templates', 'errors']
  const rows = logs.map(({ name, category, role, records, templates, errorRate }) => {
    return [name, category, role, number(records), number(templates), percent(errorRate)]
  })
  return table([header, ...rows], ['left', 'left', 'left', 'right', 'right', 'right'])
}
