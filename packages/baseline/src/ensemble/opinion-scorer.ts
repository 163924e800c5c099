import type { WindowCounts } from '@sp/builders'
import type { Evidence } from '@sp/log-table'
import { BaselineScorer, type BaselineScorerSnapshot } from '../baseline-scorer.js'
import type { Calibration } from '../calibration.js'
import type { LineScorer } from '../lines/line-detector.js'
import { lineDetector } from '../lines/line-detectors.js'
import type { UsedSlots } from '../lines/line-reader.js'
import type { LogLines } from '../lines/log-lines.js'
import { pValueOf, scoreAtPValue } from '../score-tail.js'
import type { EnsembleModel } from './ensemble-model.js'
import type { WindowOpinion } from './judge-window.js'
import { AlarmHabits, type AlarmHabitsSnapshot } from './alarm-habits.js'
import { ToldLines, type ToldLine } from './told-lines.js'
import { WindowHighest, type WindowHighestSnapshot } from './window-highest.js'

/** State of an {@link OpinionScorer}: plain data, fit for JSON. */
export interface OpinionScorerSnapshot {
  readonly baseline: BaselineScorerSnapshot
  /** By line detector, in the order of the model. */
  readonly lines: readonly unknown[]
  readonly highest: WindowHighestSnapshot
  readonly told: readonly ToldLine[]
  readonly habits: AlarmHabitsSnapshot
}

/** Lets the ensemble's own detectors judge the windows of one source, from lines and windows of the same rows. */
export class OpinionScorer {
  readonly #model: EnsembleModel
  readonly #baseline: BaselineScorer
  readonly #lineScorers: readonly LineScorer[]
  readonly #highest: WindowHighest
  readonly #told: ToldLines
  readonly #habits: AlarmHabits

  constructor(model: EnsembleModel, snapshot?: OpinionScorerSnapshot) {
    this.#model = model
    this.#baseline = new BaselineScorer(model.baseline, snapshot?.baseline)
    this.#lineScorers = model.detectors.map(({ name, model: trained }, d) =>
      lineDetector(name).open(trained, snapshot?.lines[d]),
    )
    this.#highest = new WindowHighest(model.detectors.length, model.baseline, snapshot?.highest)
    this.#told = new ToldLines(snapshot?.told)
    this.#habits = new AlarmHabits({ ...model.baseline, budget: model.budget }, snapshot?.habits)
  }

  /** Whether some detector looks at parameters of lines of a template. */
  readsValues(template: number): boolean {
    return this.#lineScorers.some((scorer) => scorer.readsValues?.(template) ?? false)
  }

  /** Takes the next lines, and the windows that they complete. */
  push(lines: LogLines, windows: WindowCounts): WindowOpinion[] {
    const scores = this.#model.detectors.map(() => new Float64Array(lines.count))
    this.#lineScorers.forEach((scorer, d) => this.#score(lines, { scorer, d, scores: scores[d] }))
    const highest = this.#highest.push(scores, lines.count)
    return highest.map((ofLines, w) => this.#opinionOf(windows, w, ofLines))
  }

  /** The windows that have begun and will not be completed. */
  flush(windows: WindowCounts): WindowOpinion[] {
    return this.#highest.flush().map((ofLines, w) => this.#opinionOf(windows, w, ofLines))
  }

  /** What is known, for another one to go on from; slots are numbered anew, in the order of `used`. */
  snapshot(used: UsedSlots): OpinionScorerSnapshot {
    return {
      baseline: this.#baseline.snapshot(),
      lines: this.#lineScorers.map((scorer) => scorer.snapshot(used)),
      highest: this.#highest.snapshot(),
      told: this.#told.snapshot(),
      habits: this.#habits.snapshot(),
    }
  }

  #score(lines: LogLines, { scorer, d, scores }: { scorer: LineScorer; d: number; scores: Float64Array }): void {
    const { calibration } = this.#model.detectors[d]
    /** By line; of several reasons the last is the strongest. */
    const reasons = new Map<number, Evidence>()
    scorer.push(lines, scores, {
      above: leastThatMatters(calibration, this.#model.budget),
      surpriseOf: (score) => -Math.log10(pValueOf(calibration.tail, score)),
      tell: (line, evidence) => reasons.set(line, evidence),
    })
    for (const [line, evidence] of reasons) {
      const row = lines.firstRow + line
      const template = 'template' in evidence ? (evidence.template ?? -1) : -1
      if (this.#habits.isHabit(d, template, row)) scores[line] = 0
      else this.#told.add({ row, detector: d, evidence })
    }
  }

  #opinionOf(windows: WindowCounts, w: number, ofLines: Float64Array): WindowOpinion {
    const ofWindow = this.#baseline.next(windows, w)
    const scores = [ofWindow.score, ...ofLines]
    const pValues = scores.map((score, d) => (score > 0 ? pValueOf(this.#calibrationOf(d).tail, score) : 1))
    const place = {
      startRow: windows.startRow[w],
      endRow: windows.endRow[w],
      startLine: windows.startLine[w],
      endLine: windows.endLine[w],
      startTime: windows.startTime[w],
      endTime: windows.endTime[w],
    }
    this.#told.forgetBefore(place.startRow)
    const { frequency, unseenRate, evidence } = ofWindow
    const [from, to] = [windows.offsets[w], windows.offsets[w + 1]]
    return {
      ...place,
      templates: windows.templates.subarray(from, to),
      counts: windows.counts.subarray(from, to),
      frequency,
      unseenRate,
      scores,
      pValues,
      evidence: this.#evidence(place.endRow, pValues, evidence),
    }
  }

  #calibrationOf(detector: number): Calibration {
    return detector === 0 ? this.#model.baselineCalibration : this.#model.detectors[detector - 1].calibration
  }

  #evidence(endRow: number, pValues: readonly number[], ofWindow: readonly Evidence[]): Evidence[] {
    const spoke = rarestFirst(pValues, this.#model.budget)
    return spoke.flatMap((d) => (d === 0 ? ofWindow : this.#told.strongestOf(d - 1, endRow)))
  }
}

/** The least score of a detector that can make a window an anomaly. */
function leastThatMatters({ tail, threshold }: Calibration, budget: number): number {
  return Math.min(threshold, scoreAtPValue(tail, 2 * budget))
}

/** The detectors whose p-value is within the budget, or the one with the smallest of those within twice the budget. */
function rarestFirst(pValues: readonly number[], budget: number): number[] {
  if (pValues.every((p) => p > 2 * budget)) return []
  const detectors = [...pValues.keys()].sort((a, b) => pValues[a] - pValues[b] || a - b)
  const spoke = detectors.filter((d) => pValues[d] <= budget)
  return spoke.length > 0 ? spoke : detectors.slice(0, 1).filter((d) => pValues[d] <= 2 * budget)
}
