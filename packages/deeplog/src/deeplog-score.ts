import { pValues, SESSION_DETECTORS, strongest } from '@sp/baseline'
import type { Sessions } from '@sp/builders'
import type { Engine } from '@sp/engine'
import type { DeepLogCalibration, DeepLogModel, PartName } from './deeplog-model.js'
import { DeepLogError } from './errors.js'
import { type FusedScores, FusionScorer, type NetworkVoice } from './fusion.js'
import { predictEvents, type EventPredictions } from './predict-events.js'

/** What DeepLog says of sessions and of each of their events. */
export interface DeepLogScores {
  /** Of the events, in the order of `sessions.events`. */
  readonly events: EventPredictions
  /** Share of normal lines that are at least as surprising, one per event, above 0 and at most 1. */
  readonly linePValue: Float64Array
  /** 1 where the event is among the top k of the model, one per event. */
  readonly isInTopK: Uint8Array
  /** −log10 of the smallest p-value of the parts, one per session, 0 or more. */
  readonly score: Float64Array
  /** Share of normal sessions whose score is at least as high, above 0 and at most 1. */
  readonly pValue: Float64Array
  /** 1 where the score lies above the threshold. */
  readonly isAnomaly: Uint8Array
  readonly threshold: number
  readonly parts: readonly PartScores[]
  /** The network together with counting detectors. */
  readonly fused: FusedScores
}

/** What one part of the score says of each session. */
export interface PartScores {
  readonly name: PartName
  /** Events, or nats. */
  readonly score: Float64Array
  readonly pValue: Float64Array
}

/** How sessions are scored. */
export interface ScoreDeepLogOptions {
  /** Likeliest events to list per event; default the k of the model, at most 10. */
  readonly topK?: number
  readonly engine?: Engine
  readonly signal?: AbortSignal
}

/** Of a large vocabulary the k may be large; nobody reads more. */
const MOST_LISTED = 10

/**
 * Scores sessions; the model stays as it is, and no session's score depends on another.
 * @throws {DeepLogError} `vocabulary-mismatch` when an event lies outside the model's vocabulary
 */
export async function scoreDeepLog(
  model: DeepLogModel,
  sessions: Sessions,
  { topK = Math.min(model.calibration.topK, MOST_LISTED), engine, signal }: ScoreDeepLogOptions = {},
): Promise<DeepLogScores> {
  requireKnownEvents(model, sessions)
  const { calibration } = model
  const events = await predictEvents(model, sessions, { topK, engine, signal })
  const raw = partScores(events, { sessions, known: model.events, settings: model.settings })
  const parts = calibration.parts.map(({ name, calibration: own }) => {
    const score = raw[name]
    return { name, score, pValue: pValues(own, score) }
  })
  const score = strongest(parts.map(({ pValue }) => pValue))
  return {
    events,
    linePValue: pValues(calibration.line, events.surprise),
    isInTopK: Uint8Array.from(events.rank, (rank) => Number(rank <= calibration.topK)),
    score,
    pValue: pValues(calibration.session, score),
    isAnomaly: Uint8Array.from(score, (value) => Number(value > calibration.session.threshold)),
    threshold: calibration.session.threshold,
    parts,
    fused: new FusionScorer(model.fusion).score(sessions, networkVoice(calibration, raw.surprise)),
  }
}

/**
 * The parts of the score of each session.
 * - `newEvent`: distinct events that training did not hold
 * - `surprise`: the largest sum of surprise over `window` events in a row; of a session that fits, over all of it
 * - `end`: surprise at the end; 0 where ends are not judged
 */
export function partScores(
  { surprise, endSurprise }: Pick<EventPredictions, 'surprise' | 'endSurprise'>,
  {
    sessions,
    known,
    settings,
  }: { sessions: Sessions; known: readonly number[]; settings: { readonly window: number } },
): Record<PartName, Float64Array> {
  return {
    newEvent: SESSION_DETECTORS.newEvent.score({ events: known }, sessions),
    surprise: Float64Array.from({ length: sessions.count }, (_, s) =>
      roundSurprise(largestSum(surprise.subarray(sessions.offsets[s], sessions.offsets[s + 1]), settings.window)),
    ),
    end: endSurprise.map((value) => (Number.isNaN(value) ? 0 : roundSurprise(value))),
  }
}

/**
 * A surprise to a thousandth of a nat. Normal sessions repeat, so scores tie with those of training; computed in another
 * order (step by step, on another processor) they differ in the seventh digit, which must not make them rarer.
 */
export function roundSurprise(nats: number): number {
  return Math.round(nats * 1000) / 1000
}

/** What the network says in a fusion. */
export function networkVoice({ parts }: DeepLogCalibration, surprise: Float64Array): NetworkVoice {
  return { surprise, calibration: parts.find(({ name }) => name === 'surprise')!.calibration }
}

/** The parts that are calibrated: ends only where they are judged. */
export function partNames(closed: boolean): PartName[] {
  return closed ? ['newEvent', 'surprise', 'end'] : ['newEvent', 'surprise']
}

/** Largest sum of `window` values in a row; infinite ones, which are new events and judged as such, count as 0. */
function largestSum(values: Float64Array, window: number): number {
  let sum = 0
  let largest = 0
  for (let i = 0; i < values.length; i++) {
    if (values[i] < Infinity) sum += values[i]
    if (i >= window && values[i - window] < Infinity) sum -= values[i - window]
    if (sum > largest) largest = sum
  }
  return largest
}

function requireKnownEvents({ vocabulary }: DeepLogModel, { events }: Sessions): void {
  const stranger = events.find((event) => event < 1 || event >= vocabulary.size)
  if (stranger === undefined) return
  throw new DeepLogError(
    'vocabulary-mismatch',
    `event ${stranger}, the model knows 1 to ${vocabulary.size - 1}; build the sequences with the vocabulary of the model`,
  )
}
