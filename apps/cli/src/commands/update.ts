import type { CommandModule } from 'yargs'
import { type UpdatedBundle, updateBundle } from '@sp/pipeline'
import { outputOptions } from '../output-options.js'
import { runCommand } from '../run-command.js'
import { openInputs, readingFrom, type SourceFlags, sourceOptions, workersFrom } from '../source-options.js'
import { number, percent } from '../text.js'

interface Flags extends SourceFlags {
  readonly bundle: string
  readonly logs: readonly string[]
  readonly out?: string
  readonly force: boolean
  readonly json: boolean
}

/** `sp update`: a bundle and new normal logs → a bundle that knows both. */
export const updateCommand: CommandModule<object, Flags> = {
  command: 'update <bundle> <logs..>',
  describe: 'teach a bundle new normal logs; refused where it would get worse',
  builder: (yargs) =>
    yargs
      .positional('bundle', { type: 'string', describe: 'folder of the bundle' })
      .positional('logs', {
        type: 'string',
        array: true,
        describe: 'new normal logs: files, directories, globs, or - for standard input',
      })
      .option('out', {
        type: 'string',
        alias: 'o',
        describe: 'folder of the new bundle (default: replace, keep a copy)',
      })
      .option('force', { type: 'boolean', default: false, describe: 'take the update even where it got worse' })
      .options(sourceOptions)
      .option('json', outputOptions.json) as never,
  handler: (flags) =>
    runCommand(flags, async ({ progress, signal }) => {
      const updated = await updateBundle(await openInputs(flags.logs), flags.bundle, {
        out: flags.out,
        force: flags.force,
        reading: readingFrom(flags),
        workers: workersFrom(flags),
        onProgress: progress.show,
        signal,
      })
      return { json: updated, text: updatedText(updated) }
    }),
}

function updatedText({
  path,
  manifest,
  backup,
  newRecords,
  oldRecords,
  newTemplates,
  sequences,
  comparison,
}: UpdatedBundle): string {
  const { before, after } = comparison
  const said = [
    `${number(newRecords)} new normal records learned together with ${number(oldRecords)} old ones; ` +
      `${number(newTemplates)} new ${newTemplates === 1 ? 'template' : 'templates'}`,
    ...(sequences === null
      ? []
      : ['why' in sequences ? `sequences as before: ${sequences.why}` : sequencesText(sequences)]),
    `old normal lines: ${percent(before.old.flaggedWindows)} of windows flagged before, ${percent(after.old.flaggedWindows)} after`,
    `new normal lines: ${percent(before.fresh.flaggedWindows)} before, ${percent(after.fresh.flaggedWindows)} after; ` +
      `unknown ${percent(before.fresh.unknown)} before, ${percent(after.fresh.unknown)} after`,
    ...(before.recall === null || after.recall === null
      ? []
      : [`planted incidents found: ${percent(before.recall)} before, ${percent(after.recall)} after`]),
    `${path}  ${manifest.hash.slice(0, 16)}${backup === null ? '' : `\nthe old bundle is ${backup}`}`,
  ]
  return said.join('\n')
}

function sequencesText(report: Exclude<NonNullable<UpdatedBundle['sequences']>, { readonly why: string }>): string {
  const { oldMissesBefore, oldMissesAfter, newMissesBefore, newMissesAfter } = report
  return (
    `sequences: outside what was expected lie ${percent(oldMissesBefore)} → ${percent(oldMissesAfter)} of old lines, ` +
    `${percent(newMissesBefore)} → ${percent(newMissesAfter)} of new ones`
  )
}
