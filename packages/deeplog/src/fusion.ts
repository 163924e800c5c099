import {
  calibrate,
  type Calibration,
  fisher,
  heldOutScores,
  pValues,
  type ScoreOfSession,
  SESSION_DETECTORS,
  type SessionDetector,
  strongest,
} from '@sp/baseline'
import type { Sessions } from '@sp/builders'
import type { DeepLogSettings } from './deeplog-options.js'

/** Session detectors of `@sp/baseline` that judge beside the network. */
const COUNTING = ['newEvent', 'length', 'countVectorIdf'] as const

/** Who can speak against a session. `surprise` is the network. */
export type VoiceName = (typeof COUNTING)[number] | 'surprise'

/**
 * Network and counting detectors as one; plain data. The score of a session is −log10 of the smallest of three p-values:
 * of a new event, of its length, and of what the distance of its event counts and the surprise of the network say
 * together (Fisher's method). Events counted and events in order are strange in different ways, and normal sessions are
 * seldom strange in both.
 */
export interface FusionModel {
  readonly detectors: readonly {
    readonly name: (typeof COUNTING)[number]
    readonly model: unknown
    readonly calibration: Calibration
  }[]
  /** Of the score. */
  readonly session: Calibration
}

/** What the fusion says of sessions; columns have one entry per session. */
export interface FusedScores {
  /** −log10 of the smallest p-value, 0 or more. */
  readonly score: Float64Array
  /** Share of normal sessions whose score is at least as high. */
  readonly pValue: Float64Array
  /** 1 where the score lies above the threshold. */
  readonly isAnomaly: Uint8Array
  readonly threshold: number
  /** What each says alone. */
  readonly voices: readonly { readonly name: VoiceName; readonly pValue: Float64Array }[]
  /** Of counts and surprise together. */
  readonly agreement: Float64Array
}

/** The network's part in a fusion: its surprise at each session, and what that means. */
export interface NetworkVoice {
  readonly surprise: Float64Array
  readonly calibration: Calibration
}

/** Learns the counting detectors, and from held-out scores of all what they mean together. */
export function trainFusion(
  normal: Sessions,
  network: NetworkVoice,
  { budget, closed }: Pick<DeepLogSettings, 'budget' | 'closed'>,
): FusionModel {
  const training = { closed }
  const trained = COUNTING.map((name) => {
    const detector = SESSION_DETECTORS[name] as SessionDetector<unknown>
    const heldOut = heldOutScores(detector, normal, training)
    const calibration = calibrate(heldOut, { budget, resolution: detector.resolution })
    return { name, model: detector.train(normal, training), calibration, pValue: pValues(calibration, heldOut) }
  })
  const alone = Object.fromEntries(trained.map(({ name, pValue }) => [name, pValue]))
  const surprise = pValues(network.calibration, network.surprise)
  const score = strongest([alone.newEvent, alone.length, agreementOf(alone.countVectorIdf, surprise)])
  return {
    detectors: trained.map(({ name, model, calibration }) => ({ name, model, calibration })),
    session: calibrate(score, { budget, resolution: RESOLUTION }),
  }
}

/**
 * Fisher's method for two: the chance that two independent p-values are together as small, e⁻ˣ(1 + x) with x = −Σ ln p.
 * They are not quite independent; the score that it goes into is calibrated. (Calibrating x by itself would make steps of
 * it, one per held-out session, and the largest scores, which decide, would be equal.)
 */
function agreementOf(counts: Float64Array, surprise: Float64Array): Float64Array {
  return fisher([counts, surprise]).map((x) => Math.max(Math.exp(-x) * (1 + x), Number.MIN_VALUE))
}

/** Smallest difference of logarithms of probabilities that means something. */
const RESOLUTION = 0.1

/** Scores sessions by a fusion; none depends on another. What it takes to look into the models is made once. */
export class FusionScorer {
  readonly #fusion: FusionModel
  readonly #scorers: readonly ScoreOfSession[]

  /** A scorer of a fusion, which stays as it is. */
  constructor(fusion: FusionModel) {
    this.#fusion = fusion
    this.#scorers = fusion.detectors.map(({ name, model }) =>
      (SESSION_DETECTORS[name] as SessionDetector<unknown>).open(model),
    )
  }

  /**
   * Scores sessions.
   * @param isUnfinished of those that were cut off only what they hold is judged, not what they lack; default none
   */
  score(
    { count, offsets, events, times }: Sessions,
    network: NetworkVoice,
    isUnfinished: (session: number) => boolean = () => false,
  ): FusedScores {
    const columns = this.#scorers.map(() => new Float64Array(count))
    for (let s = 0; s < count; s++) {
      const [from, to] = [offsets[s], offsets[s + 1]]
      const session = {
        events: events.subarray(from, to),
        times: times.subarray(from, to),
        isUnfinished: isUnfinished(s),
      }
      columns.forEach((column, d) => (column[s] = this.#scorers[d](session)))
    }
    const voices: { name: VoiceName; pValue: Float64Array }[] = this.#fusion.detectors.map(
      ({ name, calibration }, d) => ({ name, pValue: pValues(calibration, columns[d]) }),
    )
    voices.push({ name: 'surprise', pValue: pValues(network.calibration, network.surprise) })
    const alone = Object.fromEntries(voices.map(({ name, pValue }) => [name, pValue]))
    const agreement = agreementOf(alone.countVectorIdf, alone.surprise)
    const score = strongest([alone.newEvent, alone.length, agreement])
    const { threshold } = this.#fusion.session
    return {
      score,
      pValue: pValues(this.#fusion.session, score),
      isAnomaly: Uint8Array.from(score, (value) => Number(value > threshold)),
      threshold,
      voices,
      agreement,
    }
  }
}

/**
 * Who spoke against a session that was flagged: each whose p-value alone is as small as the threshold asks; where none
 * is, the two that agree.
 */
export function voicesAgainst({ voices, threshold }: FusedScores, session: number): VoiceName[] {
  const least = 10 ** -threshold
  const loud = voices.filter(({ pValue }) => pValue[session] <= least).map(({ name }) => name)
  return loud.length > 0 ? loud : ['countVectorIdf', 'surprise']
}
