import { readFile, stat, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import {
  type Language,
  readReport,
  renderCsv,
  renderHtml,
  renderInferenceReport,
  renderJson,
  renderJunit,
  renderMarkdown,
  renderPictures,
  renderSarif,
  type Report,
  type SavedReport,
} from '@sp/report'
import { z } from 'zod'
import { PipelineError } from '../errors.js'
import { readJsonFile } from '../json-file.js'
import type { OutputFolder } from '../output-folder.js'

/** What a report can be written as, and the file of each. */
export const REPORT_FILES = {
  md: 'report.md',
  json: 'report.json',
  html: 'report.html',
  sarif: 'report.sarif',
  junit: 'report.junit.xml',
  csv: 'incidents.csv',
  inference: 'inference_report.md',
} as const

/** A format of a report. */
export type ReportFormat = keyof typeof REPORT_FILES

/** All formats, in the order in which they are listed. */
export const REPORT_FORMATS = Object.keys(REPORT_FILES) as readonly ReportFormat[]

/** To read, for programs, and to look at; others are for machines that ask for them. */
export const DEFAULT_FORMATS: readonly ReportFormat[] = ['md', 'json', 'html']

/** The pictures that go with `report.json`. */
export const PICTURES_FILE = 'timeline.json'

/** Writes a report in the formats asked for; with `json` goes `timeline.json`. */
export async function writeReport(
  folder: OutputFolder,
  report: Report,
  {
    formats = DEFAULT_FORMATS,
    language = 'en',
  }: { readonly formats?: readonly ReportFormat[]; readonly language?: Language } = {},
): Promise<void> {
  const chosen = REPORT_FORMATS.filter((format) => formats.includes(format))
  const files = chosen.map((format) => REPORT_FILES[format])
  for (const format of chosen) {
    const text = RENDERERS[format](report, { language, files })
    await writeFile(folder.file(REPORT_FILES[format]), text)
    if (format === 'json') await writeFile(folder.file(PICTURES_FILE), renderPictures(report))
  }
}

const RENDERERS: Readonly<
  Record<ReportFormat, (report: Report, options: { language: Language; files: readonly string[] }) => string>
> = {
  md: renderMarkdown,
  json: renderJson,
  html: renderHtml,
  sarif: renderSarif,
  junit: renderJunit,
  csv: renderCsv,
  inference: renderInferenceReport,
}

/**
 * Reads the report of an earlier run.
 * @param path its folder, or its `report.json`
 * @throws {PipelineError} `bad-folder` when there is none
 * @throws {ReportError} `bad-report`
 */
export async function readSavedReport(path: string): Promise<{ readonly report: SavedReport; readonly name: string }> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  const file = isFolder ? join(path, REPORT_FILES.json) : path
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new PipelineError('bad-folder', `no report at ${file}; run "sp report" into it first`, { cause })
  })
  return { report: readReport(text, file), name: basename(isFolder ? resolve(path) : resolve(path, '..')) }
}

/**
 * The report of a run that judged and reported in one go, whole again with its pictures.
 * @throws {PipelineError} `bad-folder` when a part of it is missing or broken
 */
export async function readWholeReport(folder: string): Promise<Report> {
  const { report } = await readSavedReport(folder)
  const pictures = await readJsonFile(join(folder, PICTURES_FILE), picturesSchema, 'sp infer')
  return { ...report, pictures: pictures as unknown as Report['pictures'] }
}

const picturesSchema = z.looseObject({
  timeline: z.looseObject({}),
  activity: z.looseObject({}),
  distributions: z.array(z.unknown()),
})
