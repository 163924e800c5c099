import type { CommandModule } from 'yargs'
import { buildCountsIntoFolder, type CountsSummary, readMapping, type WindowShape, writeOutput } from '@sp/pipeline'
import { UsageError } from '../errors.js'
import { outputOptions } from '../output-options.js'
import { runCommand } from '../run-command.js'
import { filesText, number } from '../text.js'

interface Flags {
  readonly parsed: string
  readonly outDir: string
  readonly windowSize?: number
  readonly stride?: number
  readonly window?: string
  readonly series?: number
  readonly templateMappingPath?: string
  readonly json: boolean
}

/** `sp build-mscred`: `parsed.parquet` → `window_counts.parquet`, `template_mapping.json`. */
export const buildMscredCommand: CommandModule<object, Flags> = {
  command: 'build-mscred',
  describe: 'count the templates of a parsed log by window, as series (window_counts.parquet)',
  builder: (yargs) =>
    yargs
      .option('parsed', { type: 'string', demandOption: true, describe: 'parsed.parquet of "sp parse"' })
      .option('out-dir', { ...outputOptions['out-dir'], demandOption: true })
      .option('window-size', { type: 'number', describe: 'lines of a window (50)' })
      .option('stride', { type: 'number', describe: 'lines from one window to the next (25)' })
      .option('window', { type: 'string', describe: 'length of windows by time instead, such as 60s, 500ms or 5m' })
      .option('series', { type: 'number', describe: 'series, with those for other and unknown templates (30)' })
      .option('template-mapping-path', {
        alias: 'mapping',
        type: 'string',
        describe: 'template_mapping.json of the training; needed for logs that are to be judged',
      })
      .option('json', outputOptions.json) as never,
  handler: (flags) =>
    runCommand(flags, async ({ progress, signal }) => {
      const path = flags.templateMappingPath
      const chosen = [flags.windowSize, flags.stride, flags.window, flags.series].some((value) => value !== undefined)
      if (path !== undefined && chosen) {
        throw new UsageError(
          'the mapping decides windows and series; leave --window-size, --stride, --window, --series out',
        )
      }
      const mapping = path === undefined ? undefined : await readMapping(path)
      const { result, files } = await writeOutput(flags.outDir, (folder) =>
        buildCountsIntoFolder(folder, flags.parsed, {
          mapping,
          window: mapping === undefined ? windowFrom(flags) : undefined,
          mostSeries: flags.series,
          onProgress: progress.show,
          signal,
        }),
      )
      return { json: { ...result, files }, text: [countsText(result), filesText(files)].join('\n\n') }
    }),
}

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const

/** How the flags cut a log. */
function windowFrom({ window, windowSize, stride }: Flags): WindowShape {
  if (window === undefined) return { lines: windowSize ?? 50, stride: stride ?? Math.max(1, (windowSize ?? 50) >> 1) }
  if (windowSize !== undefined || stride !== undefined) {
    throw new UsageError('--window cuts by time, --window-size and --stride by lines; give one of them')
  }
  const parts = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(window)
  const ms = parts === null ? 0 : Number(parts[1]) * UNITS[parts[2] as keyof typeof UNITS]
  if (!(ms > 0)) throw new UsageError(`--window ${window} is no time; write it like 60s, 500ms, 5m or 1h`)
  return { ms }
}

function countsText({ rows, windows, series, otherLines, unknownLines }: CountsSummary): string {
  const rest = [
    otherLines > 0 ? `${number(otherLines)} of other templates` : '',
    unknownLines > 0 ? `${number(unknownLines)} of unknown ones` : '',
  ]
  const said = rest.filter(Boolean).join(', ')
  return `${number(windows)} windows of ${number(rows)} lines, ${number(series)} series${said === '' ? '' : `; counted lines: ${said}`}`
}
