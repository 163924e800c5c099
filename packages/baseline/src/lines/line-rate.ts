import { NOTHING, type LineDetector } from './line-detector.js'
import type { LogLines } from './log-lines.js'

/** The most lines of each template that one host wrote within a minute. */
export interface LineRateModel {
  readonly most: readonly (readonly [template: number, lines: number])[]
}

const WITHIN_MS = 60_000
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
  train(normal, heldOut = NOTHING) {
    const most = new Map<number, number>()
    forEachRate(normal, (line, rate) => {
      if (line >= heldOut.from && line < heldOut.to) return
      most.set(normal.template[line], Math.max(most.get(normal.template[line]) ?? 0, rate))
    })
    return { most: [...most] }
  },
  score({ most }, lines) {
    const known = new Map(most)
    const scores = new Float64Array(lines.count)
    forEachRate(lines, (line, rate) => {
      const usual = known.get(lines.template[line])
      const score = usual === undefined ? 0 : Math.log((rate + PRIOR_LINES) / (usual + PRIOR_LINES))
      scores[line] = score >= SMALLEST ? score : 0
    })
    return scores
  },
}

function forEachRate({ count, template, host, time }: LogLines, visit: (line: number, rate: number) => void): void {
  const recent = new Map<string, number[]>()
  for (let line = 0; line < count; line++) {
    if (Number.isNaN(time[line])) continue
    const key = `${host[line]} ${template[line]}`
    const times = recent.get(key) ?? []
    times.push(time[line])
    while (times[0] < time[line] - WITHIN_MS) times.shift()
    recent.set(key, times)
    visit(line, times.length)
  }
}
