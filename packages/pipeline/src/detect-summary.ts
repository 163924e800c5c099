import { join } from 'node:path'
import { z } from 'zod'
import { readJsonFile } from './json-file.js'
import { levelShiftSchema } from './level-shift-rows.js'

/** The files a detection leaves in its folder. */
export const DETECT_FILES = {
  scores: 'baseline_scores.parquet',
  preview: 'baseline_preview.json',
  model: 'baseline_model.json',
  summary: 'detect_summary.json',
} as const

const summarySchema = z.looseObject({
  format: z.literal('sp-detect'),
  version: z.literal(1),
  /** `calibrated`: thresholds from held-out normal windows. `compat`: a quantile of the judged log itself. */
  mode: z.enum(['calibrated', 'compat']),
  /** Rows of the `parsed.parquet` that was judged; a report refuses a folder whose parse has another number. */
  rows: z.number(),
  windowSize: z.number(),
  stride: z.number(),
  /** Rows, windows and templates that taught what is normal; 0 in `compat` mode. */
  normalRows: z.number(),
  normalWindows: z.number(),
  normalTemplates: z.number(),
  /** Share of normal windows that may be flagged; `null` in `compat` mode. */
  budget: z.number().nullable(),
  threshold: z.number(),
  windows: z.number(),
  anomalies: z.number(),
  /** Changes that lasted: each is one finding, however many windows it flagged. */
  levelShifts: z.array(levelShiftSchema).optional(),
})

/** What a detection was taught and what it found: `detect_summary.json`. */
export type DetectSummary = z.infer<typeof summarySchema>

/** Reads the summary of a judged folder. @throws {PipelineError} `bad-folder` */
export function readDetectSummary(folder: string): Promise<DetectSummary> {
  return readJsonFile(join(folder, DETECT_FILES.summary), summarySchema, 'sp detect')
}
