import type { CommandModule } from 'yargs'
import { type BundleValidation, validateBundle, writeOutput, writeValidation } from '@sp/pipeline'
import { requireLabelled } from '../compare-with-labels.js'
import { UsageError } from '../errors.js'
import { labelsAt } from '../labels-file.js'
import { outputOptions } from '../output-options.js'
import { runCommand } from '../run-command.js'
import { openInputs } from '../source-options.js'
import { filesText, percent, table } from '../text.js'

interface Flags {
  readonly bundle: string
  readonly logs?: readonly string[]
  readonly labels?: string
  readonly seed: number
  readonly outDir?: string
  readonly json: boolean
}

/** `sp validate`: how good is a bundle, from 0 to 100, and why. */
export const validateCommand: CommandModule<object, Flags> = {
  command: 'validate <bundle> [logs..]',
  describe: 'score a bundle from 0 to 100: what it finds, its false alarms, whether it is whole, quick and small',
  builder: (yargs) =>
    yargs
      .positional('bundle', { type: 'string', describe: 'folder of the bundle; it is only read' })
      .positional('logs', {
        type: 'string',
        array: true,
        describe: 'lines that training did not know: normal ones, or labelled ones',
      })
      .option('labels', { type: 'string', describe: 'labels of one of the logs (JSON); without it they are normal' })
      .option('seed', {
        type: 'number',
        default: 1,
        describe: 'what is planted into the bundle’s sample follows from it',
      })
      .option('out-dir', { ...outputOptions['out-dir'], describe: 'folder for the report and the planted log' })
      .option('json', outputOptions.json) as never,
  handler: (flags) =>
    runCommand(flags, async ({ progress, signal }) => {
      const logs = flags.logs ?? []
      if (flags.labels !== undefined && logs.length === 0) {
        throw new UsageError('--labels needs the log that they are of; name it behind the bundle')
      }
      const labels = flags.labels === undefined ? undefined : await labelsAt(flags.labels)
      const log = logs.length === 0 ? [] : await openInputs(logs)
      if (labels) requireLabelled(log, labels)
      const validated = await validateBundle(flags.bundle, {
        log,
        labels,
        seed: flags.seed,
        clock: () => performance.now(),
        memory: () => process.memoryUsage.rss(),
        onProgress: progress.show,
        signal,
      })
      const { files } =
        flags.outDir === undefined
          ? { files: {} }
          : await writeOutput(flags.outDir, (folder) => writeValidation(folder, validated))
      const { validation } = validated
      return { json: { ...validation, files }, text: validationText(validation, files) }
    }),
}

function validationText(validation: BundleValidation, files: Record<string, string>): string {
  const { score, band, criteria, planted, labelled, remarks } = validation
  const rows = criteria.map(({ criterion, points, most, why }) => [criterion, points.toFixed(1), String(most), why])
  return [
    `${score.toFixed(1)} of 100: ${band}`,
    table([['criterion', 'points', 'of', 'why'], ...rows], ['left', 'right', 'right', 'left']),
    ...(planted ? [`${recallText('planted', planted)}; ${elsewhereText(planted)}`, kindsText(planted.kinds)] : []),
    ...(labelled ? [recallText('labelled', labelled) + missedText(labelled.missed)] : []),
    ...(remarks.length > 0 ? [remarks.join('\n')] : []),
    ...(Object.keys(files).length > 0 ? [filesText(files)] : []),
  ].join('\n\n')
}

function recallText(
  what: string,
  { incidents, found, interval }: NonNullable<BundleValidation['planted' | 'labelled']>,
): string {
  const between = interval ? ` (95 % interval ${percent(interval.low)} to ${percent(interval.high)})` : ''
  return `${found} of ${incidents} ${what} incidents found${between}`
}

function elsewhereText({ findings, elsewhere }: NonNullable<BundleValidation['planted']>): string {
  return `${elsewhere} of ${findings} findings tell none of them`
}

function missedText(missed: readonly string[]): string {
  return missed.length === 0 ? '' : `; missed: ${missed.join(', ')}`
}

function kindsText(kinds: NonNullable<BundleValidation['planted']>['kinds']): string {
  const rows = kinds
    .filter(({ planted }) => planted > 0)
    .map(({ kind, found, planted }) => [kind, `${found} of ${planted}`])
  return table([['kind', 'found'], ...rows], ['left', 'right'])
}
