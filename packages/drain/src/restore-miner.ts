import { Drain } from './drain.js'
import { DrainError } from './errors.js'
import { EvidenceMiner } from './evidence-miner.js'
import type { BaseMiner } from './template-miner.js'

/** Every kind of miner that learns, by the format of its snapshots. */
const RESTORERS = { 'sp-drain': Drain.restore, 'sp-evidence': EvidenceMiner.restore }

/**
 * The miner that a snapshot was taken of, a {@link Drain} or an {@link EvidenceMiner}, as its format says.
 *
 * @param options `mask`: as given when the miner was made; no part of a snapshot
 * @throws {DrainError} bad-snapshot when it is of neither, or contradicts itself
 */
export function restoreMiner(
  snapshot: unknown,
  options: { readonly mask?: (message: string) => string } = {},
): BaseMiner {
  const format = (snapshot as { format?: unknown } | null)?.format
  if (format === 'sp-drain' || format === 'sp-evidence') return RESTORERS[format](snapshot, options)
  throw new DrainError(
    'bad-snapshot',
    `miner snapshot of the format ${JSON.stringify(format)}; expected one of ${Object.keys(RESTORERS).join(', ')}; ` +
      'give what the snapshot() of a miner wrote, or learn anew from the log',
  )
}
