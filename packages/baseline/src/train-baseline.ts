import { selectWindows, type WindowCounts } from '@sp/builders'
import { baselineOptions, MODEL_VERSION, type BaselineModel, type BaselineOptions } from './baseline-model.js'
import { BaselineError } from './errors.js'
import { normalStatistics } from './normal-statistics.js'
import { quantile } from './quantile.js'
import { combine } from './score-baseline.js'
import { fitScoreTail, scoreAtPValue } from './score-tail.js'
import { windowSurprises } from './window-surprises.js'

/**
 * Learns what is normal from windows of a log in which nothing is wrong, and how high normal windows score.
 *
 * The threshold comes from windows that were not learned from: rates are fitted on the first two thirds of the windows
 * in time order, the last third is scored as unseen data would be, and the threshold is the score that the share
 * `budget` of such windows exceeds. Then the rates are fitted again, on all windows. Memory O(windows + templates).
 * @throws {BaselineError} `too-little-data` with fewer than {@link FEWEST_WINDOWS} windows; `bad-options`
 */
export function trainBaseline(normalWindows: WindowCounts, options: BaselineOptions = {}): BaselineModel {
  const settings = baselineOptions(options)
  requireEnough(normalWindows)
  const { fitted, heldOut } = splitInTime(normalWindows)
  const early = normalStatistics(fitted)
  const surprises = [...windowSurprises(heldOut, { normal: early, ...settings })]

  // A single new line must be able to alarm: it weighs no less than what frequencies alone would have to reach.
  const { strongest, budget } = settings
  const frequencyTail = fitScoreTail(surprises.map((window) => combine(window, { novelty: 0, strongest })))
  const novelty = Math.max(newTemplateSurprise(early.totals), scoreAtPValue(frequencyTail, budget))
  const tail = fitScoreTail(surprises.map((window) => combine(window, { novelty, strongest })))
  return {
    format: 'sp-baseline',
    version: MODEL_VERSION,
    windowSize: normalWindows.windowSize,
    stride: normalWindows.stride,
    options: settings,
    windows: normalWindows.count,
    statistics: normalStatistics(normalWindows),
    novelty,
    tail,
    threshold: scoreAtPValue(tail, budget),
    frequencyQuantile95: quantile(
      surprises.map(({ frequency }) => frequency[0]?.surprise ?? 0),
      0.95,
    ),
  }
}

const FEWEST_WINDOWS = 16

function requireEnough({ count, endRow, startRow, windowSize, stride }: WindowCounts): void {
  if (count >= FEWEST_WINDOWS) return
  const lines = count === 0 ? 0 : endRow[count - 1] - startRow[0]
  throw new BaselineError(
    'too-little-data',
    `${count} normal windows (${lines} lines, ${windowSize} a window), expected ${FEWEST_WINDOWS} or more ` +
      `(about ${FEWEST_WINDOWS * stride} lines); give more normal logs, or a smaller window and stride`,
  )
}

/**
 * The first two thirds and the last third, by time where every window has one, else in the order given.
 * Held-out windows that share rows with fitted ones are left out.
 */
function splitInTime(windows: WindowCounts): { fitted: WindowCounts; heldOut: WindowCounts } {
  const order = [...windows.startRow.keys()]
  if (!windows.startTime.some(Number.isNaN)) order.sort((a, b) => windows.startTime[a] - windows.startTime[b] || a - b)
  const cut = Math.ceil((order.length * 2) / 3)
  const fitted = new Set(order.slice(0, cut))
  // In row order again: which window follows which is told by the rows.
  const rest = order.slice(cut).sort((a, b) => a - b)
  const heldOut = rest.filter((w) => !sharesRows(windows, w, fitted))
  return {
    fitted: selectWindows(
      windows,
      [...fitted].sort((a, b) => a - b),
    ),
    heldOut: selectWindows(windows, heldOut),
  }
}

function sharesRows({ startRow, endRow, windowSize, stride }: WindowCounts, w: number, others: Set<number>): boolean {
  for (let distance = 1; distance * stride < windowSize; distance++) {
    if (others.has(w - distance) && endRow[w - distance] > startRow[w]) return true
    if (others.has(w + distance) && endRow[w] > startRow[w + distance]) return true
  }
  return false
}

/**
 * −log10 of the chance that the next line is of a template never seen: the share of templates seen once among all
 * lines (Good 1953), one more of each so that it is never 0.
 */
function newTemplateSurprise(totals: readonly number[]): number {
  const lines = totals.reduce((sum, total) => sum + total, 0)
  const once = totals.filter((total) => total > 0 && total < 1.5).length
  return Math.log10((lines + 1) / (once + 1))
}
