import type { Options } from 'yargs'
import type { DrainOptions } from '@sp/drain'

/** Flags that set up the template miner; names and defaults are Drain3's. */
export const minerOptions = {
  'sim-th': { type: 'number', default: 0.4, describe: 'share of equal tokens that makes two messages one template' },
  depth: { type: 'number', default: 4, describe: 'depth of the prefix tree, at least 3' },
  'max-children': { type: 'number', default: 100, describe: 'branches of a node of the prefix tree' },
  'max-clusters': { type: 'number', describe: 'live templates; the least recently used gives way (default: no limit)' },
  'extra-delimiters': {
    type: 'array',
    string: true,
    default: [] as string[],
    describe: 'further token separators, such as _ or =',
  },
} as const satisfies Record<string, Options>

/** The values of {@link minerOptions}. */
export interface MinerFlags {
  readonly simTh: number
  readonly depth: number
  readonly maxChildren: number
  readonly maxClusters?: number
  readonly extraDelimiters: readonly string[]
}

/** The miner options that the flags ask for. */
export function drainOptionsFrom(flags: MinerFlags): DrainOptions {
  return {
    similarityThreshold: flags.simTh,
    depth: flags.depth,
    maxChildren: flags.maxChildren,
    maxClusters: flags.maxClusters ?? null,
    extraDelimiters: flags.extraDelimiters,
  }
}
