import { selectWindows, type WindowCounts } from '@sp/builders'

/**
 * Takes the earliest windows as normal and leaves the others to be judged. Windows overlap: those of the earlier part
 * that share rows with a judged one teach nothing, or the first judged windows would be known in part.
 * @param share part of the windows that comes before the cut, 0 < share < 1
 */
export function splitWindows(windows: WindowCounts, share: number): { normal: WindowCounts; target: WindowCounts } {
  const order = inTimeOrder(windows)
  const cut = Math.floor(order.length * share)
  const isJudged = new Uint8Array(windows.count)
  for (const window of order.slice(cut)) isJudged[window] = 1
  return {
    normal: selectWindows(
      windows,
      order.slice(0, cut).filter((window) => !touchesJudged(windows, window, isJudged)),
    ),
    target: selectWindows(
      windows,
      order.slice(cut).sort((a, b) => a - b),
    ),
  }
}

/** Whether a window shares rows with a judged one; windows ascend by row, so only its neighbours can. */
function touchesJudged({ count, startRow, endRow }: WindowCounts, window: number, isJudged: Uint8Array): boolean {
  for (let w = window + 1; w < count && startRow[w] < endRow[window]; w++) if (isJudged[w] === 1) return true
  for (let w = window - 1; w >= 0 && endRow[w] > startRow[window]; w--) if (isJudged[w] === 1) return true
  return false
}

/** Window indices by start time; a window without a time stays where it stands after the one before it. */
function inTimeOrder(windows: WindowCounts): number[] {
  const times = new Float64Array(windows.count)
  let last = -Infinity
  for (let window = 0; window < windows.count; window++) {
    if (!Number.isNaN(windows.startTime[window])) last = windows.startTime[window]
    times[window] = last
  }
  return Array.from(times.keys()).sort((a, b) => times[a] - times[b] || a - b)
}
