import { join } from 'node:path'
import type { ComparativeAnomaly } from '@sp/baseline'
import type { ParsedLogFile } from '@sp/log-table'
import type { ComparativeSample, MethodSamples } from '@sp/report'
import { COMPARATIVE_FILES } from '../../comparative-run.js'
import { readOptionalJson } from '../optional-json.js'
import type { SampleContext } from './sample-context.js'
import { readSampleRows } from './sample-rows.js'

const TEMPLATES = 3
const LINES = 5

/** Differences from other logs, where `sp analyze-comparative` wrote them into the folder; else `undefined`. */
export async function comparativeSamples({
  folder,
  log,
  maxSamples,
  words,
}: SampleContext): Promise<MethodSamples<ComparativeSample> | undefined> {
  const anomalies = await readOptionalJson<ComparativeAnomaly[]>(join(folder, COMPARATIVE_FILES.anomalies))
  if (!Array.isArray(anomalies)) return undefined
  const samples: ComparativeSample[] = []
  for (const anomaly of anomalies.slice(0, maxSamples)) samples.push(await sampleOf(anomaly, log))
  return {
    type: 'comparative',
    method: words.samples.methods.comparative,
    anomaly_count: anomalies.length,
    analyzed_count: samples.length,
    samples,
  }
}

async function sampleOf(anomaly: ComparativeAnomaly, log: ParsedLogFile): Promise<ComparativeSample> {
  const {
    type,
    severity,
    description,
    target_value: value,
    baseline_mean: mean,
    z_score: z,
    unique_templates: unique,
  } = anomaly
  const base = { anomaly_type: type, severity, description }
  if (unique) return { ...base, unique_template_samples: await uniqueTemplates(unique.slice(0, TEMPLATES), log) }
  const lines = await evenlySpaced(log)
  if (value === undefined) return { ...base, sample_logs: lines }
  const deviation = mean ? (100 * (value - mean)) / mean : null
  return {
    ...base,
    metric_comparison: {
      target_value: value,
      baseline_mean: mean ?? null,
      z_score: z ?? null,
      deviation_percentage: deviation,
    },
    sample_logs: lines,
  }
}

async function uniqueTemplates(
  names: readonly string[],
  log: ParsedLogFile,
): Promise<NonNullable<ComparativeSample['unique_template_samples']>> {
  const places = names.map(() => ({ first: -1, last: -1, count: 0 }))
  let row = 0
  for await (const batch of log.batches({ columns: ['template'] })) {
    for (let i = 0; i < batch.rowCount; i++, row++) {
      const template = log.templates[batch.template[i]]
      const index = template ? names.findIndex((name) => name === template.id || name === template.text) : -1
      if (index < 0) continue
      const place = places[index]
      if (place.first < 0) place.first = row
      place.last = row
      place.count++
    }
  }
  const found = []
  for (const { first, last, count } of places) {
    if (first < 0) continue
    const [one] = await readSampleRows(log, { startRow: first, endRow: first + 1 })
    const [other] = await readSampleRows(log, { startRow: last, endRow: last + 1 })
    const { template_id, template } = one.log
    found.push({ template_id, template, count, first_occurrence: one.log, last_occurrence: other.log })
  }
  return found
}

async function evenlySpaced(log: ParsedLogFile) {
  const lines = []
  for (let i = 0; i < Math.min(LINES, log.rowCount); i++) {
    const row = Math.floor((i * log.rowCount) / LINES)
    lines.push(...(await readSampleRows(log, { startRow: row, endRow: row + 1 })).map((own) => own.log))
  }
  return lines
}
