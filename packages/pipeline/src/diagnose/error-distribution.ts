import type { Bundle } from '../bundle/bundle.js'
import type { BundleMeasure } from '../validate/measure-bundle.js'
import { wilsonLower } from '../validate/rubric.js'
import { type Diagnosis, percent } from './diagnose-bundle.js'

const QUANTILES = [0.5, 0.9, 0.99, 1]

/** Scores of held-out normal windows, as training has seen them, beside those of the sample and the threshold. */
export function errorDistribution({ windows: model }: Bundle, { windows, flaggedWindows }: BundleMeasure): Diagnosis[] {
  const { tail, threshold } = model.calibration
  const overlap = Math.max(1, model.baseline.windowSize / model.baseline.stride)
  const heldOut = quantiles(tail.scores)
  const sample = quantiles(windows.map(({ score }) => score))
  return [
    {
      what: 'error distribution',
      found: `median, 90 %, 99 % and highest score of windows: held out ${heldOut}, sample ${sample}; threshold ${threshold.toFixed(2)}`,
      isFine: tail.scores.length > 0 && Number.isFinite(threshold),
      remedy: 'the bundle has no threshold: train again',
    },
    {
      what: 'flagged in sample',
      found: `${percent(flaggedWindows)} of ${windows.length} windows, the budget is ${percent(model.budget)}`,
      isFine: wilsonLower(flaggedWindows, windows.length / overlap) <= model.budget,
      remedy: 'the bundle flags its own normal lines: train on more logs, and see "sp validate"',
    },
  ]
}

function quantiles(scores: readonly number[]): string {
  const ascending = [...scores].sort((a, b) => a - b)
  const values = QUANTILES.map((q) => ascending[Math.max(0, Math.ceil(q * ascending.length) - 1)] ?? 0)
  return values.map((value) => value.toFixed(2)).join(', ')
}
