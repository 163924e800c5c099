import { join } from 'node:path'
import { z } from 'zod'
import { readJsonFile } from './json-file.js'

/** The files a parse leaves in its folder. */
export const PARSE_FILES = {
  parsed: 'parsed.parquet',
  templates: 'templates.parquet',
  preview: 'preview.json',
  summary: 'parse_summary.json',
} as const

/** How one segment was read; the keys are those of `ReadSummary` of `@sp/log-reader`. */
const segmentSchema = z.looseObject({
  source: z.string(),
  format: z.string(),
  confidence: z.number(),
  lines: z.number(),
  records: z.number(),
  timestamps: z.number(),
  invalidUtf8: z.number(),
  cutLines: z.number(),
})

const summarySchema = z.looseObject({
  format: z.literal('sp-parse'),
  version: z.literal(1),
  /** Rows of `parsed.parquet`. */
  rows: z.number(),
  /** Distinct templates. */
  templates: z.number(),
  /** How each segment was read, in row order. */
  target: z.array(segmentSchema),
})

/** How one segment was read. */
export type SegmentSummary = z.infer<typeof segmentSchema>

/** What a parse read and found: `parse_summary.json`. */
export type ParseSummary = z.infer<typeof summarySchema>

/** Reads the summary of a parsed folder. @throws {PipelineError} `bad-folder` */
export function readParseSummary(folder: string): Promise<ParseSummary> {
  return readJsonFile(join(folder, PARSE_FILES.summary), summarySchema, 'sp parse')
}
