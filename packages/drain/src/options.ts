import { z } from 'zod'
import { DrainError } from './errors.js'

/** How a {@link Drain} groups messages. The defaults are Drain3's. */
export interface DrainOptions {
  /** Least share of tokens, 0..1, that a line must have in common with a template to join it; default 0.4. Higher splits more. */
  readonly similarityThreshold?: number
  /** Levels of the tree, at least 3, root and clusters included; default 4, which looks at one leading token. */
  readonly depth?: number
  /** Most children of a tree node, the wildcard child included; at least 1, default 100. */
  readonly maxChildren?: number
  /** Most clusters alive: beyond it the least recently used is evicted. `null`, the default, keeps all. */
  readonly maxClusters?: number | null
  /** Strings that separate tokens as white space does, applied in this order; default none. */
  readonly extraDelimiters?: readonly string[]
  /** Whether a leading token with a digit goes to the wildcard branch of the tree; default true. */
  readonly parametrizeNumericTokens?: boolean
  /** What a template shows where its lines differ; default `<*>`. */
  readonly wildcard?: string
  /** Applied to each message before anything else, e.g. a masker; default none. Not part of a snapshot. */
  readonly mask?: (message: string) => string
}

/** The options that a snapshot carries, all of them set. */
export type DrainSettings = Readonly<Required<Omit<DrainOptions, 'mask'>>>

/** Checks the ranges of the settings. */
export const settingsSchema = z.object({
  similarityThreshold: z.number().min(0).max(1),
  depth: z.int().min(3),
  maxChildren: z.int().min(1),
  maxClusters: z.int().min(1).nullable(),
  extraDelimiters: z.array(z.string().min(1)),
  parametrizeNumericTokens: z.boolean(),
  wildcard: z.string().regex(/^\S+$/, 'expected one word'),
})

/**
 * Options with their defaults.
 *
 * @throws {DrainError} bad-options when one lies outside its range
 */
export function settingsFromOptions(options: DrainOptions): DrainSettings {
  const given = {
    similarityThreshold: options.similarityThreshold ?? 0.4,
    depth: options.depth ?? 4,
    maxChildren: options.maxChildren ?? 100,
    maxClusters: options.maxClusters ?? null,
    extraDelimiters: options.extraDelimiters ?? [],
    parametrizeNumericTokens: options.parametrizeNumericTokens ?? true,
    wildcard: options.wildcard ?? '<*>',
  }
  const parsed = settingsSchema.safeParse(given)
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]
  const seen = JSON.stringify(given[path[0] as keyof typeof given])
  throw new DrainError('bad-options', `${path.join('.')} is ${seen}: ${message}; correct it or leave it out`)
}
