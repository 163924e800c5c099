import type { Options } from 'yargs'
import { type BaseMiner, Drain, EvidenceMiner } from '@sp/drain'
import { UsageError } from './errors.js'

/** Flags that set up Drain; names and defaults are Drain3's. */
const drainOptions = {
  'sim-th': { type: 'number', describe: 'drain: share of equal tokens that makes two messages one template (0.4)' },
  depth: { type: 'number', describe: 'drain: depth of the prefix tree, at least 3 (4)' },
  'max-children': { type: 'number', describe: 'drain: branches of a node of the prefix tree (100)' },
  'max-clusters': { type: 'number', describe: 'drain: live templates; the least recently used gives way (no limit)' },
  'extra-delimiters': { type: 'array', string: true, describe: 'drain: further token separators, such as _ or =' },
} as const satisfies Record<string, Options>

/** Flags that choose the template miner and set it up. */
export const minerOptions = {
  miner: {
    choices: ['evidence', 'drain'],
    default: 'evidence',
    describe: 'how templates are found: by evidence, without settings, or by Drain as in Drain3',
  },
  ...drainOptions,
} as const satisfies Record<string, Options>

/** The values of {@link minerOptions}. */
export interface MinerFlags {
  readonly miner: 'evidence' | 'drain'
  readonly simTh?: number
  readonly depth?: number
  readonly maxChildren?: number
  readonly maxClusters?: number
  readonly extraDelimiters?: readonly string[]
}

/**
 * A miner as the flags ask for.
 * @throws {UsageError} when flags of Drain are given to another miner
 */
export function minerFrom(flags: MinerFlags): BaseMiner {
  if (flags.miner === 'drain') {
    return Drain.create({
      similarityThreshold: flags.simTh,
      depth: flags.depth,
      maxChildren: flags.maxChildren,
      maxClusters: flags.maxClusters,
      extraDelimiters: flags.extraDelimiters,
    })
  }
  const stray = Object.keys(drainOptions).find(
    (name) => (flags as unknown as Record<string, unknown>)[name] !== undefined,
  )
  if (stray !== undefined) {
    throw new UsageError(`--${stray} sets up Drain, the miner is "${flags.miner}"; add --miner drain or leave it out`)
  }
  return EvidenceMiner.create()
}
