import { z } from 'zod'
import { DrainError } from './errors.js'
import { MessageKind } from './message-kind.js'
import { SLOT } from './token-key.js'

const snapshotSchema = z.object({
  format: z.literal('sp-evidence'),
  version: z.literal(1),
  mostKinds: z.int().min(1),
  /** The kinds of messages by code: key, messages learned, and for each value of the key what is known of it. */
  kinds: z.array(
    z.object({
      key: z.array(z.string()),
      count: z.int().min(0),
      values: z.array(z.object({ text: z.string(), isConstant: z.boolean() })),
    }),
  ),
  /** Template ids that were given out, and a code of each; in order of id. */
  issued: z.array(z.tuple([z.string(), z.int().min(0)])),
})

/** The state of an {@link EvidenceMiner} as plain JSON, version 1. */
export type EvidenceSnapshot = z.infer<typeof snapshotSchema>

/** What a miner remembers. */
export interface EvidenceState {
  readonly mostKinds: number
  readonly kinds: readonly MessageKind[]
  readonly issued: ReadonlyMap<string, number>
}

/** Writes a state down: the same state gives the same bytes. */
export function snapshotFromEvidence({ mostKinds, kinds, issued }: EvidenceState): EvidenceSnapshot {
  return {
    format: 'sp-evidence',
    version: 1,
    mostKinds,
    kinds: kinds.map(({ key, count, values }) => ({
      key: [...key],
      count,
      values: values.flatMap((value) => (value === null ? [] : [{ ...value }])),
    })),
    issued: [...issued].sort(([a], [b]) => (a < b ? -1 : 1)),
  }
}

/**
 * Reads a state that {@link snapshotFromEvidence} wrote.
 *
 * @throws {DrainError} bad-snapshot when it is not one, or contradicts itself
 */
export function evidenceFromSnapshot(snapshot: unknown): EvidenceState {
  const parsed = snapshotSchema.safeParse(snapshot)
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]
    throw badSnapshot(`at ${path.join('.') || 'its top'}: ${message}`)
  }
  const { mostKinds, kinds, issued } = parsed.data
  const lost = issued.find(([, code]) => code >= kinds.length)
  if (lost !== undefined) throw badSnapshot(`id ${lost[0]} has code ${lost[1]}, there are ${kinds.length} kinds`)
  return { mostKinds, kinds: kinds.map(kindOf), issued: new Map(issued) }
}

function kindOf({ key, count, values }: EvidenceSnapshot['kinds'][number], code: number): MessageKind {
  const places = key.filter((token) => token.includes(SLOT)).length
  if (places !== values.length) throw badSnapshot(`kind ${code} has ${values.length} values in ${places} places`)
  let next = 0
  const kind = new MessageKind(
    code,
    key,
    key.map((token) => (token.includes(SLOT) ? values[next++] : null)),
  )
  kind.count = count
  return kind
}

function badSnapshot(seen: string): DrainError {
  return new DrainError(
    'bad-snapshot',
    `miner snapshot, ${seen}; expected what EvidenceMiner.snapshot() wrote (format sp-evidence, version 1); ` +
      'take the snapshot again, or learn anew from the log',
  )
}
