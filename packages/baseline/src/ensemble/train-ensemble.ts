import type { WindowCounts } from '@sp/builders'
import { calibrate, pValues, type Calibration } from '../calibration.js'
import { strongest } from '../combine-p-values.js'
import { onlyRare } from './only-rare.js'
import type { LineDetector } from '../lines/line-detector.js'
import { LINE_DETECTORS, lineDetector, type LineDetectorName } from '../lines/line-detectors.js'
import type { LogLines } from '../lines/log-lines.js'
import { trainWithHeldOut } from '../train-baseline.js'
import { ENSEMBLE_VERSION, type EnsembleModel, type EnsembleOptions } from './ensemble-model.js'
import { highestOfLines } from './window-lines.js'

/** A log as windows of template counts and as lines, of the same rows. */
export interface WindowedLines {
  readonly windows: WindowCounts
  readonly lines: LogLines
}

/**
 * Learns normal windows and normal lines. Every detector scores every normal window from a model that has not seen it:
 * the log is cut, in the order of its rows, into {@link FOLDS} stretches (the window detector holds out as it does
 * alone). Each detector's scores become p-values, and the smallest p-value of a window is calibrated again, so that the
 * budget is that of all together.
 * @throws {BaselineError} as `trainBaseline`
 */
export function trainEnsemble(normal: WindowedLines, options: EnsembleOptions = {}): EnsembleModel {
  const { detectors = Object.keys(LINE_DETECTORS) as LineDetectorName[] } = options
  const { model: baseline, heldOut } = trainWithHeldOut(normal.windows, options)
  const { budget } = baseline.options
  const baselineCalibration = calibrate(heldOut, { budget, resolution: SURPRISE_RESOLUTION })
  const held = [pValues(baselineCalibration, heldOut)]
  const trained = detectors.map((name) => {
    const detector = lineDetector(name)
    const scores = heldOutOfLines(detector, normal)
    const calibration: Calibration = calibrate(scores, { budget, resolution: detector.resolution })
    held.push(pValues(calibration, scores))
    return { name, model: detector.train(normal.lines), calibration }
  })
  return {
    format: 'sp-ensemble',
    version: ENSEMBLE_VERSION,
    budget,
    baseline,
    baselineCalibration,
    detectors: trained,
    calibration: calibrate(strongest(held.map((p) => onlyRare(p, budget))), {
      budget,
      resolution: SURPRISE_RESOLUTION,
    }),
  }
}

const FOLDS = 5
const SURPRISE_RESOLUTION = 0.1

/**
 * The score of each window by a detector that has not learned from its stretch. Lines before the stretch are read, so
 * that what went before a line is known; only the model is without it.
 */
function heldOutOfLines<Model>(detector: LineDetector<Model>, { windows, lines }: WindowedLines): Float64Array {
  const result = new Float64Array(windows.count)
  for (let fold = 0; fold < FOLDS; fold++) {
    const [from, to] = [fold, fold + 1].map((i) => Math.round((lines.count * i) / FOLDS))
    const scores = highestOfLines(detector.score(detector.train(lines, { from, to }), lines), { windows, lines })
    for (let w = 0; w < windows.count; w++) {
      const row = windows.startRow[w] - lines.firstRow
      if (row >= from && row < to) result[w] = scores[w]
    }
  }
  return result
}
