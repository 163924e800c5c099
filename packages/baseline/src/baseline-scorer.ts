import type { WindowCounts } from '@sp/builders'
import type { AnomalyScores, CountEvidence } from '@sp/log-table'
import { checkModel, type BaselineModel } from './baseline-model.js'
import { BaselineError } from './errors.js'
import { pValueOf } from './score-tail.js'
import { WindowPast, type WindowPastSnapshot, type WindowSurprises } from './window-surprises.js'

/** Scores of windows, with the two parts of each score. Every column has `count` entries. */
export interface BaselineScores extends AnomalyScores {
  /** Strongest frequency surprise, −log10 of a probability; 0 or more, unbounded. */
  readonly frequency: Float64Array
  /** The same, capped at its 95 % quantile over held-out normal windows and divided by it, 0..1. */
  readonly frequencyNorm: Float64Array
  /** Share of the window's distinct templates that are new, 0..1. */
  readonly unseenRate: Float64Array
}

/** What the window detector says of one window. */
export interface WindowScore {
  readonly score: number
  /** Strongest frequency surprise, 0 where there is none. */
  readonly frequency: number
  /** Share of the distinct templates that are new, 0..1. */
  readonly unseenRate: number
  /** Strongest first. */
  readonly evidence: readonly CountEvidence[]
}

/** State of a {@link BaselineScorer}: plain data, fit for JSON. */
export type BaselineScorerSnapshot = WindowPastSnapshot

/**
 * Scores the windows of one source as they come; the model stays as it is.
 *
 * A window is as strange as the strangest thing in it: its score is its strongest surprise, −log10 of a probability.
 * The score depends on the model, the window, and the windows of the same source that ended before it; never on later
 * ones. At most {@link MOST_EVIDENCE} evidences a window, none with a surprise below {@link WEAKEST_EVIDENCE}.
 */
export class BaselineScorer {
  readonly #model: BaselineModel
  readonly #past: WindowPast

  /**
   * A scorer at the beginning of a source; with a snapshot it goes on where another one of the same model was.
   * @throws {BaselineError} `bad-model` when the model is damaged or of another version
   */
  constructor(model: BaselineModel, snapshot?: BaselineScorerSnapshot) {
    checkModel(model)
    this.#model = model
    this.#past = new WindowPast({ normal: model.statistics, ...model.options }, model, snapshot)
  }

  /**
   * Scores the next windows of the source; each must follow the one before by a stride.
   * @throws {BaselineError} `window-mismatch` when the windows have another size or stride than the model's
   */
  push(windows: WindowCounts): BaselineScores {
    requireShape(this.#model, windows)
    const scores = Array.from({ length: windows.count }, (_, w) => this.next(windows, w))
    return baselineScores(this.#model, windows, scores)
  }

  /** Scores the next window of the source; like {@link push}, of one window and without a check of its shape. */
  next(windows: WindowCounts, w: number): WindowScore {
    const surprises = this.#past.next(windows, w)
    const ranked = rankEvidence(surprises, this.#model.novelty)
    return {
      score: ranked[0]?.surprise ?? 0,
      frequency: surprises.frequency[0]?.surprise ?? 0,
      unseenRate: surprises.unseenRate,
      evidence: ranked.filter(({ surprise }) => surprise >= WEAKEST_EVIDENCE).slice(0, MOST_EVIDENCE),
    }
  }

  /** What the scorer knows, for another one to go on from. */
  snapshot(): BaselineScorerSnapshot {
    return this.#past.snapshot()
  }
}

/**
 * Refuses windows of another shape than the model's.
 * @throws {BaselineError} `window-mismatch` when the windows have another size or stride than the model's
 */
export function requireShape({ windowSize, stride }: BaselineModel, windows: WindowCounts): void {
  if (windows.windowSize === windowSize && windows.stride === stride) return
  throw new BaselineError(
    'window-mismatch',
    `windows of ${windows.windowSize} rows every ${windows.stride}, expected ${windowSize} every ` +
      `${stride} as in training; count the windows with the model's windowSize and stride`,
  )
}

/** Scores of windows as columns. */
export function baselineScores(
  { tail, threshold, frequencyQuantile95 }: BaselineModel,
  { count, startRow, endRow }: WindowCounts,
  scores: readonly WindowScore[],
): BaselineScores {
  return {
    detector: 'baseline',
    count,
    startRow,
    endRow,
    score: Float64Array.from(scores, ({ score }) => score),
    pValue: Float64Array.from(scores, ({ score }) => pValueOf(tail, score)),
    isAnomaly: Uint8Array.from(scores, ({ score }) => Number(score > threshold)),
    threshold,
    evidence: scores.map(({ evidence }) => evidence),
    frequency: Float64Array.from(scores, ({ frequency }) => frequency),
    frequencyNorm: Float64Array.from(scores, ({ frequency }) => cappedShare(frequency, frequencyQuantile95)),
    unseenRate: Float64Array.from(scores, ({ unseenRate }) => unseenRate),
  }
}

/** Ten lines of one new template weigh twice as much as one: the first says nearly all. */
export function weightOfNewLines(count: number): number {
  return 1 + Math.log10(count)
}

/** All that speaks against a window, strongest first; `novelty` is the surprise of one line of a new template. */
function rankEvidence({ unknown, frequency }: WindowSurprises, novelty: number): readonly CountEvidence[] {
  if (unknown.length === 0) return frequency
  const fromUnknown = unknown.map(({ template, count }) => {
    const surprise = novelty * weightOfNewLines(count)
    return { kind: 'new-template' as const, template, count, expected: 0, surprise }
  })
  return [...fromUnknown, ...frequency].sort((a, b) => b.surprise - a.surprise || a.template - b.template)
}

const MOST_EVIDENCE = 8

/**
 * One chance in ten: what is more likely than this is not worth a sentence, and no alarm even in a log so regular that
 * its windows never come near it.
 */
export const WEAKEST_EVIDENCE = 1

function cappedShare(value: number, cap: number): number {
  return cap > 0 ? Math.min(value / cap, 1) : Number(value > 0)
}
