import { join } from 'node:path'
import type { CommandModule } from 'yargs'
import { SAMPLE_FILES, samplesIntoFolder, writeOutput } from '@sp/pipeline'
import { catalogueOf, type Language, SAMPLE_METHODS, type SampleAnalysis } from '@sp/report'
import { outputOptions } from '../output-options.js'
import { languageOption } from '../report-options.js'
import { runCommand } from '../run-command.js'
import { filesText } from '../text.js'

interface Flags {
  readonly processedDir: string
  readonly outputDir?: string
  readonly maxSamples: number
  readonly contextLines: number
  readonly lang: Language
  readonly json: boolean
}

/** `sp analyze-samples`: the strangest of each method with its lines and reasons. */
export const analyzeSamplesCommand: CommandModule<object, Flags> = {
  command: 'analyze-samples',
  describe: 'show the strangest windows and lines of each method with context (anomaly_samples.json)',
  builder: (yargs) =>
    yargs
      .option('processed-dir', { type: 'string', demandOption: true, describe: 'folder of the results' })
      .option('output-dir', {
        type: 'string',
        describe: `folder for the samples (<processed-dir>/${SAMPLE_FILES.folder})`,
      })
      .option('max-samples', { type: 'number', default: 5, describe: 'samples a method' })
      .option('context-lines', { type: 'number', default: 3, describe: 'lines shown before and after' })
      .options(languageOption)
      .option('json', outputOptions.json) as never,
  handler: (flags) =>
    runCommand(flags, async () => {
      const { processedDir, maxSamples, contextLines, lang: language } = flags
      const out = flags.outputDir ?? join(processedDir, SAMPLE_FILES.folder)
      const { result, files } = await writeOutput(out, (folder) =>
        samplesIntoFolder(folder, processedDir, { maxSamples, contextLines, language }),
      )
      return { json: { ...result, files }, text: [samplesText(result, language), filesText(files)].join('\n\n') }
    }),
}

/** A line a method, and the sum. */
export function samplesText(analysis: SampleAnalysis, language: Language): string {
  const { samples, formats } = catalogueOf(language)
  const present = SAMPLE_METHODS.flatMap((name) => (analysis[name] ? [{ name, own: analysis[name] }] : []))
  const lines = present.map(({ name, own }) => {
    const [found, analysed] = [formats.number(own.anomaly_count), formats.number(own.analyzed_count)]
    return `${samples.methods[name]}: ${samples.found} ${found}, ${samples.analysed} ${analysed}`
  })
  return [...lines, samples.total(present.reduce((sum, { own }) => sum + own.anomaly_count, 0))].join('\n')
}
