import { selectWindows, type WindowCounts } from '@sp/builders'
import {
  baselineOptions,
  MODEL_VERSION,
  type BaselineModel,
  type BaselineOptions,
  type NormalStatistics,
} from './baseline-model.js'
import { BaselineError } from './errors.js'
import { normalStatistics } from './normal-statistics.js'
import { quantile } from './quantile.js'
import { WEAKEST_EVIDENCE, weightOfNewLines } from './baseline-scorer.js'
import { fitScoreTail, scoreAtPValue } from './score-tail.js'
import { windowSurprises } from './window-surprises.js'

/**
 * Learns what is normal from windows of a log in which nothing is wrong, and how high normal windows score.
 *
 * The threshold comes from windows that were not learned from: the windows are cut, in time order, into ten stretches,
 * and each is scored, causally, against rates fitted on the others. The threshold is the score that the share `budget`
 * of such windows exceeds. The model's own rates are fitted on all windows. Memory O(windows + templates).
 * @throws {BaselineError} `too-little-data` with fewer than 16 windows, or fewer lines than 4 windows hold;
 * `bad-options`
 */
export function trainBaseline(normalWindows: WindowCounts, options: BaselineOptions = {}): BaselineModel {
  return trainWithHeldOut(normalWindows, options).model
}

/**
 * Like {@link trainBaseline}; also the score of each training window when it was held out, for calibration with others.
 * @param corpus lines of each template in the log that the windows are a sample of; default: they are all
 */
export function trainWithHeldOut(
  normalWindows: WindowCounts,
  options: BaselineOptions = {},
  corpus?: readonly number[],
): { readonly model: BaselineModel; readonly heldOut: Float64Array } {
  const settings = baselineOptions(options)
  requireEnough(normalWindows)
  const { frequency, noveltyWeight } = crossFittedSurprises(normalWindows, settings)
  const ofWindows = normalStatistics(normalWindows)
  const statistics = corpus === undefined ? ofWindows : ofCorpus(ofWindows, corpus)
  // A single new line must be able to alarm: it weighs no less than what frequencies alone would have to reach.
  const { budget } = settings
  const novelty = Math.max(
    newTemplateSurprise(corpus ?? statistics.totals),
    scoreAtPValue(fitScoreTail(frequency), budget),
  )
  const heldOut = frequency.map((surprise, w) => Math.max(surprise, novelty * noveltyWeight[w]))
  const tail = fitScoreTail(heldOut)
  const model: BaselineModel = {
    format: 'sp-baseline',
    version: MODEL_VERSION,
    windowSize: normalWindows.windowSize,
    stride: normalWindows.stride,
    options: settings,
    windows: normalWindows.count,
    statistics,
    novelty,
    tail,
    threshold: Math.max(scoreAtPValue(tail, budget), WEAKEST_EVIDENCE),
    frequencyQuantile95: quantile(frequency, 0.95),
  }
  return { model, heldOut }
}

/**
 * What a sample says of the log that it was taken from: a template that the sample lacks has been seen nevertheless, as
 * often as its share of all lines lets expect in so many.
 */
function ofCorpus(sample: NormalStatistics, corpus: readonly number[]): NormalStatistics {
  const share = sum(sample.totals) / sum(corpus)
  return {
    ...sample,
    totals: corpus.map((lines, template) => sample.totals[template] || lines * share),
    dispersions: corpus.map((_, template) =>
      sample.totals[template] > 0 ? sample.dispersions[template] : sample.typicalDispersion,
    ),
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

const FEWEST_WINDOWS = 16
const FEWEST_FULL_WINDOWS = 4

function requireEnough({ count, endRow, startRow, windowSize, stride }: WindowCounts): void {
  // Overlapping windows repeat lines: without a few windows' worth of different ones there is nothing to hold out.
  let lines = 0
  for (let w = 0; w < count; w++) lines += endRow[w] - (w === 0 ? startRow[0] : Math.max(startRow[w], endRow[w - 1]))
  const fewestLines = FEWEST_FULL_WINDOWS * windowSize
  if (count >= FEWEST_WINDOWS && lines >= fewestLines) return
  throw new BaselineError(
    'too-little-data',
    `${count} normal windows of ${windowSize} rows, ${lines} lines in all; expected at least ${FEWEST_WINDOWS} windows ` +
      `and ${fewestLines} lines (${Math.max(FEWEST_WINDOWS * stride, fewestLines)} lines of one source are enough); ` +
      'give more normal logs, or choose a smaller window and stride',
  )
}

/** The strongest surprises of normal windows that were not learned from; one entry a window. */
interface HeldOutSurprises {
  readonly frequency: Float64Array
  /** By how much the surprise of one new line is to be multiplied; 0 where nothing is new. */
  readonly noveltyWeight: Float64Array
}

/**
 * The windows are cut, in time order, into {@link FOLDS} stretches; each is compared with statistics of the others.
 * Every window is held out once, which gives the tail three times the data that setting aside a third would.
 */
function crossFittedSurprises(windows: WindowCounts, settings: Required<BaselineOptions>): HeldOutSurprises {
  const order = inTimeOrder(windows)
  const frequency = new Float64Array(windows.count)
  const noveltyWeight = new Float64Array(windows.count)
  for (let fold = 0; fold < FOLDS; fold++) {
    const [from, to] = [fold, fold + 1].map((i) => Math.round((order.length * i) / FOLDS))
    // In row order again: which window follows which is told by the rows.
    const heldOut = order.slice(from, to).sort((a, b) => a - b)
    const inFold = new Set(heldOut)
    const others = order.filter((w) => !inFold.has(w) && !sharesRows(windows, w, inFold)).sort((a, b) => a - b)
    const normal = normalStatistics(selectWindows(windows, others))
    let next = 0
    for (const surprises of windowSurprises(selectWindows(windows, heldOut), { normal, ...settings })) {
      const w = heldOut[next++]
      frequency[w] = surprises.frequency[0]?.surprise ?? 0
      noveltyWeight[w] = surprises.unknown.reduce((most, { count }) => Math.max(most, weightOfNewLines(count)), 0)
    }
  }
  return { frequency, noveltyWeight }
}

/** By time where every window has one, else as given. */
function inTimeOrder({ startTime }: WindowCounts): number[] {
  const order = [...startTime.keys()]
  return startTime.some(Number.isNaN) ? order : order.sort((a, b) => startTime[a] - startTime[b] || a - b)
}

const FOLDS = 10

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
  const lines = sum(totals)
  const once = totals.filter((total) => total > 0 && total < 1.5).length
  return Math.log10((lines + 1) / (once + 1))
}
