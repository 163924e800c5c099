import type { Options } from 'yargs'
import { DEFAULT_PREFIX } from './redis/shared-job.js'

/** Flags that say where jobs wait. */
export const queueOptions = {
  queue: {
    type: 'string',
    describe: 'redis://host:port of a queue that workers take jobs from; without it, this machine',
  },
  prefix: { type: 'string', default: DEFAULT_PREFIX, describe: 'name of the fleet: keys in Redis begin with it' },
} as const satisfies Record<string, Options>

/** The values of {@link queueOptions}. */
export interface QueueFlags {
  readonly queue?: string
  readonly prefix: string
}
