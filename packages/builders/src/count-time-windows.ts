import type { CountedColumns } from './count-windows.js'
import { joinWindows } from './join-windows.js'
import { sourceRuns } from './source-runs.js'
import { TimeWindowCounter, type TimeWindowOptions } from './time-window-counter.js'
import type { WindowCounts } from './window-counts.js'

/**
 * Counts the templates of each window by time of each source; a loop over {@link TimeWindowCounter}.
 * @throws {BuildersError} `bad-window` when the window is not longer than 0
 */
export async function countTimeWindows(
  batches: AsyncIterable<CountedColumns> | Iterable<CountedColumns>,
  { windowMs = 60_000, firstRow = 0 }: Omit<TimeWindowOptions, 'source'> = {},
): Promise<WindowCounts> {
  const parts: WindowCounts[] = []
  let current = ''
  let counter = new TimeWindowCounter({ windowMs, firstRow })
  for await (const batch of batches) {
    for (const { source, ...range } of sourceRuns(batch.source)) {
      if (source !== current) {
        parts.push(counter.flush())
        counter = new TimeWindowCounter({ windowMs, firstRow: counter.nextRow, source })
        current = source
      }
      parts.push(counter.push(batch, range))
    }
  }
  parts.push(counter.flush())
  return { ...joinWindows(parts, { windowSize: 0, stride: 0 }), windowMs }
}
