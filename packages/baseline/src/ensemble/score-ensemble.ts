import { selectWindows, type WindowCounts } from '@sp/builders'
import type { AnomalyScores, Evidence } from '@sp/log-table'
import { requireShape } from '../baseline-scorer.js'
import { sliceLines } from '../lines/join-lines.js'
import { checkEnsembleModel, ensembleDetectors, type EnsembleModel } from './ensemble-model.js'
import { judgeWindow, type WindowVerdict } from './judge-window.js'
import { OpinionScorer } from './opinion-scorer.js'
import type { WindowedLines } from './train-ensemble.js'

/** Scores of windows by all detectors together: −log10 of the smallest p-value. */
export interface EnsembleScores extends Omit<AnomalyScores, 'evidence'> {
  /** Of the detectors that spoke, rarest first; rows are numbered as those of the lines. */
  readonly evidence: readonly (readonly Evidence[])[]
  /** What each detector says of every window: the window detector first, then the line detectors, then others. */
  readonly detectors: readonly {
    readonly name: string
    /** In the detector's own unit. */
    readonly score: Float64Array
    readonly pValue: Float64Array
  }[]
}

/**
 * Scores windows of a log and its lines against a model; the model stays as it is, and no score depends on later rows or
 * on other sources. A loop over the online scorer, a new one for each stretch of lines.
 * @param others scores of each window by the detectors from elsewhere, in the order of the model
 * @throws {BaselineError} `bad-model`, `window-mismatch`
 */
export function scoreEnsemble(
  model: EnsembleModel,
  { windows, lines }: WindowedLines,
  others: readonly Float64Array[] = [],
): EnsembleScores {
  checkEnsembleModel(model)
  requireShape(model.baseline, windows)
  const verdicts: WindowVerdict[] = []
  lines.stretches.forEach((from, s) => {
    const to = lines.stretches[s + 1] ?? lines.count
    const own = windowsBetween(windows, lines.firstRow + from, lines.firstRow + to)
    const scorer = new OpinionScorer(model)
    const complete = scorer.push(sliceLines(lines, from, to), own)
    const rest = selectWindows(own, indicesFrom(complete.length, own.count))
    for (const opinion of [...complete, ...scorer.flush(rest)]) {
      const w = verdicts.length
      verdicts.push(
        judgeWindow(
          model,
          opinion,
          others.map((scores) => scores[w]),
        ),
      )
    }
  })
  return columnsOf(model, windows, verdicts)
}

function windowsBetween(windows: WindowCounts, startRow: number, endRow: number): WindowCounts {
  const indices = indicesFrom(0, windows.count)
  return selectWindows(
    windows,
    indices.filter((w) => windows.startRow[w] >= startRow && windows.startRow[w] < endRow),
  )
}

function indicesFrom(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}

function columnsOf(model: EnsembleModel, windows: WindowCounts, verdicts: readonly WindowVerdict[]): EnsembleScores {
  return {
    detector: 'ensemble',
    count: windows.count,
    startRow: windows.startRow,
    endRow: windows.endRow,
    score: Float64Array.from(verdicts, ({ score }) => score),
    pValue: Float64Array.from(verdicts, ({ pValue }) => pValue),
    isAnomaly: Uint8Array.from(verdicts, ({ isAnomaly }) => Number(isAnomaly)),
    threshold: model.calibration.threshold,
    evidence: verdicts.map(({ evidence }) => evidence),
    detectors: ensembleDetectors(model).map((name, d) => ({
      name,
      score: Float64Array.from(verdicts, ({ scores }) => scores[d]),
      pValue: Float64Array.from(verdicts, ({ pValues }) => pValues[d]),
    })),
  }
}
