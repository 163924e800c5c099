import type { CommandModule } from 'yargs'
import { type TrainedBundle, trainBundle } from '@sp/pipeline'
import { UsageError } from '../errors.js'
import { type MaskingFlags, maskerFrom, maskingOptions } from '../masking-options.js'
import { minerFrom, type MinerFlags, minerOptions } from '../miner-options.js'
import { outputOptions } from '../output-options.js'
import { runCommand } from '../run-command.js'
import { openInputs, readingFrom, type SourceFlags, sourceOptions, workersFrom } from '../source-options.js'
import { number, percent, sourcesTable } from '../text.js'
import { type TrainFlags, trainOptions, trainSettingsFrom } from '../train-options.js'

interface Flags extends SourceFlags, MaskingFlags, MinerFlags, TrainFlags {
  readonly logs: readonly string[]
  readonly out: string
  readonly maxDepth: number
  readonly maxFiles: number
  readonly json: boolean
}

/** `sp train`: normal logs → a bundle. */
export const trainCommand: CommandModule<object, Flags> = {
  command: 'train <logs..>',
  describe: 'learn what is normal from logs, into a bundle that judges others',
  builder: (yargs) =>
    yargs
      .positional('logs', {
        type: 'string',
        array: true,
        describe: 'normal logs: files, directories, globs, or - for standard input',
      })
      .option('out', { type: 'string', alias: 'o', demandOption: true, describe: 'folder of the bundle' })
      .option('max-depth', { type: 'number', default: 3, describe: 'levels of folders that are searched' })
      .option('max-files', {
        type: 'number',
        default: 1000,
        describe: 'most files that are read; more are refused, not passed over',
      })
      .options(trainOptions)
      .options(sourceOptions)
      .options(maskingOptions)
      .options(minerOptions)
      .option('json', outputOptions.json) as never,
  handler: (flags) =>
    runCommand(flags, async ({ progress, signal }) => {
      const sources = await openInputs(flags.logs, { maxDepth: flags.maxDepth })
      if (sources.length > flags.maxFiles) {
        throw new UsageError(
          `${number(sources.length)} files found, --max-files allows ${number(flags.maxFiles)}; name fewer, or raise it`,
        )
      }
      const trained = await trainBundle(sources, flags.out, {
        ...trainSettingsFrom(flags),
        masker: await maskerFrom(flags),
        miner: minerFrom(flags),
        reading: readingFrom(flags),
        workers: workersFrom(flags),
        clock: () => performance.now(),
        onProgress: progress.show,
        signal,
      })
      return { json: { ...trained, skipped: sources.skipped }, text: trainedText(trained) }
    }),
}

function trainedText({ path, manifest, metadata }: TrainedBundle): string {
  const { data, settings, detectors, hash } = manifest
  const resumed = metadata.steps.filter((step) => step.resumed).map(({ name }) => name)
  const seconds = metadata.steps.reduce((sum, step) => sum + (step.seconds ?? 0), 0)
  const said = [
    `${number(data.records)} normal records of ${number(data.sources)} ${data.sources === 1 ? 'log' : 'logs'} learned in ${seconds.toFixed(0)} s` +
      (resumed.length > 0 ? ` (taken over from an earlier run: ${resumed.join(', ')})` : ''),
    ...Object.entries(detectors).map(
      ([name, { trained, why }]) => `${name}: ${trained ? 'trained' : `left out, ${why}`}`,
    ),
    `about ${percent(Number(settings.budget))} of normal windows will be flagged by chance`,
    `${path}  ${hash.slice(0, 16)}`,
  ]
  return [sourcesTable(metadata.sources), said.join('\n')].join('\n\n')
}
