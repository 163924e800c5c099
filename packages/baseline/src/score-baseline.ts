import { windowSegments, type WindowCounts } from '@sp/builders'
import { checkModel, type BaselineModel } from './baseline-model.js'
import {
  BaselineScorer,
  baselineScores,
  requireShape,
  type BaselineScores,
  type WindowScore,
} from './baseline-scorer.js'

/**
 * Scores windows of a log against a model; the model stays as it is. A loop over {@link BaselineScorer}, a new one for
 * each run of windows that follow one another in a source.
 * @throws {BaselineError} `window-mismatch` when the windows have another size or stride than the model's;
 * `bad-model` when the model is damaged or of another version
 */
export function scoreBaseline(model: BaselineModel, windows: WindowCounts): BaselineScores {
  checkModel(model)
  requireShape(model, windows)
  const scores: WindowScore[] = []
  for (const { from, to } of windowSegments(windows)) {
    const scorer = new BaselineScorer(model)
    for (let w = from; w < to; w++) scores.push(scorer.next(windows, w))
  }
  return baselineScores(model, windows, scores)
}
