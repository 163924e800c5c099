import type { CommandModule } from 'yargs'
import { SESSION_KEY_RULES, sessionKey } from '@sp/builders'
import { buildSequencesIntoFolder, readDeepLog, readVocabulary, type SequencesSummary, writeOutput } from '@sp/pipeline'
import { UsageError } from '../errors.js'
import { outputOptions } from '../output-options.js'
import { runCommand } from '../run-command.js'
import { filesText, number } from '../text.js'

interface Flags {
  readonly parsed: string
  readonly outDir: string
  readonly vocab?: string
  readonly model?: string
  readonly sessionKey?: string
  readonly sessionTimeout?: number
  readonly maxEvents: number
  readonly json: boolean
}

/** `sp build-deeplog`: `parsed.parquet` → `vocab.json`, `sequences.parquet`. */
export const buildDeepLogCommand: CommandModule<object, Flags> = {
  command: 'build-deeplog',
  describe: 'turn a parsed log into the sequences that DeepLog reads (vocab.json, sequences.parquet)',
  builder: (yargs) =>
    yargs
      .option('parsed', { type: 'string', demandOption: true, describe: 'parsed.parquet of "sp parse"' })
      .option('out-dir', { ...outputOptions['out-dir'], demandOption: true })
      .option('vocab', { type: 'string', describe: 'vocab.json to keep to; other templates are unknown' })
      .option('model', {
        type: 'string',
        describe: 'model whose vocabulary is extended by new templates, for an update',
      })
      .option('session-key', {
        type: 'string',
        describe: `what groups lines: ${SESSION_KEY_RULES.map(({ name }) => name).join(', ')}, or a regular expression; default source, host, process`,
      })
      .option('session-timeout', { type: 'number', describe: 'silence in seconds that ends a session (never)' })
      .option('max-events', { type: 'number', default: 200, describe: 'events of a session without a key, at most' })
      .option('json', outputOptions.json) as never,
  handler: (flags) =>
    runCommand(flags, async ({ progress, signal }) => {
      if (flags.vocab !== undefined && flags.model !== undefined) {
        throw new UsageError('--vocab keeps a vocabulary and --model extends one; give one of them')
      }
      const { result, files } = await writeOutput(flags.outDir, async (folder) =>
        buildSequencesIntoFolder(folder, flags.parsed, {
          key: flags.sessionKey === undefined ? undefined : sessionKey(flags.sessionKey),
          timeoutMs: flags.sessionTimeout === undefined ? undefined : flags.sessionTimeout * 1000,
          maxEvents: flags.maxEvents,
          vocabulary: flags.vocab === undefined ? undefined : await readVocabulary(flags.vocab),
          extending: flags.model === undefined ? undefined : (await readDeepLog(flags.model)).vocabulary,
          onProgress: progress.show,
          signal,
        }),
      )
      return { json: { ...result, files }, text: [sequencesText(result), filesText(files)].join('\n\n') }
    }),
}

function sequencesText(summary: SequencesSummary): string {
  const { sessions, rows, rowsWithoutSession, vocabularySize, unknownRows } = summary
  const without = rowsWithoutSession > 0 ? `; ${number(rowsWithoutSession)} lines name no session` : ''
  const unknown = unknownRows > 0 ? `; ${number(unknownRows)} lines of unknown templates` : ''
  return `${number(sessions)} sessions of ${number(rows)} lines, vocabulary of ${number(vocabularySize)}${without}${unknown}`
}
