import { createHash } from 'node:crypto'
import { z } from 'zod'

/** Version of the folder; it changes whenever an older program would misread it. */
export const BUNDLE_VERSION = 2

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')

/** Whether a detector is in a bundle, and if not, why. */
const trained = z.strictObject({ trained: z.boolean(), why: z.string().nullable() })

/** What `bundle.json` holds. */
export const manifestSchema = z.looseObject({
  format: z.literal('sp-bundle'),
  version: z.literal(BUNDLE_VERSION),
  /** Version of the packages that wrote it. */
  madeBy: z.string(),
  /** SHA-256 of everything else in this file, and so of all members: the name of what was learned. */
  hash: sha256,
  /** Hyper-parameters and seeds, by detector. */
  settings: z.record(z.string(), z.unknown()),
  data: z.strictObject({
    /** SHA-256 of the content of the normal logs, in the order in which they were read. */
    sha256,
    sources: z.number(),
    lines: z.number(),
    records: z.number(),
    /** Milliseconds since 1970; `null` without times. */
    firstTime: z.number().nullable(),
    lastTime: z.number().nullable(),
  }),
  detectors: z.record(z.string(), trained),
  /** Every file that inference reads, by name. */
  members: z.record(z.string(), z.strictObject({ sha256, bytes: z.number() })),
})

/** `bundle.json`: what a bundle is, and the SHA-256 of every member. */
export type BundleManifest = z.infer<typeof manifestSchema>

/** The SHA-256 of bytes, 64 hexadecimal digits. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** The name of what was learned: the hash of a manifest without its own `hash`, keys in order. */
export function manifestHash(manifest: Omit<BundleManifest, 'hash'>): string {
  const rest = Object.fromEntries(Object.entries(manifest).filter(([key]) => key !== 'hash'))
  return sha256Of(Buffer.from(JSON.stringify(sorted(rest))))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]))
}
