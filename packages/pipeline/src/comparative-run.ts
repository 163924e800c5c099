import { writeFile } from 'node:fs/promises'
import { compareProfiles, type Comparison, type LogProfile } from '@sp/baseline'
import { PipelineError } from './errors.js'
import { jsonText } from './json-file.js'
import type { LogInput } from './log-input.js'
import type { OutputFolder } from './output-folder.js'
import type { ParseLogOptions } from './parse-log.js'
import { profileLogs } from './profile-logs.js'

/** The files of a comparison, named as in the reference system. */
export const COMPARATIVE_FILES = {
  profiles: 'file_profiles.json',
  anomalies: 'comparative_anomalies.json',
  report: 'comparative_report.md',
} as const

/**
 * Compares a log with its baselines, all under one miner, and writes `file_profiles.json`, `comparative_anomalies.json`,
 * `comparative_report.md`.
 * @throws {PipelineError} `too-little-data` when an input has no rows, or there is no baseline
 */
export async function analyzeComparative(
  folder: OutputFolder,
  { target, baselines }: { readonly target: LogInput; readonly baselines: readonly LogInput[] },
  options: ParseLogOptions,
): Promise<Comparison> {
  if (baselines.length === 0)
    throw new PipelineError('too-little-data', 'no baseline to compare with; name one or more')
  return comparisonIntoFolder(folder, await profileLogs([target, ...baselines], options))
}

/**
 * The same of logs that were profiled already, under one miner: the target, then its baselines.
 * @throws {PipelineError} `too-little-data` when one has no rows
 */
export async function comparisonIntoFolder(
  folder: OutputFolder,
  [own, ...others]: readonly LogProfile[],
): Promise<Comparison> {
  const empty = [own, ...others].find(({ total_logs }) => total_logs === 0)
  if (empty) throw new PipelineError('too-little-data', `${empty.name} has no lines; name another log`)
  const comparison = compareProfiles(own, others)
  await writeFile(folder.file(COMPARATIVE_FILES.profiles), jsonText({ target: own, baselines: others }))
  await writeFile(folder.file(COMPARATIVE_FILES.anomalies), jsonText(comparison.anomalies))
  await writeFile(folder.file(COMPARATIVE_FILES.report), comparativeReport(comparison))
  return comparison
}

function comparativeReport({ target, baselines, distribution, anomalies }: Comparison): string {
  const rows = anomalies.map(({ type, severity, description }) => `| ${type} | ${severity} | ${description} |`)
  const table = rows.length === 0 ? [] : ['', '| type | severity | what |', '|---|---|---|', ...rows]
  const { kl_divergence, js_divergence, cosine_similarity, jaccard_similarity } = distribution
  return [
    '# Comparative analysis',
    '',
    `${target} beside ${baselines.join(', ')}: ${anomalies.length} anomalies.`,
    ...table,
    '',
    '## Templates',
    '',
    `- KL divergence ${kl_divergence.toFixed(3)} nats, Jensen–Shannon divergence ${js_divergence.toFixed(3)} nats`,
    `- cosine similarity ${cosine_similarity.toFixed(3)}, Jaccard similarity ${jaccard_similarity.toFixed(3)}`,
    `- ${distribution.common_templates} common, ${distribution.target_only_templates} in the target only, ` +
      `${distribution.baseline_only_templates} in the baselines only`,
    '',
  ].join('\n')
}
