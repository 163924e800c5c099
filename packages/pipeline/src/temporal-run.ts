import { writeFile } from 'node:fs/promises'
import {
  HourCounter,
  judgeHours,
  temporalProfiles,
  type HourlyCounts,
  type TemporalAnalysis,
  type TemporalAnomaly,
} from '@sp/baseline'
import { ParsedLogFile } from '@sp/log-table'
import { jsonText } from './json-file.js'
import { visitRows, type LogInput } from './log-input.js'
import type { OutputFolder } from './output-folder.js'
import type { ParseLogOptions } from './parse-log.js'
import type { RunControl } from './progress.js'

/** The files of a temporal analysis, named as in the reference system. */
export const TEMPORAL_FILES = {
  profiles: 'temporal_profiles.json',
  anomalies: 'temporal_anomalies.json',
  report: 'temporal_report.md',
} as const

/**
 * Judges a log hour by hour and writes `temporal_profiles.json`, `temporal_anomalies.json`, `temporal_report.md`.
 * Without normal inputs each day is judged by the others.
 */
export async function analyzeTemporal(
  folder: OutputFolder,
  { judged, normal }: { readonly judged: readonly LogInput[]; readonly normal: readonly LogInput[] },
  options: ParseLogOptions,
): Promise<TemporalAnalysis> {
  const countNormal = normal.length > 0 ? await countHours(normal, options) : null
  const countJudged = await countHours(judged, options)
  return writeTemporal(folder, { judged: countJudged(), normal: countNormal?.() ?? null })
}

/** Judges hours that were counted and writes the files. @param options.into folder of the files within the results */
export async function writeTemporal(
  folder: OutputFolder,
  { judged, normal }: { readonly judged: HourlyCounts; readonly normal: HourlyCounts | null },
  { into = '' }: { readonly into?: string } = {},
): Promise<TemporalAnalysis> {
  const analysis = judgeHours(judged, normal)
  await writeFile(folder.file(into + TEMPORAL_FILES.profiles), jsonText(temporalProfiles(normal ?? judged)))
  await writeFile(folder.file(into + TEMPORAL_FILES.anomalies), jsonText(analysis.anomalies))
  await writeFile(folder.file(into + TEMPORAL_FILES.report), temporalReport(analysis))
  return analysis
}

/** The hours of a `parsed.parquet`. */
export async function hoursOfParsed(path: string, { signal }: Pick<RunControl, 'signal'> = {}): Promise<HourlyCounts> {
  const log = await ParsedLogFile.open(path)
  try {
    const counter = new HourCounter()
    for await (const batch of log.batches({ columns: ['timestamp', 'template'] })) {
      signal?.throwIfAborted()
      counter.add(batch)
    }
    return counter.finish(log.templates)
  } finally {
    await log.close()
  }
}

async function countHours(inputs: readonly LogInput[], options: ParseLogOptions): Promise<() => HourlyCounts> {
  const counter = new HourCounter()
  let templates = options.miner.templates.bind(options.miner)
  for (const input of inputs) templates = await visitRows(input, options, (batch) => counter.add(batch))
  return () => counter.finish(templates())
}

/** What the status of an analysis means, in a sentence. */
export function temporalStatusText({ status, hoursJudged, anomalies }: TemporalAnalysis): string {
  if (status === 'no-timestamps') return 'no timestamps: nothing can be said about hours'
  if (status === 'too-short') return 'less than a quarter of an hour of a log: too little to judge hours by'
  if (status === 'too-few-days') return 'one day alone: nothing to compare its hours with; name a normal log'
  const by = status === 'judged' ? 'by the normal log' : 'each day by the other days'
  return `${anomalies.length} anomalies in ${hoursJudged} hours, judged ${by} (UTC)`
}

function temporalReport(analysis: TemporalAnalysis): string {
  const { anomalies } = analysis
  const rows = anomalies.map(
    (anomaly) => `| ${anomaly.start} | ${anomaly.type} | ${anomaly.severity} | ${details(anomaly)} |`,
  )
  const table = rows.length === 0 ? [] : ['', '| hour | type | severity | what |', '|---|---|---|---|', ...rows]
  return ['# Temporal analysis', '', temporalStatusText(analysis), ...table, ''].join('\n')
}

function details({ description, new_templates, missing_templates }: TemporalAnomaly): string {
  const templates = new_templates ?? missing_templates ?? []
  return templates.length === 0 ? description : `${description}: ${templates.join(', ')}`
}
