import type { Sessions } from '@sp/builders'
import { calibrate, pValues, type CalibrationOptions } from '../calibration.js'
import { strongest } from '../combine-p-values.js'
import { BaselineError } from '../errors.js'
import { selectSessions } from './select-sessions.js'
import type { SessionDetector, SessionTraining } from './session-detector.js'
import { sessionDetector } from './session-detectors.js'
import { SESSION_MODEL_VERSION, sessionOptions, type SessionModel, type SessionOptions } from './session-model.js'

/** Fewest normal sessions of which anything can be said. */
const FEWEST_SESSIONS = 8

/**
 * Learns what normal sessions are, and how strange they look to detectors that have not seen them: each detector scores
 * every session out of fold, and so does their combination, the smallest p-value.
 * @throws {BaselineError} `too-little-data` with fewer than 8 sessions; `bad-options`
 */
export function trainSessionDetectors(normal: Sessions, options: SessionOptions = {}): SessionModel {
  const settings = sessionOptions(options)
  if (normal.count < FEWEST_SESSIONS) {
    const seen = `${normal.count} normal sessions`
    throw new BaselineError('too-little-data', `${seen}, expected at least ${FEWEST_SESSIONS}; give more normal logs`)
  }
  const heldOutPValues: Float64Array[] = []
  const detectors = settings.detectors.map((name) => {
    const detector = sessionDetector(name)
    const heldOut = heldOutScores(detector, normal, settings)
    const calibration = calibrate(heldOut, { budget: settings.budget, resolution: detector.resolution })
    heldOutPValues.push(pValues(calibration, heldOut))
    return { name, model: detector.train(normal, settings), calibration }
  })
  const combined: CalibrationOptions = { budget: settings.budget, resolution: SURPRISE_RESOLUTION }
  return {
    format: 'sp-sessions',
    version: SESSION_MODEL_VERSION,
    options: settings,
    sessions: normal.count,
    detectors,
    calibration: calibrate(strongest(heldOutPValues), combined),
  }
}

const SURPRISE_RESOLUTION = 0.1

/**
 * The score of each normal session by a detector that learned from the others: every fifth session is held out at a
 * time, and with fewer than 100 sessions each by itself.
 */
export function heldOutScores<Model>(
  detector: SessionDetector<Model>,
  normal: Sessions,
  training: SessionTraining = {},
): Float64Array {
  const folds = normal.count < LEAVE_ONE_OUT ? normal.count : FOLDS
  const scores = new Float64Array(normal.count)
  const all = Array.from({ length: normal.count }, (_, s) => s)
  for (let fold = 0; fold < folds; fold++) {
    const heldOut = all.filter((s) => s % folds === fold)
    const others = selectSessions(
      normal,
      all.filter((s) => s % folds !== fold),
    )
    const found = detector.score(detector.train(others, training), selectSessions(normal, heldOut))
    heldOut.forEach((s, i) => (scores[s] = found[i]))
  }
  return scores
}

const FOLDS = 5
const LEAVE_ONE_OUT = 100
