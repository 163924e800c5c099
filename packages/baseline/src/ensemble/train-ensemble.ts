import type { WindowCounts } from '@sp/builders'
import { calibrate, pValues, type Calibration } from '../calibration.js'
import { strongest } from '../combine-p-values.js'
import { BaselineError } from '../errors.js'
import { onlyRare } from './only-rare.js'
import { sliceLines } from '../lines/join-lines.js'
import type { LineDetector } from '../lines/line-detector.js'
import { LINE_DETECTORS, lineDetector, type LineDetectorName } from '../lines/line-detectors.js'
import type { LogLines, RowRange } from '../lines/log-lines.js'
import { trainWithHeldOut } from '../train-baseline.js'
import { ENSEMBLE_VERSION, type EnsembleModel, type EnsembleOptions, type HeldOutScores } from './ensemble-model.js'

/** A log as windows of template counts and as lines, of the same rows. */
export interface WindowedLines {
  readonly windows: WindowCounts
  readonly lines: LogLines
  /** Lines of each template in the log that these rows are a sample of; default: they are all. */
  readonly corpus?: readonly number[]
}

/**
 * Learns normal windows and normal lines, of one source or several. Every detector scores every normal window from a model
 * that has not seen it: the log is cut, in the order of its rows, into {@link FOLDS} parts (the window detector holds out
 * as it does alone). Each detector's scores become p-values, and the smallest p-value of a window is calibrated again, so
 * that the budget is that of all together, those from elsewhere included.
 * @throws {BaselineError} as `trainBaseline`; `bad-options` when scores from elsewhere are not one a window
 */
export function trainEnsemble(normal: WindowedLines, options: EnsembleOptions = {}): EnsembleModel {
  const { detectors = Object.keys(LINE_DETECTORS) as LineDetectorName[], others = [] } = options
  const { model: baseline, heldOut } = trainWithHeldOut(normal.windows, options, normal.corpus)
  const { budget } = baseline.options
  others.forEach((other) => requireOneAWindow(other, normal.windows))
  const baselineCalibration = calibrate(heldOut, { budget, resolution: SURPRISE_RESOLUTION })
  const held = [pValues(baselineCalibration, heldOut)]
  const trained = detectors.map((name) => {
    const detector = lineDetector(name)
    const scores = heldOutOfLines(detector, normal)
    const calibration: Calibration = calibrate(scores, { budget, resolution: detector.resolution })
    held.push(pValues(calibration, scores))
    return { name, model: detector.train(normal.lines), calibration }
  })
  const calibrated = others.map(({ name, heldOut: scores, resolution }) => {
    const calibration = calibrate(
      scores.filter((score) => !Number.isNaN(score)),
      { budget, resolution },
    )
    held.push(pValues(calibration, scores).map((p, w) => (Number.isNaN(scores[w]) ? 1 : p)))
    return { name, calibration }
  })
  return {
    format: 'sp-ensemble',
    version: ENSEMBLE_VERSION,
    budget,
    baseline,
    baselineCalibration,
    detectors: trained,
    others: calibrated,
    calibration: calibrate(strongest(held.map((p) => onlyRare(p, budget))), {
      budget,
      resolution: SURPRISE_RESOLUTION,
    }),
  }
}

const FOLDS = 10
const SURPRISE_RESOLUTION = 0.1

function requireOneAWindow({ name, heldOut }: HeldOutScores, { count }: WindowCounts): void {
  if (heldOut.length === count && heldOut.some((score) => !Number.isNaN(score))) return
  const seen = `${heldOut.length} scores of the detector "${name}"`
  throw new BaselineError('bad-options', `${seen}, expected one for each of ${count} windows, not all of them NaN`)
}

/** What a model of all lines adds to the logarithm of a share, beside one from which a part was held out. */
const SURER = Math.log(FOLDS / (FOLDS - 1))

/**
 * The score of each window, the highest of its lines, by a detector that has not learned from its part of the log; as the
 * model of the whole log would put it. Lines of the same source before the part are read, so that what went before a line
 * is known; only the model is without it.
 */
function heldOutOfLines<Model>(detector: LineDetector<Model>, { windows, lines }: WindowedLines): Float64Array {
  const scores = new Float64Array(lines.count)
  const result = new Float64Array(windows.count)
  for (let fold = 0; fold < FOLDS; fold++) {
    const [from, to] = [fold, fold + 1].map((i) => Math.round((lines.count * i) / FOLDS))
    // The last windows of a part reach into the next one.
    const last = Math.min(lines.count, to + windows.windowSize)
    scorePart(detector, { model: detector.train(lines, { from, to }), lines, part: { from, to: last }, scores })
    for (let w = 0; w < windows.count; w++) {
      const row = windows.startRow[w] - lines.firstRow
      if (row >= from && row < to) result[w] = highestBetween(scores, row, windows.endRow[w] - lines.firstRow)
    }
  }
  return result.map((score) => (score > 0 ? score + detector.shares * SURER : 0))
}

/** Scores the lines of a part of the log, and those of the same source before it. */
function scorePart<Model>(
  detector: LineDetector<Model>,
  { model, lines, part, scores }: { model: Model; lines: LogLines; part: RowRange; scores: Float64Array },
): void {
  const { stretches, count } = lines
  for (let s = 0; s < stretches.length; s++) {
    const [from, end] = [stretches[s], stretches[s + 1] ?? count]
    if (end <= part.from || from >= part.to) continue
    const to = Math.min(end, part.to)
    detector.open(model).push(sliceLines(lines, from, to), scores.subarray(from, to))
  }
}

function highestBetween(scores: Float64Array, from: number, to: number): number {
  let highest = 0
  for (let i = from; i < to; i++) highest = Math.max(highest, scores[i])
  return highest
}
