import { GapStatistics, UsualGaps, type UsualGap } from '../sessions/gap-statistics.js'
import { GrowingColumn } from './growing-column.js'
import { forEachStep, NO_TEMPLATE, type LineDetector, type LineScorer, type Telling } from './line-detector.js'
import type { UsedSlots } from './line-reader.js'
import { FIRST_HEARD, type LogLines } from './log-lines.js'
import { onceAModel } from './once-a-model.js'

/** How long each template comes after each within a process. */
export interface LinePaceModel {
  readonly gaps: readonly UsualGap[]
}

/**
 * Score: by how many standard deviations a line comes later than usual after the one before it in the same process, on
 * the scale ln(1 + seconds). Pairs of templates that training did not know are left to {@link lineOrderDetector}.
 */
export const linePaceDetector: LineDetector<LinePaceModel> = {
  resolution: 0.1,
  shares: 0,
  train(normal, heldOut) {
    const gaps = new GapStatistics()
    forEachStep(normal, { within: 'process', heldOut }, (line, before) => {
      gaps.add(normal.template[before], normal.template[line], normal.at[line] - normal.at[before])
    })
    return { gaps: gaps.usual() }
  },
  open: ({ gaps }, snapshot) => new LinePaceScorer(gaps, snapshot as StoredLast | undefined),
}

/** Template and time of the last line of each process. */
type StoredLast = readonly (readonly [template: number, at: number | null])[]

const usualOf = onceAModel((gaps: readonly UsualGap[]) => new UsualGaps(gaps))

class LinePaceScorer implements LineScorer {
  readonly #usual: UsualGaps
  readonly #template = new GrowingColumn(Int32Array, NO_TEMPLATE)
  readonly #at = new GrowingColumn(Float64Array)

  constructor(gaps: readonly UsualGap[], snapshot: StoredLast = []) {
    this.#usual = usualOf(gaps)
    this.#reach(snapshot.length)
    snapshot.forEach(([template, at], slot) => {
      this.#template.values[slot] = template
      this.#at.values[slot] = at ?? NaN
    })
  }

  push(
    { count, template, at, process, firstHeard, firstRow }: LogLines,
    scores: Float64Array,
    telling?: Telling,
  ): void {
    for (let i = 0; i < count; i++) {
      const slot = process[i]
      this.#reach(slot + 1)
      scores[i] = 0
      if ((firstHeard[i] & FIRST_HEARD.process) === 0) {
        const [from, gapMs] = [this.#template.values[slot], at[i] - this.#at.values[slot]]
        scores[i] = Math.max(this.#usual.deviationOf(from, template[i], gapMs), 0)
        if (telling !== undefined && scores[i] > telling.above) {
          const usualMs = this.#usual.usualMs(from, template[i])
          const about = { template: template[i], after: from, gapMs, usualMs, row: firstRow + i }
          telling.tell(i, { kind: 'late', ...about, surprise: telling.surpriseOf(scores[i]) })
        }
      }
      this.#template.values[slot] = template[i]
      this.#at.values[slot] = at[i]
    }
  }

  snapshot({ processes }: UsedSlots): StoredLast {
    return processes.map((slot) => {
      const at = this.#at.values[slot]
      return [this.#template.values[slot], Number.isNaN(at) ? null : at]
    })
  }

  #reach(slots: number): void {
    this.#template.reach(slots)
    this.#at.reach(slots)
  }
}
