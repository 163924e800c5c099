import { dirname } from 'node:path'
import type { CommandModule } from 'yargs'
import {
  type AlertRow,
  type DeepLogSummary,
  ENTITY_COLUMNS,
  inferDeepLogIntoFolder,
  readDeepLog,
  readVocabulary,
  writeOutput,
} from '@sp/pipeline'
import { UsageError } from '../errors.js'
import { outputOptions } from '../output-options.js'
import { runCommand } from '../run-command.js'
import { filesText, number, percent } from '../text.js'

interface Flags {
  readonly seq: string
  readonly parsed?: string
  readonly model: string
  readonly vocab?: string
  readonly topK?: number
  readonly topP?: number
  readonly kOfNK: number
  readonly kOfNN: number
  readonly cooldownSeq: number
  readonly cooldownNovelty: number
  readonly sessionTimeout: number
  readonly entityColumn: (typeof ENTITY_COLUMNS)[number]
  readonly novelty: boolean
  readonly outDir?: string
  readonly json: boolean
  readonly failOnAnomaly: boolean
}

/** `sp deeplog-infer`: sequences and a model → judged lines and sessions, alerts. */
export const deepLogInferCommand: CommandModule<object, Flags> = {
  command: 'deeplog-infer',
  aliases: 'deeplog-infer-enhanced',
  describe: 'judge sequences by a DeepLog model: lines, sessions, alerts',
  builder: (yargs) =>
    yargs
      .option('seq', { type: 'string', demandOption: true, describe: 'sequences.parquet of "sp build-deeplog"' })
      .option('model', { type: 'string', demandOption: true, describe: 'model of "sp deeplog-train"' })
      .option('parsed', { type: 'string', describe: 'parsed.parquet: judge values, show raw lines in alerts' })
      .option('vocab', { type: 'string', describe: 'vocab.json; checked against that of the model, which is used' })
      .option('top-k', { alias: 'k', type: 'number', describe: 'events taken as possible (that of the model)' })
      .option('top-p', { type: 'number', describe: 'probability of what is taken as possible; wins over --top-k' })
      .option('k-of-n-k', { type: 'number', default: 7, describe: 'failures among the last N that alarm' })
      .option('k-of-n-n', { type: 'number', default: 10, describe: 'N' })
      .option('cooldown-seq', { type: 'number', default: 60, describe: 'seconds between two such alerts of an entity' })
      .option('cooldown-novelty', { type: 'number', default: 60, describe: 'the same for an unknown template' })
      .option('session-timeout', { type: 'number', default: 300, describe: 'gap in seconds that forgets failures' })
      .option('entity-column', {
        choices: ENTITY_COLUMNS,
        default: 'host' as const,
        describe: 'whose failures count together',
      })
      .option('novelty', { type: 'boolean', default: true, describe: 'alert on unknown templates' })
      .option('out-dir', { ...outputOptions['out-dir'], describe: 'folder for the results (default: that of --seq)' })
      .option('json', outputOptions.json)
      .option('fail-on-anomaly', outputOptions['fail-on-anomaly']) as never,
  handler: (flags) =>
    runCommand(flags, async ({ progress, signal }) => {
      const model = await readDeepLog(flags.model)
      if (flags.vocab !== undefined) {
        const given = (await readVocabulary(flags.vocab)).toJSON().names
        if (given.join('\n') !== model.vocabulary.toJSON().names.join('\n')) {
          throw new UsageError(`${flags.vocab} is not the vocabulary of ${flags.model}; leave --vocab out`)
        }
      }
      const { result, files } = await writeOutput(flags.outDir ?? dirname(flags.seq), (folder) =>
        inferDeepLogIntoFolder(folder, {
          sequences: flags.seq,
          model,
          parsed: flags.parsed,
          topK: flags.topK,
          topP: flags.topP,
          entityColumn: flags.entityColumn,
          alerts: {
            k: flags.kOfNK,
            n: flags.kOfNN,
            cooldownSequenceMs: flags.cooldownSeq * 1000,
            cooldownNoveltyMs: flags.cooldownNovelty * 1000,
            sessionTimeoutMs: flags.sessionTimeout * 1000,
            novelty: flags.novelty,
          },
          onProgress: progress.show,
          signal,
        }),
      )
      const { summary, alerts } = result
      return {
        json: { ...summary, files },
        text: [inferText(summary), alertsText(alerts), filesText(files)].filter(Boolean).join('\n\n'),
        foundAnomalies: summary.total_alerts > 0 || summary.anomalous_sessions > 0,
      }
    }),
}

function inferText(summary: DeepLogSummary): string {
  const { total_sequences: lines, violation_rate: rate, top_k: k, top_p: p, drift } = summary
  const allowed = p === null ? `top ${k}` : `top probability ${p}`
  const said = [
    ...summary.remarks.map((remark) => `WARNING: ${remark}`),
    `${percent(rate)} of ${number(lines)} lines lie outside the ${allowed}; ${number(summary.total_novels)} are of unknown templates`,
    `${number(summary.anomalous_sessions)} of ${number(summary.judged_sessions)} sessions are anomalous; ${number(summary.total_alerts)} alerts`,
  ]
  const notJudged = (summary.values_not_judged ?? []).map(({ template, column }) => `\n  ${column} of: ${template}`)
  if (notJudged.length > 0) said.push(`values not judged, since this log holds none:${notJudged.join('')}`)
  if (drift) {
    const changed = drift.templates.map(
      ({ template, before, after }) => `  ${percent(before)} → ${percent(after)} of sessions hold: ${template}`,
    )
    const since = drift.time === null ? `session ${drift.first_session}` : drift.time
    said.push(
      `drift: what is normal changed at ${since}; ${percent(drift.share)} of the sessions since (${number(drift.sessions)}) are of a new kind; ` +
        `${number(summary.flagged_sessions)} sessions were flagged, ${number(summary.anomalous_sessions)} without them; ` +
        'if that is wanted, train again or update with them',
      ...changed,
    )
  }
  return said.join('\n')
}

/** As many alerts as the reference system prints. */
const SHOWN = 5

function alertsText(alerts: readonly AlertRow[]): string {
  const shown = alerts.slice(0, SHOWN).map(({ alert_type: type, source, line_no: line, entity, details }) => {
    return `${type.padEnd(8)} ${source ?? ''}:${line + 1} ${entity} ${details}`
  })
  const rest = alerts.length > SHOWN ? [`… and ${number(alerts.length - SHOWN)} more`] : []
  return [...shown, ...rest].join('\n')
}
