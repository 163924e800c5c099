import { setTimeout } from 'node:timers/promises'
import type { Source } from '@sp/log-reader'
import { UsageError } from './errors.js'

/** How logs are watched. */
export interface GrowthOptions {
  /** Between two looks at their sizes. */
  readonly intervalMs: number
  /** Share of the bytes of the last time by which they must have grown, 0 or more. */
  readonly growth: number
  readonly signal: AbortSignal
}

/**
 * Gives the logs at once, and again whenever they have grown enough; files that came meanwhile are among them. Ends when
 * the signal is aborted.
 * @throws {UsageError} when a log has no size to watch
 */
export async function* watchGrowth(
  open: () => Promise<readonly Source[]>,
  { intervalMs, growth, signal }: GrowthOptions,
): AsyncGenerator<readonly Source[], void, undefined> {
  let [sources, before] = [await open(), 0]
  while (!signal.aborted) {
    const bytes = totalBytes(sources)
    if (bytes > before * (1 + growth)) {
      before = bytes
      yield sources
    }
    // After a rotation what comes is compared with what is left.
    before = Math.min(before, bytes)
    await setTimeout(intervalMs, undefined, { signal }).catch(() => undefined)
    // A log that is missing while it is rotated must not end a service.
    sources = await open().catch(() => sources)
  }
}

function totalBytes(sources: readonly Source[]): number {
  return sources.reduce((sum, { name, sizeBytes }) => {
    if (sizeBytes === null) throw new UsageError(`${name} has no size to watch; --watch needs files`)
    return sum + sizeBytes
  }, 0)
}
