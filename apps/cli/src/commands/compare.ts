import type { CommandModule } from 'yargs'
import { type BundleComparison, compareBundles, type PairedFigure, writeComparison, writeOutput } from '@sp/pipeline'
import { requireLabelled } from '../compare-with-labels.js'
import { UsageError } from '../errors.js'
import { labelsAt } from '../labels-file.js'
import { outputOptions } from '../output-options.js'
import { runCommand } from '../run-command.js'
import { openInputs } from '../source-options.js'
import { filesText, number, percent, table } from '../text.js'

interface Flags {
  readonly first: string
  readonly second: string
  readonly logs?: readonly string[]
  readonly labels?: string
  readonly outDir?: string
  readonly json: boolean
}

/** `sp compare`: two bundles side by side. */
export const compareCommand: CommandModule<object, Flags> = {
  command: 'compare <first> <second> [logs..]',
  describe: 'two bundles side by side: what each finds, where they agree, which is better if the evidence says so',
  builder: (yargs) =>
    yargs
      .positional('first', { type: 'string', describe: 'folder of a bundle' })
      .positional('second', { type: 'string', describe: 'folder of another' })
      .positional('logs', { type: 'string', array: true, describe: 'logs that both judge' })
      .option('labels', { type: 'string', describe: 'labels of one of the logs (JSON)' })
      .option('out-dir', { ...outputOptions['out-dir'], describe: 'folder for the report' })
      .option('json', outputOptions.json) as never,
  handler: (flags) =>
    runCommand(flags, async ({ progress, signal }) => {
      const logs = flags.logs ?? []
      if (flags.labels !== undefined && logs.length === 0) {
        throw new UsageError('--labels needs the log that they are of; name it behind the bundles')
      }
      const labels = flags.labels === undefined ? undefined : await labelsAt(flags.labels)
      const log = logs.length === 0 ? [] : await openInputs(logs)
      if (labels) requireLabelled(log, labels)
      const comparison = await compareBundles([flags.first, flags.second], {
        log,
        labels,
        onProgress: progress.show,
        signal,
      })
      const { files } =
        flags.outDir === undefined
          ? { files: {} }
          : await writeOutput(flags.outDir, (folder) => writeComparison(folder, comparison))
      return { json: { ...comparison, files }, text: comparisonText(comparison, files) }
    }),
}

function comparisonText(comparison: BundleComparison, files: Record<string, string>): string {
  const { verdict } = comparison
  return [
    `${verdict.better === null ? 'no verdict' : `the ${verdict.better} is better`}: ${verdict.why}`,
    bundlesText(comparison),
    figuresText(comparison),
    agreementText(comparison),
    ...comparison.alone.map((alone, side) => aloneText(alone, side === 0 ? 'first' : 'second')),
    ...(Object.keys(files).length > 0 ? [filesText(files)] : []),
  ].join('\n\n')
}

function bundlesText({ bundles, settings, isSameData, templates }: BundleComparison): string {
  const rows = [
    ['', 'first', 'second'],
    ['bundle', ...bundles.map(({ path }) => path)],
    ['hash', ...bundles.map(({ hash }) => hash.slice(0, 16))],
    ['records learned', ...bundles.map(({ records }) => number(records))],
    ['templates', ...bundles.map((facts) => number(facts.templates))],
    ['detectors', ...bundles.map(({ detectors }) => detectors.join(', '))],
    ...Object.entries(settings).map(([name, values]) => [
      `setting ${name}`,
      ...values.map((value) => JSON.stringify(value)),
    ]),
  ]
  return (
    table(rows, ['left', 'left', 'left']) +
    `\n${isSameData ? 'the same' : 'other'} normal logs; ${templates.both} templates in both, ` +
    `${templates.onlyFirst.length} only in the first, ${templates.onlySecond.length} only in the second`
  )
}

function figuresText({ figures, logs }: BundleComparison): string {
  const rows = [
    figureRow('incidents found', figures.recall),
    figureRow('normal windows flagged', figures.flaggedNormal),
    figureRow('found beyond flagged', figures.informedness),
  ]
  const ofLogs = logs.map(({ log, bundles: [first, second] }) => [
    log,
    percent(first.flaggedWindows),
    percent(second.flaggedWindows),
    `${number(first.findings)} and ${number(second.findings)} findings`,
    '',
  ])
  const header = ['', 'first', 'second', 'difference', '95 % interval']
  return table(
    [header, ...rows.flatMap((row) => row ?? []), ['windows flagged in', '', '', '', ''], ...ofLogs],
    ['left', 'right', 'right', 'left', 'left'],
  )
}

function figureRow(name: string, figure: PairedFigure | null): string[][] | null {
  if (figure === null) return null
  const { first, second, difference, interval, units } = figure
  const between = interval ? `${percent(interval.low)} to ${percent(interval.high)}, ${number(units)} units` : ''
  return [[name, percent(first), percent(second), percent(difference), between]]
}

function agreementText({ agreement }: BundleComparison): string {
  const rows = agreement.map(({ log, both, onlyFirst, onlySecond, neither, kappa }) => [
    log,
    ...[both, onlyFirst, onlySecond, neither].map(number),
    kappa === null ? '–' : kappa.toFixed(2),
  ])
  const header = ['stretches of 50 lines told by', 'both', 'only first', 'only second', 'neither', 'kappa']
  return table([header, ...rows], ['left', 'right', 'right', 'right', 'right', 'right'])
}

function aloneText({ findings, incidents }: BundleComparison['alone'][0], which: string): string {
  const said = incidents.map(({ place, sentence }) => `  ${place}  ${sentence}`)
  return [`only the ${which} finds ${findings === 0 ? 'nothing' : number(findings)}`, ...said].join('\n')
}
