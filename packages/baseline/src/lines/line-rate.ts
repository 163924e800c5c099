import type { Evidence } from '@sp/log-table'
import { isWithin, NOTHING, type LineDetector, type LineScorer, type Telling } from './line-detector.js'
import { LineCounts, type LineCountsSnapshot } from './line-counts.js'
import type { UsedSlots } from './line-reader.js'
import type { LogLines } from './log-lines.js'
import { onceAModel } from './once-a-model.js'

/** The most lines of each template that one host wrote within a minute. */
export interface LineRateModel {
  readonly most: readonly (readonly [template: number, lines: number])[]
}

/** From one line to two is no burst, from thirty to sixty is. */
const PRIOR_LINES = 10
/** Less than a fifth more than ever is what a longer log would have shown too. */
const SMALLEST = Math.log(1.2)

/**
 * Score: ln((lines of the template by the same host within the last minute + 10) / (the most in normal lines + 10)), 0
 * below ln 1.2. For bursts: windows of rows do not see that many lines came quickly.
 */
export const lineRateDetector: LineDetector<LineRateModel> = {
  resolution: 0.05,
  shares: 0,
  train({ count, template, host, at, stretches }, heldOut = NOTHING) {
    const most: number[] = []
    const starts = new Set(stretches)
    let counts = new LineCounts()
    for (let line = 0; line < count; line++) {
      if (starts.has(line)) counts = new LineCounts()
      if (template[line] < 0 || Number.isNaN(at[line])) continue
      const lines = counts.add(host[line], template[line], at[line])
      if (!isWithin(heldOut, line)) most[template[line]] = Math.max(most[template[line]] ?? 0, lines)
    }
    return { most: [...most.entries()].filter(([, lines]) => lines !== undefined) }
  },
  open: ({ most }, snapshot) => new LineRateScorer(most, snapshot as LineCountsSnapshot | undefined),
}

const byTemplateOf = onceAModel((most: LineRateModel['most']) => {
  const byTemplate: number[] = []
  for (const [template, lines] of most) byTemplate[template] = lines
  return byTemplate
})

class LineRateScorer implements LineScorer {
  /** By template; `undefined` for one that training did not know. */
  readonly #most: readonly number[]
  readonly #counts: LineCounts

  constructor(most: LineRateModel['most'], snapshot?: LineCountsSnapshot) {
    this.#most = byTemplateOf(most)
    this.#counts = new LineCounts(snapshot)
  }

  push(lines: LogLines, scores: Float64Array, telling?: Telling): void {
    const { count, template, host, at } = lines
    for (let i = 0; i < count; i++) {
      scores[i] = 0
      const most = this.#most[template[i]]
      if (most === undefined || Number.isNaN(at[i])) continue
      const now = this.#counts.add(host[i], template[i], at[i])
      if (now <= most) continue
      const score = Math.log((now + PRIOR_LINES) / (most + PRIOR_LINES))
      if (score < SMALLEST) continue
      scores[i] = score
      if (telling !== undefined && score > telling.above) {
        telling.tell(i, this.#explain(lines, i, { count: now, most, surprise: telling.surpriseOf(score) }))
      }
    }
  }

  snapshot({ hosts }: UsedSlots): LineCountsSnapshot {
    return this.#counts.snapshot(hosts)
  }

  #explain(
    { template, hostName, firstRow }: LogLines,
    i: number,
    about: { readonly count: number; readonly most: number; readonly surprise: number },
  ): Evidence {
    const { withinMs } = this.#counts
    return { kind: 'burst', template: template[i], host: hostName[i], withinMs, row: firstRow + i, ...about }
  }
}
