import type { WindowCounts } from '@sp/builders'
import type { AnomalyScores, CountEvidence } from '@sp/log-table'
import { checkModel, type BaselineModel } from './baseline-model.js'
import { BaselineError } from './errors.js'
import { pValueOf } from './score-tail.js'
import { windowSurprises, type WindowSurprises } from './window-surprises.js'

/** Scores of windows, with the two parts of each score. Every column has `count` entries. */
export interface BaselineScores extends AnomalyScores {
  /** Strongest frequency surprise, −log10 of a probability; 0 or more, unbounded. */
  readonly frequency: Float64Array
  /** The same, capped at its 95 % quantile over held-out normal windows and divided by it, 0..1. */
  readonly frequencyNorm: Float64Array
  /** Share of the window's distinct templates that are new, 0..1. */
  readonly unseenRate: Float64Array
}

/**
 * Scores windows of a log against a model; the model stays as it is.
 *
 * A window is as strange as the strangest thing in it: its score is its strongest surprise, −log10 of a probability.
 * The score depends on the model, the window, and the windows of the same source that ended before it; never on later
 * ones.
 * At most {@link MOST_EVIDENCE} evidences a window, none with a surprise below {@link WEAKEST_EVIDENCE}.
 * @throws {BaselineError} `window-mismatch` when the windows have another size or stride than the model's;
 * `bad-model` when the model is damaged or of another version
 */
export function scoreBaseline(model: BaselineModel, windows: WindowCounts): BaselineScores {
  checkModel(model)
  if (windows.windowSize !== model.windowSize || windows.stride !== model.stride) {
    throw new BaselineError(
      'window-mismatch',
      `windows of ${windows.windowSize} rows every ${windows.stride}, expected ${model.windowSize} every ` +
        `${model.stride} as in training; count the windows with the model's windowSize and stride`,
    )
  }
  const { count } = windows
  const scores = {
    detector: 'baseline',
    count,
    startRow: windows.startRow,
    endRow: windows.endRow,
    score: new Float64Array(count),
    pValue: new Float64Array(count),
    isAnomaly: new Uint8Array(count),
    threshold: model.threshold,
    evidence: [] as CountEvidence[][],
    frequency: new Float64Array(count),
    frequencyNorm: new Float64Array(count),
    unseenRate: new Float64Array(count),
  }
  const reference = { normal: model.statistics, ...model.options }
  let w = 0
  for (const surprises of windowSurprises(windows, reference)) {
    const ranked = rankEvidence(surprises, model.novelty)
    const score = ranked[0]?.surprise ?? 0
    scores.score[w] = score
    scores.pValue[w] = pValueOf(model.tail, score)
    scores.isAnomaly[w] = Number(score > model.threshold)
    scores.evidence.push(ranked.filter(({ surprise }) => surprise >= WEAKEST_EVIDENCE).slice(0, MOST_EVIDENCE))
    scores.frequency[w] = surprises.frequency[0]?.surprise ?? 0
    scores.frequencyNorm[w] = cappedShare(scores.frequency[w], model.frequencyQuantile95)
    scores.unseenRate[w] = surprises.unseenRate
    w++
  }
  return scores
}

/** Ten lines of one new template weigh twice as much as one: the first says nearly all. */
export function weightOfNewLines(count: number): number {
  return 1 + Math.log10(count)
}

/** All that speaks against a window, strongest first; `novelty` is the surprise of one line of a new template. */
function rankEvidence({ unknown, frequency }: WindowSurprises, novelty: number): CountEvidence[] {
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
