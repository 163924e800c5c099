import type { CommandModule } from 'yargs'
import { hybridPipeline, type HybridResults } from '@sp/pipeline'
import { UsageError } from '../errors.js'
import { type MaskingFlags, maskerFrom, maskingOptions } from '../masking-options.js'
import { minerFrom, type MinerFlags, minerOptions } from '../miner-options.js'
import { outputOptions } from '../output-options.js'
import { type CommandContext, runCommand } from '../run-command.js'
import { openInputs, readingFrom, type SourceFlags, sourceOptions, workersFrom } from '../source-options.js'
import { number } from '../text.js'
import { type TrainFlags, trainOptions, trainSettingsFrom } from '../train-options.js'
import { watchGrowth } from '../watch-growth.js'
import { conversionText } from './convert-onnx.js'

interface Flags extends SourceFlags, MaskingFlags, MinerFlags, TrainFlags {
  readonly logs: readonly string[]
  readonly outDir: string
  readonly opset: number
  readonly portable: boolean
  readonly watch: boolean
  readonly interval: number
  readonly growth: number
  readonly json: boolean
}

/** `sp hybrid-pipeline`: normal logs → a bundle → a deployment, once or whenever the logs have grown. */
export const hybridPipelineCommand: CommandModule<object, Flags> = {
  command: 'hybrid-pipeline <logs..>',
  describe: 'train a bundle and export its network in one go; --watch does it again when the logs grow',
  builder: (yargs) =>
    yargs
      .positional('logs', { type: 'string', array: true, describe: 'normal logs: files, directories, globs' })
      .option('out-dir', {
        ...outputOptions['out-dir'],
        alias: ['o', 'output-dir'],
        demandOption: true,
        describe: 'folder that gets bundle/, deployment/ and pipeline_results.json',
      })
      .option('opset', { type: 'number', default: 17, describe: 'version of the ONNX operators, 11 to 21' })
      .option('portable', { type: 'boolean', default: false, describe: 'write a variant at opset 11 too' })
      .option('watch', { type: 'boolean', default: false, describe: 'go on until Ctrl-C, and train again on growth' })
      .option('interval', { type: 'number', default: 60, describe: 'seconds between two looks at the logs (--watch)' })
      .option('growth', {
        type: 'number',
        default: 0.1,
        describe: 'share by which the logs must have grown since the last training (--watch)',
      })
      .options(trainOptions)
      .options(sourceOptions)
      .options(maskingOptions)
      .options(minerOptions)
      .option('json', outputOptions.json) as never,
  handler: (flags) =>
    runCommand(flags, async (context) => {
      if (!(flags.interval > 0)) throw new UsageError(`--interval ${flags.interval} is no time; give seconds above 0`)
      if (!(flags.growth >= 0)) throw new UsageError(`--growth ${flags.growth} is no share; give 0 or more`)
      const results = flags.watch ? await watched(flags, context) : await runOnce(flags, context)
      const text = flags.watch ? `stopped; ${results.deployment} stays` : resultsText(results)
      return { json: results, text }
    }),
}

async function runOnce(flags: Flags, context: CommandContext): Promise<HybridResults> {
  return run(flags, await openInputs(flags.logs), context)
}

/** Trains whenever the logs have grown, until interrupted; a round that fails leaves what the last one made. */
async function watched(flags: Flags, context: CommandContext): Promise<HybridResults> {
  const { signal, progress } = context
  let last: HybridResults | null = null
  const rounds = watchGrowth(() => openInputs(flags.logs, { quiet: true }), {
    intervalMs: flags.interval * 1000,
    growth: flags.growth,
    signal,
  })
  for await (const sources of rounds) {
    try {
      last = await run(flags, sources, context)
      progress.stop()
      if (!flags.json) process.stdout.write(`${resultsText(last)}\n\n`)
    } catch (error) {
      progress.stop()
      // The first round shows what is wrong with the command; later ones must not end a service.
      if (last === null || signal.aborted) throw error
      process.stderr.write(`sp: ${error instanceof Error ? error.message : String(error)}; the last deployment stays\n`)
    }
  }
  if (last === null) throw new UsageError('interrupted before anything was trained')
  return last
}

async function run(
  flags: Flags,
  sources: Parameters<typeof hybridPipeline>[0],
  { progress, signal }: CommandContext,
): Promise<HybridResults> {
  return hybridPipeline(sources, flags.outDir, {
    ...trainSettingsFrom(flags),
    masker: await maskerFrom(flags),
    miner: minerFrom(flags),
    reading: readingFrom(flags),
    workers: workersFrom(flags),
    clock: () => performance.now(),
    reuse: true,
    onProgress: progress.show,
    signal,
    convert: { opset: flags.opset, portable: flags.portable },
  })
}

function resultsText({ bundle, bundleHash, deployment, records, reused, conversion }: HybridResults): string {
  return [
    `${number(records)} normal records ${reused ? 'were learned before' : 'learned'}: ${bundle}  ${bundleHash.slice(0, 16)}`,
    conversionText(conversion, deployment),
  ].join('\n')
}
