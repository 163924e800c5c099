import type { ClosedSessions, Sessions } from '@sp/builders'
import type { Evidence } from '@sp/log-table'
import { pValues } from '../calibration.js'
import { strongest } from '../combine-p-values.js'
import { pValueOf } from '../score-tail.js'
import { SessionExplainer } from './session-explainer.js'
import { sessionAt, type ScoreOfSession } from './session-detector.js'
import { sessionDetector, type SessionDetectorName } from './session-detectors.js'
import { checkSessionModel, type SessionModel } from './session-model.js'

/** Scores of sessions; every column has `count` entries. */
export interface SessionScores {
  readonly count: number
  /** −log10 of the smallest p-value of the detectors, 0 or more. */
  readonly score: Float64Array
  /** Share of normal sessions whose score is at least as high, above 0 and at most 1. */
  readonly pValue: Float64Array
  /** 1 where the score lies above the threshold. */
  readonly isAnomaly: Uint8Array
  readonly threshold: number
  /** What each detector says, in the order of the model. */
  readonly detectors: readonly DetectorScores[]
}

/** One detector's opinion of every session. */
export interface DetectorScores {
  readonly name: SessionDetectorName
  /** In the detector's own unit. */
  readonly score: Float64Array
  readonly pValue: Float64Array
  /** Score that the share `budget` of normal sessions exceeds by this detector alone. */
  readonly threshold: number
}

/** How sessions are judged. */
export interface SessionJudging {
  /**
   * Whether a session was cut off before its end: then only what it holds is judged, not what it lacks. Default: what a
   * `SessionGatherer` cut because too many sessions were open.
   */
  readonly isUnfinished?: (session: number) => boolean
}

/**
 * Scores sessions as they end; no session's score depends on another, so there is no state to keep. What it takes to look
 * into the model is made once. Events must be indices of the vocabulary that the model was trained with.
 */
export class SessionScorer {
  readonly #model: SessionModel
  readonly #scorers: readonly ScoreOfSession[]
  readonly #explainer: SessionExplainer

  /**
   * A scorer of a model, which stays as it is.
   * @throws {BaselineError} `bad-model` when the model is damaged or of another version
   */
  constructor(model: SessionModel) {
    checkSessionModel(model)
    this.#model = model
    this.#scorers = model.detectors.map(({ name, model: trained }) => sessionDetector(name).open(trained))
    this.#explainer = new SessionExplainer(model)
  }

  /** Scores sessions. */
  score(sessions: Sessions, { isUnfinished = cutSessions(sessions) }: SessionJudging = {}): SessionScores {
    const columns = this.#scorers.map(() => new Float64Array(sessions.count))
    for (let s = 0; s < sessions.count; s++) {
      const session = sessionAt(sessions, s, isUnfinished(s))
      for (let d = 0; d < columns.length; d++) columns[d][s] = this.#scorers[d](session)
    }
    const detectors = this.#model.detectors.map(({ name, calibration }, d) => {
      const pValue = pValues(calibration, columns[d])
      return { name, score: columns[d], pValue, threshold: calibration.threshold }
    })
    const score = strongest(detectors.map(({ pValue }) => pValue))
    const { threshold } = this.#model.calibration
    return {
      count: sessions.count,
      score,
      pValue: pValues(this.#model.calibration, score),
      isAnomaly: Uint8Array.from(score, (value) => Number(value > threshold)),
      threshold,
      detectors,
    }
  }

  /**
   * What speaks against a session: evidence of the detectors whose p-value is within the budget (or, where none is, of
   * the smallest), rarest detector first.
   * @param templateOf template code of an event; default event − 2. Where the sessions have their template codes, an
   * unknown event stands by its own
   */
  explain(
    sessions: Sessions & Partial<Pick<ClosedSessions, 'templates'>>,
    session: number,
    {
      isUnfinished = cutSessions(sessions),
      templateOf = (event) => event - 2,
    }: SessionJudging & { readonly templateOf?: (event: number) => number } = {},
  ): Evidence[] {
    const one = sessionAt(sessions, session, isUnfinished(session))
    const found = this.#model.detectors.map(({ calibration }, d) => {
      return { d, p: pValueOf(calibration.tail, this.#scorers[d](one)) }
    })
    found.sort((a, b) => a.p - b.p || a.d - b.d)
    const { budget } = this.#model.options
    const spoke = found.filter(({ p }) => p <= budget)
    const [from, to] = [sessions.offsets[session], sessions.offsets[session + 1]]
    const about = {
      ...one,
      rows: sessions.rows.subarray(from, to),
      templates: sessions.templates?.subarray(from, to) ?? one.events.map(templateOf),
      templateOf,
    }
    return (spoke.length > 0 ? spoke : found.slice(0, 1)).flatMap(({ d, p }) =>
      this.#explainer.explain(this.#model.detectors[d].name, about, -Math.log10(p)),
    )
  }
}

function cutSessions(sessions: Sessions & Partial<Pick<ClosedSessions, 'endings'>>): (session: number) => boolean {
  return (s) => sessions.endings?.[s] === 'cut'
}
