import { z } from 'zod'

/** The files an inference leaves in its folder beside the report and the parsed log. */
export const INFER_FILES = {
  findings: 'findings.ndjson',
  windows: 'baseline_scores.parquet',
  sessions: 'deeplog_sessions.parquet',
  frames: 'mscred_infer.parquet',
  /** Folder of hours judged by those of the normal logs, as in the reference system. */
  temporal: 'temporal_analysis/',
  summary: 'infer_summary.json',
} as const

/** What `infer_summary.json` holds. */
export const inferSummarySchema = z.looseObject({
  format: z.literal('sp-infer'),
  version: z.literal(1),
  /** Path and hash of the bundle; no path where it was learned for this run alone. */
  bundle: z.string().nullable(),
  bundleHash: z.string(),
  /** Shares of normal windows and sessions that may be flagged. */
  budget: z.number(),
  sessionBudget: z.number().nullable(),
  sources: z.number(),
  lines: z.number(),
  records: z.number(),
  /** Records of templates that training did not know. */
  unknown: z.number(),
  windows: z.number(),
  flaggedWindows: z.number(),
  /** Windows of time, and those that alone make a window of lines strange. */
  frames: z.number().default(0),
  flaggedFrames: z.number().default(0),
  sessions: z.number(),
  flaggedSessions: z.number(),
  habitSessions: z.number(),
  findings: z.number(),
  incidents: z.number(),
})

/** What an inference judged and found: `infer_summary.json`. */
export type InferSummary = z.infer<typeof inferSummarySchema>
