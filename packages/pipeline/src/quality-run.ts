import { writeFile } from 'node:fs/promises'
import { findQualityOutliers, judgeQuality, type LogQuality, type QualityOutlier } from '@sp/baseline'
import { jsonText } from './json-file.js'
import type { LogInput } from './log-input.js'
import type { OutputFolder } from './output-folder.js'
import type { ParseLogOptions } from './parse-log.js'
import { profileLogs } from './profile-logs.js'

/** The files of a quality check, named as in the reference system. */
export const QUALITY_FILES = { result: 'validation_result.json', report: 'baseline_validation_report.md' } as const

/** How fit a set of logs is to teach what is normal. */
export interface QualityRun {
  readonly scoreThreshold: number
  readonly files: readonly LogQuality[]
  readonly outliers: readonly QualityOutlier[]
}

/** Checks logs that are meant to be normal; writes `validation_result.json` and `baseline_validation_report.md`. */
export async function validateBaselines(
  folder: OutputFolder,
  inputs: readonly LogInput[],
  { scoreThreshold = 0.7, ...options }: ParseLogOptions & { readonly scoreThreshold?: number },
): Promise<QualityRun> {
  const profiles = await profileLogs(inputs, options)
  const run: QualityRun = {
    scoreThreshold,
    files: profiles.map((profile) => judgeQuality(profile, { scoreThreshold })),
    outliers: findQualityOutliers(profiles),
  }
  await writeFile(folder.file(QUALITY_FILES.result), jsonText({ format: 'sp-quality', version: 1, ...run, profiles }))
  await writeFile(folder.file(QUALITY_FILES.report), qualityReport(run))
  return run
}

function qualityReport({ files, outliers, scoreThreshold }: QualityRun): string {
  const valid = files.filter((file) => file.valid).length
  const rows = files.map(
    ({ name, score, valid, recommended, issues }) =>
      `| ${name} | ${score.toFixed(1)} | ${recommended ? 'recommended' : valid ? 'valid' : 'not valid'} | ` +
      `${issues.map(({ description }) => description).join('; ') || '–'} |`,
  )
  const odd = outliers.map(
    ({ name, metric, value, mean, deviations }) =>
      `- ${name}: ${metric} ${value.toPrecision(3)}, ${deviations.toFixed(1)} standard deviations from ${mean.toPrecision(3)}`,
  )
  return [
    '# Quality of normal logs',
    '',
    `${valid} of ${files.length} logs are valid (score ${scoreThreshold} or more, at most two issues).`,
    '',
    '| log | score | verdict | issues |',
    '|---|---|---|---|',
    ...rows,
    ...(odd.length === 0 ? [] : ['', '## Unlike the others', '', ...odd]),
    '',
  ].join('\n')
}
