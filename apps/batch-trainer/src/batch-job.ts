import { z } from 'zod'
import { trainSettingsSchema } from '@sp/pipeline'

/** How the lines of a job's logs are read; what is left out is found for each log. */
export const readingSchema = z.strictObject({
  /** Header format of all logs (`sp formats` lists them). */
  format: z.string().min(1).optional(),
  /** Year of the first line, for formats without one. */
  year: z.int().min(1970).max(9999).optional(),
  /** Whether stack traces belong to the line before them; true. */
  multiline: z.boolean().optional(),
})

/** Which variable parts of messages are hidden; all, where nothing is said. */
export const maskingSchema = z.strictObject({
  mode: z.enum(['default', 'compat']).optional(),
  paths: z.boolean().optional(),
  hex: z.boolean().optional(),
  ips: z.boolean().optional(),
  mac: z.boolean().optional(),
  uuid: z.boolean().optional(),
  pid: z.boolean().optional(),
  device: z.boolean().optional(),
  num: z.boolean().optional(),
})

/** What a job computes on: jobs of the same kind share what there is of it. */
export const DEVICES = ['cpu', 'gpu'] as const

/** One bundle to be trained: plain data, the same on every machine. Paths are relative to the folder of the plan. */
export const batchJobSchema = z.strictObject({
  name: z.string(),
  /** Files, folders, globs. */
  sources: z.array(z.string()).min(1),
  /** Levels of folders that are searched. */
  maxDepth: z.int(),
  /** Most files that are read; more are refused, not passed over. */
  maxFiles: z.int(),
  /** Folder of the bundle. */
  bundle: z.string(),
  /** Where the finished bundle is put besides: `s3://bucket/prefix` or a folder; `null` for nowhere. */
  store: z.string().nullable(),
  /** File that the job's log is appended to, a JSON object a line. */
  log: z.string(),
  device: z.enum(DEVICES),
  /** Memory that the job may take. */
  memoryBytes: z.number(),
  /** Higher goes first. */
  priority: z.int(),
  /** How often it is begun before it counts as failed. */
  attempts: z.int(),
  /** Threads that read whole files. */
  threads: z.int(),
  /** Parts in which the logs are read, each by a process of its own; `null`: by that of the job. */
  shards: z.int().min(1).nullable(),
  settings: trainSettingsSchema,
  reading: readingSchema,
  masking: maskingSchema,
})

/** One bundle to be trained. */
export type BatchJob = z.output<typeof batchJobSchema>

/** What became of a job that came to its end. */
export const jobResultSchema = z.object({
  /** The name of what was learned, `hash` of `bundle.json`. */
  hash: z.string(),
  /** True when an earlier run had finished it: nothing was done. */
  reused: z.boolean(),
  sources: z.number(),
  records: z.number(),
  /** By name: `null` for a trained detector, else why it was left out. */
  detectors: z.record(z.string(), z.string().nullable()),
  /** Steps in order; those that were `resumed` an earlier run had finished. */
  steps: z.array(z.object({ name: z.string(), seconds: z.number().nullable(), resumed: z.boolean() })),
  /** Most memory that the process had in use. */
  memoryBytes: z.number(),
})

/** What became of a job that came to its end. */
export type JobResult = z.output<typeof jobResultSchema>
