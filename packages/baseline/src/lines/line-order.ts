import { MarkovChain, type Transition } from '../sessions/markov-chain.js'
import { forEachStep, type LineDetector } from './line-detector.js'

/** How often each template followed each within a process or program. */
export interface LineOrderModel {
  readonly transitions: readonly Transition[]
}

/**
 * Score: surprise, −ln of a probability, of a line's template after the one before it in the same process (or the same
 * program of a host, for programs that are many processes, such as cron), added up over the last three lines: two lines
 * that change places make three strange steps, a foreign line in between only two. A Markov chain with absolute
 * discounting, as for sessions, without marks: where a log begins nothing is known.
 */
export function lineOrderDetector(within: 'process' | 'program'): LineDetector<LineOrderModel> {
  return {
    resolution: 0.1,
    train(normal, heldOut) {
      const counts = new Map<string, number>()
      forEachStep(normal, { within, heldOut }, (line, before) => {
        const key = `${normal.template[before]} ${normal.template[line]}`
        counts.set(key, (counts.get(key) ?? 0) + 1)
      })
      return { transitions: [...counts].map(([key, count]) => transitionOf(key, count)) }
    },
    score({ transitions }, lines) {
      const chain = new MarkovChain(transitions)
      const surprises = new Float64Array(lines.count)
      const predecessor = new Int32Array(lines.count).fill(-1)
      forEachStep(lines, { within }, (line, before) => {
        surprises[line] = chain.surpriseOf(lines.template[before], lines.template[line])
        predecessor[line] = before
      })
      return surprises.map((_, line) => {
        const before = predecessor[line]
        return surprises[line] + (surprises[before] ?? 0) + (surprises[predecessor[before]] ?? 0)
      })
    },
  }
}

function transitionOf(key: string, count: number): Transition {
  const [from, to] = key.split(' ').map(Number)
  return [from, to, count]
}
