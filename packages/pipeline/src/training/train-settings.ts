import { z } from 'zod'
import { PRESETS, type PresetName } from '@sp/deeplog'
import { PipelineError } from '../errors.js'

const share = z.number().gt(0).max(0.1)
const count = z.int().min(1)
const presets = Object.keys(PRESETS) as [PresetName, ...PresetName[]]

/** The detectors that can be left out; the window detector is always there. */
export const OPTIONAL_DETECTORS = ['lines', 'sequences', 'series'] as const

/**
 * What decides how a bundle comes out, beside the logs: plain data, kept in the bundle. Every key has a default.
 */
export const trainSettingsSchema = z.strictObject({
  /** Rows of a window; 50 as in the reference system. */
  windowSize: count.default(50),
  /** Rows from one window's start to the next; 25, so that a burst on a border is whole in one of two windows. */
  stride: count.default(25),
  /** Share of normal windows that may be flagged, by all detectors of windows together; 1 in 200. */
  budget: share.default(0.005),
  /** Share of normal sessions that may be flagged; 1 in 1,333 (docs/methods/deeplog.md). */
  sessionBudget: share.default(0.00075),
  /** What groups lines into sessions: `auto`, the name of a rule, an expression, or `null` for processes. */
  sessionKey: z.string().min(1).nullable().default('auto'),
  /** Silence that ends a session, in milliseconds; `null`: twice the longest pause of a normal one, without a key never. */
  sessionTimeoutMs: z.number().positive().nullable().default(null),
  /**
   * Rows that detectors learn from at most: of a log that has more a sample is taken, and each row stands for several.
   * Templates are learned from all. `null`: all rows; they have to fit into memory, some 200 bytes each.
   */
  mostRows: z.int().min(10_000).nullable().default(null),
  /**
   * Which detectors join the window detector; default `lines` and `sequences`. Those of `series` find a few incidents more,
   * and on some logs alarm twice as often as was asked (docs/methods/ensemble.md).
   */
  detectors: z.array(z.enum(OPTIONAL_DETECTORS)).default(['lines', 'sequences']),
  /** From which everything random follows. */
  seed: z.int().default(0),
  /** Set of defaults of the DeepLog network. */
  deeplogPreset: z.enum(presets).default('sessions'),
  /** Events that the DeepLog network reads at once, h; `null`: as its preset has it. */
  deeplogWindow: z.int().min(2).nullable().default(null),
  /** Passes of the DeepLog network over its data; `null`: as its preset has it. */
  deeplogEpochs: count.nullable().default(null),
  /** Length of the windows of time that series are counted by, in milliseconds; a minute. */
  seriesWindowMs: z.number().positive().default(60_000),
  /**
   * Whether the network over series joins their ensemble: `auto`, where it finds more of the shocks that are planted into
   * held-out normal data, at the same share of alarms; `never` is tried, or `always` kept.
   */
  seriesNetwork: z.enum(['auto', 'never', 'always']).default('auto'),
  /** Passes of that network over its data; `null`: as its preset has it. */
  seriesNetworkEpochs: count.nullable().default(null),
  /** Whether the last lines go into the bundle, for `sp validate`; they are log text. */
  sample: z.boolean().default(true),
  /** Whether the last rows go into the bundle without their text, for `sp update`: times, hosts, templates, numbers. */
  history: z.boolean().default(true),
})

/** All settings, none left out. */
export type TrainSettings = z.output<typeof trainSettingsSchema>

/** Settings as they are given. */
export type TrainSettingsInput = z.input<typeof trainSettingsSchema>

/** Checks settings and fills in the defaults. @throws {PipelineError} `bad-options`, with the key */
export function trainSettings(given: TrainSettingsInput = {}): TrainSettings {
  const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const parsed = trainSettingsSchema.safeParse(named)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new PipelineError('bad-options', `setting ${issue.path.join('.') || 'of training'}: ${issue.message}`)
}
