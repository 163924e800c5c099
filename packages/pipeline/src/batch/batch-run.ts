import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LogProfile } from '@sp/baseline'
import type { BaseMiner } from '@sp/drain'
import { type Language, renderMarkdown } from '@sp/report'
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

/** What is told of a log of a batch. */
export interface BatchLog {
  readonly name: string
  readonly category: string
  readonly role: 'target' | 'baseline'
  readonly records: number
  readonly templates: number
  /** Share of records that are errors or worse, 0..1. */
  readonly errorRate: number
}

/** What a batch showed: `batch_summary.json`. */
export interface BatchSummary {
  readonly format: 'sp-batch'
  readonly version: 1
  readonly target: string
  readonly logs: readonly BatchLog[]
  readonly incidents: number
  readonly findings: number
  readonly comparativeAnomalies: number
  readonly temporalAnomalies: number
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
  await writeFile(folder.file(BATCH_FILES.report), batchReport(batch, inference, report?.language))
  return { ...inference, batch }
}

function inputOf({ source }: BatchFile) {
  return { name: source.name, source }
}

function logOf({ source, category }: BatchFile, profile: LogProfile, role: BatchLog['role']): BatchLog {
  const { total_logs: records, unique_templates: templates, error_rate: errorRate } = profile
  return { name: source.name, category, role, records, templates, errorRate }
}

function batchReport(batch: BatchSummary, { report }: Inference, language: Language = 'en'): string {
  const rows = batch.logs.map(({ name, category, role, records, templates, errorRate }) => {
    return `| ${[name, category, role, records, templates, `${(100 * errorRate).toFixed(2)} %`].map(cell).join(' | ')} |`
  })
  return [
    '# Batch analysis',
    '',
    `${cell(batch.target)} judged by what ${batch.logs.length - 1} other logs teach: ${batch.incidents} incidents, ` +
      `${batch.comparativeAnomalies} differences of the whole, ${batch.temporalAnomalies} strange hours.`,
    '',
    '| log | category | role | records | templates | errors |',
    '|---|---|---|---:|---:|---:|',
    ...rows,
    '',
    renderMarkdown(report, { language }),
  ].join('\n')
}

/** A value that cannot end its cell, nor be a link or markup. */
function cell(value: string | number): string {
  return String(value)
    .replace(/[|\\`*_<>[\]]/g, '\\$&')
    .replace(/\s+/g, ' ')
}
