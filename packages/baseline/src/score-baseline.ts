import type { WindowCounts } from '@sp/builders'
import type { AnomalyScores, Evidence } from '@sp/log-table'
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
 * The score of a window is the novelty of its new templates plus its strongest frequency surprises. It depends on the
 * model, the window, and the windows of the same source that ended before it; never on later ones.
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
    evidence: [] as Evidence[][],
    frequency: new Float64Array(count),
    frequencyNorm: new Float64Array(count),
    unseenRate: new Float64Array(count),
  }
  const reference = { normal: model.statistics, ...model.options }
  let w = 0
  for (const surprises of windowSurprises(windows, reference)) {
    const score = combine(surprises, { novelty: model.novelty, strongest: model.options.strongest })
    scores.score[w] = score
    scores.pValue[w] = pValueOf(model.tail, score)
    scores.isAnomaly[w] = Number(score > model.threshold)
    scores.evidence.push(evidenceOf(surprises, model.novelty))
    scores.frequency[w] = surprises.frequency[0]?.surprise ?? 0
    scores.frequencyNorm[w] = cappedShare(scores.frequency[w], model.frequencyQuantile95)
    scores.unseenRate[w] = surprises.unseenRate
    w++
  }
  return scores
}

/** One number for a window: all its novelty and the strongest of its frequency surprises, added up. */
export function combine(
  { unknown, frequency }: WindowSurprises,
  { novelty, strongest }: { novelty: number; strongest: number },
): number {
  const fromUnknown = unknown.reduce((sum, { count }) => sum + noveltySurprise(count, novelty), 0)
  return frequency.slice(0, strongest).reduce((sum, { surprise }) => sum + surprise, fromUnknown)
}

const MOST_EVIDENCE = 8
/** One chance in ten: what is more likely than this is not worth a sentence. */
const WEAKEST_EVIDENCE = 1

/** Ten lines of one new template weigh twice as much as one: the first says nearly all. */
function noveltySurprise(count: number, novelty: number): number {
  return novelty * (1 + Math.log10(count))
}

function evidenceOf({ unknown, frequency }: WindowSurprises, novelty: number): Evidence[] {
  const fromUnknown = unknown.map(({ template, count }) => {
    const surprise = noveltySurprise(count, novelty)
    return { kind: 'new-template' as const, template, count, expected: 0, surprise }
  })
  return [...fromUnknown, ...frequency]
    .filter(({ surprise }) => surprise >= WEAKEST_EVIDENCE)
    .sort((a, b) => b.surprise - a.surprise || a.template - b.template)
    .slice(0, MOST_EVIDENCE)
}

function cappedShare(value: number, cap: number): number {
  return cap > 0 ? Math.min(value / cap, 1) : Number(value > 0)
}
