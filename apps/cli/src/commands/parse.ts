import { existsSync } from 'node:fs'
import type { CommandModule } from 'yargs'
import { loadMiner, parseIntoFolder, type ParseSummary, saveMiner, writeOutput } from '@sp/pipeline'
import { UsageError } from '../errors.js'
import { minerFrom, type MinerFlags, minerOptions } from '../miner-options.js'
import { maskerFrom, type MaskingFlags, maskingOptions } from '../masking-options.js'
import { outputOptions } from '../output-options.js'
import { runCommand } from '../run-command.js'
import { openInputs, readingFrom, type SourceFlags, sourceOptions, workersFrom } from '../source-options.js'
import { filesText, number, sourcesTable } from '../text.js'

interface Flags extends SourceFlags, MaskingFlags, MinerFlags {
  readonly input?: readonly string[]
  readonly logs?: readonly string[]
  readonly outDir: string
  readonly drainState?: string
  readonly matchOnly: boolean
  readonly json: boolean
}

/** `sp parse`: raw logs → `parsed.parquet`. */
export const parseCommand: CommandModule<object, Flags> = {
  command: 'parse [logs..]',
  describe: 'turn raw logs into a table of records with templates (parsed.parquet)',
  builder: (yargs) =>
    yargs
      .positional('logs', {
        type: 'string',
        array: true,
        describe: 'files, directories, globs, or - for standard input',
      })
      .option('input', { type: 'string', array: true, nargs: 1, describe: 'the same, as an option' })
      .option('out-dir', { ...outputOptions['out-dir'], demandOption: true })
      .option('drain-state', {
        type: 'string',
        describe: 'file of learned templates: read if it exists (a Drain3 snapshot too), then replaced by ours',
      })
      .option('match-only', {
        type: 'boolean',
        default: false,
        describe: 'never change --drain-state; group unknown lines apart',
      })
      .options(sourceOptions)
      .options(maskingOptions)
      .options(minerOptions)
      .option('json', outputOptions.json) as never,
  handler: (flags) =>
    runCommand(flags, async ({ progress, signal }) => {
      const inputs = [...(flags.logs ?? []), ...(flags.input ?? [])]
      if (inputs.length === 0) throw new UsageError('no log given; name one, as in "sp parse app.log --out-dir out"')
      if (flags.matchOnly && !(flags.drainState !== undefined && existsSync(flags.drainState))) {
        throw new UsageError(
          '--match-only needs templates to match; name the file of a parse before with --drain-state',
        )
      }
      const sources = await openInputs(inputs)
      const segments = sources.map((source) => ({ source }))
      const miner = await loadMiner(flags.drainState, minerFrom(flags))
      const reading = { reading: readingFrom(flags), workers: workersFrom(flags) }
      const options = { masker: await maskerFrom(flags), miner, frozen: flags.matchOnly, ...reading }
      const { result, files } = await writeOutput(flags.outDir, async (folder) => {
        const control = { onProgress: progress.show, signal }
        const summary = await parseIntoFolder(folder, segments, { ...options, ...control })
        if (flags.drainState !== undefined && !flags.matchOnly) await saveMiner(flags.drainState, miner)
        return summary
      })
      return { json: { ...result, skipped: sources.skipped, files }, text: parseText(result, files) }
    }),
}

function parseText(summary: ParseSummary, files: Record<string, string>): string {
  const headline = `${number(summary.rows)} records, ${number(summary.templates)} templates`
  return [sourcesTable(summary.target), headline, filesText(files)].join('\n\n')
}
