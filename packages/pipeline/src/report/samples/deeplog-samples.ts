import { join } from 'node:path'
import type { DeepLogAlertSample, DeepLogSample, SampleAnalysis } from '@sp/report'
import { DEEPLOG_FILES } from '../../deeplog/deeplog-files.js'
import { optionalTable } from './optional-table.js'
import type { SampleContext } from './sample-context.js'
import { isoText, readSampleRows, type SampleRow } from './sample-rows.js'

/** Events of the sequence that a sample shows, and the last of them that are told as transitions. */
const SEQUENCE = 10
const TRANSITIONS = 3
/** What is told of the lines around: as in the reference system. */
const REPEATED = 3
const MANY_ERRORS = 0.3
const LONG_GAP_MS = 3_600_000

type Table = Record<string, ArrayLike<unknown>>

/**
 * Alerts of DeepLog where there are any, else the least expected lines; `undefined` where it did not judge, or the folder
 * holds no sequences, as that of `sp infer`.
 */
export async function deepLogSamples(context: SampleContext): Promise<SampleAnalysis['deeplog']> {
  const lines = await optionalTable(join(context.folder, DEEPLOG_FILES.events))
  if (lines === null) return undefined
  const events = await optionalTable(join(context.folder, DEEPLOG_FILES.sequences))
  if (events === null) return undefined
  const failed = Array.from(lines.idx, (_, i) => i).filter((i) => lines.in_topk[i] === false)
  const alerts = await optionalTable(join(context.folder, DEEPLOG_FILES.alerts))
  const method = context.words.samples.methods.deeplog
  if (alerts !== null && (alerts.alert_id?.length ?? 0) > 0) {
    const samples = await alertSamples(alerts, events, context)
    const found = { anomaly_count: alerts.alert_id.length, analyzed_count: samples.length, raw_failures: failed.length }
    return { type: 'deeplog_enhanced', method, ...found, samples }
  }
  const samples = await failureSamples(failed, { lines, events }, context)
  return { type: 'deeplog', method, anomaly_count: failed.length, analyzed_count: samples.length, samples }
}

/** Of each kind of alert the first ones, the kinds in turn, so that a flood of one does not hide the others. */
async function alertSamples(alerts: Table, events: Table, context: SampleContext): Promise<DeepLogAlertSample[]> {
  const { log, maxSamples, contextLines } = context
  const rowOfLine = new Map(
    Array.from(events.row, (row, e) => [`${events.line_no[e]} ${events.source[e] ?? ''}`, Number(row)] as const),
  )
  const samples: DeepLogAlertSample[] = []
  for (const a of inTurn(Array.from(alerts.alert_type, String)).slice(0, maxSamples)) {
    const row = rowOfLine.get(`${alerts.line_no[a]} ${alerts.source?.[a] ?? ''}`) ?? Number(alerts.line_no[a])
    const around = await readSampleRows(log, { startRow: row - contextLines, endRow: row + contextLines + 1 })
    samples.push({
      alert_type: String(alerts.alert_type[a]),
      entity: String(alerts.entity[a] ?? ''),
      timestamp: isoText(alerts.timestamp[a] as number | null),
      line_no: Number(alerts.line_no[a]),
      source: String(alerts.source?.[a] ?? ''),
      details: String(alerts.details[a] ?? ''),
      context: around.map(({ row: own, log: { line_no, timestamp, raw_message: raw, template } }) => {
        return { line_no, timestamp, raw, template, is_target: own === row }
      }),
    })
  }
  return samples
}

function inTurn(types: readonly string[]): number[] {
  const queues = [...new Set(types)].map((type) => types.flatMap((own, a) => (own === type ? [a] : [])))
  const longest = queues.reduce((most, { length }) => Math.max(most, length), 0)
  return Array.from({ length: longest }, (_, turn) => queues.flatMap((queue) => queue.slice(turn, turn + 1))).flat()
}

async function failureSamples(
  failed: readonly number[],
  { lines, events }: { readonly lines: Table; readonly events: Table },
  context: SampleContext,
): Promise<DeepLogSample[]> {
  function rarity(i: number): number {
    return Number(lines.p_value?.[i] ?? 1)
  }
  const strangest = [...failed].sort((a, b) => rarity(a) - rarity(b) || a - b).slice(0, context.maxSamples)
  const samples: DeepLogSample[] = []
  for (const i of strangest) samples.push(await failureSample(i, { lines, events }, context))
  return samples
}

async function failureSample(
  i: number,
  { lines, events }: { readonly lines: Table; readonly events: Table },
  { log, contextLines, words }: SampleContext,
): Promise<DeepLogSample> {
  const event = Number(lines.idx[i])
  const row = Number(events.row[event])
  const around = await readSampleRows(log, { startRow: row - contextLines, endRow: row + contextLines + 1 })
  const target = around.find((own) => own.row === row) ?? around[0]
  const sequence = sequenceBefore(event, events)
  const ids = sequence.map((e) => String(events.template_id[e] ?? ''))
  const actual = String(events.template_id[event] ?? '')
  const [predicted = null] = String(lines.predicted_templates?.[i] ?? '')
    .split(' | ')
    .filter((text) => text !== '')
  const all = [...ids, actual]
  return {
    sequence_id: i,
    sequence_index: event,
    predicted_template_id:
      predicted === null ? null : (log.templates.find(({ text }) => text === predicted)?.id ?? null),
    actual_line_no: Number(events.line_no[event]),
    source: String(events.source?.[event] ?? ''),
    actual_template_id: actual,
    timestamp: isoText(events.timestamp[event] as number | null),
    analysis: {
      predicted_template: predicted,
      actual_template: String(events.template[event] ?? ''),
      template_sequence: all,
      recent_transitions: all
        .slice(-TRANSITIONS - 1)
        .flatMap((id, t, last) => (t === 0 ? [] : [`${last[t - 1]} → ${id}`])),
      prediction_failure_reason: ids.includes(actual) ? words.samples.reappeared : words.samples.newInContext,
      context_anomalies: contextAnomalies(around, words),
      sequence_uniqueness: new Set(all).size / all.length,
    },
    target_log: target.log,
    sequence_context: around.map(({ log: own }) => own),
    sequence_length: all.length,
  }
}

/** The events before one in its session; in the log where it has none. */
function sequenceBefore(event: number, events: Table): number[] {
  const session = events.session[event]
  const before: number[] = []
  for (let e = event - 1; e >= 0 && before.length < SEQUENCE; e--) if (events.session[e] === session) before.push(e)
  return before.reverse()
}

function contextAnomalies(rows: readonly SampleRow[], { samples }: SampleContext['words']): string[] {
  const errors = rows.filter(({ isError }) => isError).length / Math.max(1, rows.length)
  const gap = rows.reduce((most, { time }, i) => (i === 0 ? 0 : Math.max(most, time - rows[i - 1].time || 0)), 0)
  let [run, longest] = [1, 1]
  rows.forEach(({ log }, i) => {
    run = i > 0 && log.template_id === rows[i - 1].log.template_id ? run + 1 : 1
    longest = Math.max(longest, run)
  })
  return [
    ...(longest >= REPEATED ? [samples.repeated(longest)] : []),
    ...(errors > MANY_ERRORS ? [samples.manyErrors(errors)] : []),
    ...(gap > LONG_GAP_MS ? [samples.gap(gap)] : []),
  ]
}
