import type { ParsedLog } from '@sp/log-table'
import { joinWindows } from './join-windows.js'
import { sourceRuns } from './source-runs.js'
import { WindowCounter, type WindowOptions } from './window-counter.js'
import type { WindowCounts } from './window-counts.js'

/** What of a parsed log the windows need; a whole `ParsedLog` fits. */
export type CountedColumns = Pick<ParsedLog, 'rowCount' | 'source' | 'lineNo' | 'timestamp' | 'template'>

/**
 * Counts the templates of each window of rows.
 *
 * Windows start at rows 0, stride, 2·stride, … of each source while that row exists; the last ones may be short.
 * A window never crosses from one source to another; a source that comes back after another one starts anew.
 * A loop over {@link WindowCounter}, one a source. Memory is O(window + result), whatever the batch size.
 * @throws {BuildersError} `bad-window` when size or stride is not a positive integer
 */
export async function countWindows(
  batches: AsyncIterable<CountedColumns> | Iterable<CountedColumns>,
  { windowSize = 50, stride = 25, firstRow = 0 }: WindowOptions = {},
): Promise<WindowCounts> {
  const parts: WindowCounts[] = []
  let current = ''
  let counter = new WindowCounter({ windowSize, stride, firstRow })
  for await (const batch of batches) {
    for (const { source, ...range } of sourceRuns(batch.source)) {
      if (source !== current) {
        parts.push(counter.flush())
        counter = new WindowCounter({ windowSize, stride, firstRow: counter.nextRow, source })
        current = source
      }
      parts.push(counter.push(batch, range))
    }
  }
  parts.push(counter.flush())
  return joinWindows(parts, { windowSize, stride })
}
