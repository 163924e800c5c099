import { writeFile } from 'node:fs/promises'
import { type Labels, writeLabels } from '@sp/evaluation'
import { jsonText } from '../json-file.js'
import type { OutputFolder } from '../output-folder.js'
import type { PlantedIncident, PlantedLog } from './plant-incidents.js'
import type { BundleValidation, Validated } from './validate-bundle.js'

/** The files of a validation. */
export const VALIDATION_FILES = {
  report: 'validation_report.json',
  text: 'validation_report.md',
  planted: 'planted.log',
  labels: 'planted.labels.json',
} as const

/** Writes a validation for programs and for people, and the log with the planted incidents and its labels. */
export async function writeValidation(folder: OutputFolder, { validation, planted }: Validated): Promise<void> {
  await writeFile(folder.file(VALIDATION_FILES.report), jsonText(validation))
  await writeFile(folder.file(VALIDATION_FILES.text), renderValidation(validation))
  if (planted === null) return
  await writeFile(folder.file(VALIDATION_FILES.planted), planted.text)
  await writeFile(folder.file(VALIDATION_FILES.labels), writeLabels(labelsOf(planted)))
}

/** A validation as Markdown. */
export function renderValidation({ bundle, bundleHash, score, band, criteria, ...found }: BundleValidation): string {
  const { planted, labelled, remarks } = found
  const rows = criteria.map(
    ({ criterion, points, most, why }) => `| ${criterion} | ${points.toFixed(1)} | ${most} | ${why} |`,
  )
  const kinds = planted?.kinds.filter((kind) => kind.planted > 0) ?? []
  return [
    `# ${score.toFixed(1)} of 100: ${band}`,
    '',
    `Bundle \`${bundle}\`, ${bundleHash.slice(0, 16)}.`,
    '',
    '| criterion | points | of | why |',
    '|---|---:|---:|---|',
    ...rows,
    ...(planted === null ? [] : ['', '## Planted incidents', '', ...recallLines(planted), elsewhereLine(planted)]),
    ...(kinds.length === 0 ? [] : ['', '| kind | found | planted |', '|---|---:|---:|']),
    ...kinds.map(({ kind, found: count, planted: all }) => `| ${kind} | ${count} | ${all} |`),
    ...(labelled === null ? [] : ['', '## Labelled incidents', '', ...recallLines(labelled)]),
    ...(labelled === null || labelled.missed.length === 0 ? [] : [`Missed: ${labelled.missed.join(', ')}.`]),
    ...(remarks.length === 0 ? [] : ['', '## Remarks', '', ...remarks.map((remark) => `- ${remark}`)]),
    '',
  ].join('\n')
}

function recallLines({ incidents, found, interval }: NonNullable<BundleValidation['labelled' | 'planted']>): string[] {
  const between = interval ? `; 95 % interval ${percent(interval.low)} to ${percent(interval.high)}` : ''
  return [`${found} of ${incidents} found${between}.`]
}

function elsewhereLine({ findings, elsewhere }: NonNullable<BundleValidation['planted']>): string {
  return `${elsewhere} of ${findings} findings tell none of them.`
}

/** Planted incidents as labels of `planted.log`; an unusual value is a strange `parameter` there. */
function labelsOf({ incidents }: PlantedLog): Labels {
  return {
    source: VALIDATION_FILES.planted,
    incidents: incidents.map(({ kind, firstLine, lastLine }, i) => ({
      id: `i${i + 1}`,
      kind: kind === 'value' ? 'parameter' : kind,
      firstLine,
      lastLine,
      lines: linesOf({ kind, firstLine, lastLine }),
    })),
  }
}

function linesOf({ kind, firstLine, lastLine }: PlantedIncident): number[] {
  return kind === 'missing' ? [] : Array.from({ length: lastLine - firstLine + 1 }, (_, i) => firstLine + i)
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
