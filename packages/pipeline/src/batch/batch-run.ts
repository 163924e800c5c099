import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LogProfile } from '@sp/baseline'
import type { BaseMiner } from '@sp/drain'
import { loadBundle } from '../bundle/bundle.js'
import { comparisonIntoFolder } from '../comparative-run.js'
import { type Inference, type InferOptions, inferIntoFolder } from '../infer/infer-run.js'
import { jsonText } from '../json-file.js'
import type { OutputFolder } from '../output-folder.js'
import type { MessageMasker, ParseLogOptions } from '../parse-log.js'
import { profileLogs } from '../profile-logs.js'
import type { RunControl } from '../progress.js'
import { analyzeTemporal } from '../temporal-run.js'
import { trainBundle } from '../training/train-bundle.js'
import type { TrainSettingsInput } from '../training/train-settings.js'
import type { BatchChoice, BatchFile } from './batch-files.js'
import { batchReport } from './batch-report.js'
import type { BatchLog, BatchSummary } from './batch-summary.js'

/** The files that a batch adds to those of an inference, a comparison and a temporal analysis. */
export const BATCH_FILES = {
  target: 'target_info.json',
  summary: 'batch_summary.json',
  report: 'ENHANCED_ANALYSIS_SUMMARY.md',
} as const

/** How a batch is analysed. */
export interface BatchOptions extends RunControl {
  readonly masker: MessageMasker
  /** Learns the templates of the logs that teach; default a new `EvidenceMiner`. */
  readonly miner?: BaseMiner
  readonly reading?: ParseLogOptions['reading']
  readonly workers?: number
  /** By default without a network. */
  readonly settings?: TrainSettingsInput
  readonly report?: Omit<InferOptions, keyof RunControl | 'reading' | 'workers' | 'normal'>
}

/**
 * Judges one log of a folder by what the others teach, all under one miner: incidents, the mix of templates, the hours.
 * Nothing is trained on what it judges.
 * @throws {BaselineError} `too-little-data`; and what training and inference throw
 */
export async function batchIntoFolder(
  folder: OutputFolder,
  { target, baselines }: BatchChoice,
  { masker, miner, settings, report, ...how }: BatchOptions,
): Promise<Inference & { readonly batch: BatchSummary }> {
  const learned = join(folder.stagingPath, 'bundle')
  const teaching = baselines.map(({ source }) => source)
  const once = { sample: false, history: false }
  const options = { detectors: ['lines' as const], ...settings, ...once, masker, miner, ...how }
  const { metadata } = await trainBundle(teaching, learned, options)
  const bundle = await loadBundle(learned)
  const inference = await inferIntoFolder(folder, bundle, [target.source], {
    ...report,
    ...how,
    normal: metadata.sources,
    // Judged by the other logs below.
    hours: false,
  })
  const parsing = { masker: bundle.masker, miner: bundle.templates.fork(), ...how }
  const profiles = await profileLogs([target, ...baselines].map(inputOf), parsing)
  const comparison = await comparisonIntoFolder(folder, profiles)
  const hours = { judged: [inputOf(target)], normal: baselines.map(inputOf) }
  const temporal = await analyzeTemporal(folder, hours, parsing)
  const batch: BatchSummary = {
    format: 'sp-batch',
    version: 1,
    target: target.source.name,
    logs: [target, ...baselines].map((file, i) => logOf(file, profiles[i], i === 0 ? 'target' : 'baseline')),
    incidents: inference.report.counts.incidents,
    findings: inference.report.counts.findings,
    comparativeAnomalies: comparison.anomalies.length,
    temporalAnomalies: temporal.anomalies.length,
  }
  const { name, sizeBytes } = target.source
  await writeFile(folder.file(BATCH_FILES.target), jsonText({ path: name, category: target.category, sizeBytes }))
  await writeFile(folder.file(BATCH_FILES.summary), jsonText(batch))
  await writeFile(folder.file(BATCH_FILES.report), batchReport(batch, inference.report, report?.language))
  return { ...inference, batch }
}

function inputOf({ source }: BatchFile) {
  return { name: source.name, source }
}

function logOf({ source, category }: BatchFile, profile: LogProfile, role: BatchLog['role']): BatchLog {
  const { total_logs: records, unique_templates: templates, error_rate: errorRate } = profile
  return { name: source.name, category, role, records, templates, errorRate }
}
