import type { AnomalyScores } from '@sp/log-table'
import { pValues } from '../calibration.js'
import { strongest } from '../combine-p-values.js'
import { onlyRare } from './only-rare.js'
import { lineDetector, type LineDetectorName } from '../lines/line-detectors.js'
import { scoreBaseline } from '../score-baseline.js'
import { checkEnsembleModel, type EnsembleModel } from './ensemble-model.js'
import type { WindowedLines } from './train-ensemble.js'
import { highestOfLines } from './window-lines.js'

/** Scores of windows by all detectors together: −log10 of the smallest p-value. CountEvidence is that of the window detector. */
export interface EnsembleScores extends AnomalyScores {
  /** What each detector says of every window: the window detector first, then the line detectors. */
  readonly detectors: readonly {
    readonly name: 'baseline' | LineDetectorName
    /** In the detector's own unit. */
    readonly score: Float64Array
    readonly pValue: Float64Array
  }[]
}

/**
 * Scores windows of a log and its lines against a model; the model stays as it is, and no score depends on later rows.
 * Template codes must be those of training.
 * @throws {BaselineError} `bad-model`, `window-mismatch`
 */
export function scoreEnsemble(model: EnsembleModel, log: WindowedLines): EnsembleScores {
  checkEnsembleModel(model)
  const baseline = scoreBaseline(model.baseline, log.windows)
  const ofLines = model.detectors.map(({ name, model: trained, calibration }) => {
    const score = highestOfLines(lineDetector(name).score(trained, log.lines), log)
    return { name, score, pValue: pValues(calibration, score) }
  })
  const ofWindows = {
    name: 'baseline' as const,
    score: baseline.score,
    pValue: pValues(model.baselineCalibration, baseline.score),
  }
  const detectors = [ofWindows, ...ofLines]
  const score = strongest(detectors.map(({ pValue }) => onlyRare(pValue, model.budget)))
  const { threshold } = model.calibration
  return {
    detector: 'ensemble',
    count: baseline.count,
    startRow: baseline.startRow,
    endRow: baseline.endRow,
    score,
    pValue: pValues(model.calibration, score),
    isAnomaly: Uint8Array.from(score, (value) => Number(value > threshold)),
    threshold,
    evidence: baseline.evidence,
    detectors,
  }
}
