import type { Evidence } from '@sp/log-table'
import { MarkovChain, type Transition } from '../sessions/markov-chain.js'
import { GrowingColumn } from './growing-column.js'
import { forEachStep, NO_TEMPLATE, type LineDetector, type LineScorer, type Telling } from './line-detector.js'
import type { UsedSlots } from './line-reader.js'
import { FIRST_HEARD, type LogLines } from './log-lines.js'
import { onceAModel } from './once-a-model.js'
import { PairTable } from './pair-table.js'

/** How often each template followed each within a process or program. */
export interface LineOrderModel {
  /** Ascending. */
  readonly transitions: readonly Transition[]
}

/**
 * Score: surprise, −ln of a probability, of a line's template after the one before it in the same process (or the same
 * program of a host, for programs that are many processes, such as cron), added up over the last three lines: two lines
 * that change places make three strange steps, a foreign line in between only two (steps more than 50 rows ago do not count). A Markov chain with absolute
 * discounting, as for sessions, without marks: where a log begins nothing is known.
 */
export function lineOrderDetector(within: 'process' | 'program'): LineDetector<LineOrderModel> {
  return {
    resolution: 0.1,
    shares: 3,
    train(normal, heldOut) {
      const pairs = new PairTable()
      const counts: number[] = []
      forEachStep(normal, { within, heldOut }, (line, before) => {
        const pair = pairs.indexOf(normal.template[before], normal.template[line])
        counts[pair] = (counts[pair] ?? 0) + 1
      })
      const transitions = counts.map((count, pair) => [...pairs.pairOf(pair), count] as const)
      return { transitions: transitions.sort((a, b) => a[0] - b[0] || a[1] - b[1]) }
    },
    open: ({ transitions }, snapshot) => new LineOrderScorer(transitions, within, snapshot as StoredSteps | undefined),
  }
}

/** The latest steps of a process: the template of its last line, and the two steps before. */
type StoredStep = readonly [
  template: number,
  surprise1: number,
  from1: number,
  row1: number,
  surprise2: number,
  from2: number,
  row2: number,
]
type StoredSteps = readonly StoredStep[]

const chainOf = onceAModel((transitions: readonly Transition[]) => new MarkovChain(transitions))

class LineOrderScorer implements LineScorer {
  readonly #within: 'process' | 'program'
  readonly #chain: MarkovChain
  /** By slot: template of the last line, and of the two steps before the one to come surprise, origin and row. */
  readonly #template = new GrowingColumn(Int32Array, NO_TEMPLATE)
  readonly #surprise1 = new GrowingColumn(Float64Array)
  readonly #surprise2 = new GrowingColumn(Float64Array)
  readonly #from1 = new GrowingColumn(Int32Array, NO_TEMPLATE)
  readonly #from2 = new GrowingColumn(Int32Array, NO_TEMPLATE)
  readonly #row1 = new GrowingColumn(Float64Array)
  readonly #row2 = new GrowingColumn(Float64Array)

  constructor(transitions: readonly Transition[], within: 'process' | 'program', snapshot: StoredSteps = []) {
    this.#within = within
    this.#chain = chainOf(transitions)
    this.#reach(snapshot.length)
    snapshot.forEach(([template, surprise1, from1, row1, surprise2, from2, row2], slot) => {
      this.#template.values[slot] = template
      this.#surprise1.values[slot] = surprise1
      this.#from1.values[slot] = from1
      this.#row1.values[slot] = row1
      this.#surprise2.values[slot] = surprise2
      this.#from2.values[slot] = from2
      this.#row2.values[slot] = row2
    })
  }

  push(lines: LogLines, scores: Float64Array, telling?: Telling): void {
    const { count, template, firstHeard, firstRow } = lines
    const [slots, bit] = [lines[this.#within], FIRST_HEARD[this.#within]]
    for (let i = 0; i < count; i++) {
      const [slot, to] = [slots[i], template[i]]
      this.#reach(slot + 1)
      if ((firstHeard[i] & bit) !== 0) {
        this.#begin(slot, to)
        scores[i] = 0
        continue
      }
      const from = this.#template.values[slot]
      const surprise = this.#chain.surpriseOf(from, to)
      this.#forgetBefore(slot, firstRow + i - NEAR)
      scores[i] = surprise + this.#surprise1.values[slot] + this.#surprise2.values[slot]
      if (telling !== undefined && scores[i] > telling.above) {
        const step = this.#strangestStep(slot, { surprise, from, to, row: firstRow + i })
        telling.tell(i, { ...this.#explain(step), surprise: telling.surpriseOf(scores[i]) })
      }
      this.#step(slot, { surprise, from, to, row: firstRow + i })
    }
  }

  snapshot(used: UsedSlots): StoredSteps {
    return used[this.#within === 'process' ? 'processes' : 'programs'].map((slot) => [
      this.#template.values[slot],
      this.#surprise1.values[slot],
      this.#from1.values[slot],
      this.#row1.values[slot],
      this.#surprise2.values[slot],
      this.#from2.values[slot],
      this.#row2.values[slot],
    ])
  }

  #reach(slots: number): void {
    if (slots <= this.#template.values.length) return
    for (const column of [this.#template, this.#from1, this.#from2]) column.reach(slots)
    for (const column of [this.#surprise1, this.#surprise2, this.#row1, this.#row2]) column.reach(slots)
  }

  /** Steps of long ago have nothing to do with the one to come: a process may write once in hours. */
  #forgetBefore(slot: number, row: number): void {
    if (this.#row1.values[slot] < row) this.#surprise1.values[slot] = 0
    if (this.#row2.values[slot] < row) this.#surprise2.values[slot] = 0
  }

  #begin(slot: number, template: number): void {
    this.#template.values[slot] = template
    this.#surprise1.values[slot] = this.#surprise2.values[slot] = 0
    this.#from1.values[slot] = this.#from2.values[slot] = NO_TEMPLATE
  }

  #step(slot: number, { surprise, from, to, row }: Step): void {
    this.#surprise2.values[slot] = this.#surprise1.values[slot]
    this.#from2.values[slot] = this.#from1.values[slot]
    this.#row2.values[slot] = this.#row1.values[slot]
    this.#surprise1.values[slot] = surprise
    this.#from1.values[slot] = from
    this.#row1.values[slot] = row
    this.#template.values[slot] = to
  }

  #strangestStep(slot: number, last: Step): Step {
    const [surprise1, surprise2] = [this.#surprise1.values[slot], this.#surprise2.values[slot]]
    const [from1, from2] = [this.#from1.values[slot], this.#from2.values[slot]]
    if (last.surprise >= surprise1 && last.surprise >= surprise2) return last
    return surprise1 >= surprise2
      ? { surprise: surprise1, from: from1, to: last.from, row: this.#row1.values[slot] }
      : { surprise: surprise2, from: from2, to: from1, row: this.#row2.values[slot] }
  }

  #explain({ surprise, from, to, row }: Step): Evidence {
    const expected = this.#chain.likeliest(from, MOST_EXPECTED)
    const probability = Math.exp(-surprise)
    return { kind: 'unexpected-order', template: to, after: from, expected, probability, row, surprise }
  }
}

interface Step {
  readonly surprise: number
  readonly from: number
  readonly to: number
  readonly row: number
}

const MOST_EXPECTED = 3
/** Rows between steps that are judged together: those of a window. */
const NEAR = 50
