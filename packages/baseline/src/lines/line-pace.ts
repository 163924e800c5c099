import { GapStatistics, type UsualGap } from '../sessions/gap-statistics.js'
import { forEachStep, type LineDetector } from './line-detector.js'

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
  train(normal, heldOut) {
    const gaps = new GapStatistics()
    forEachStep(normal, { within: 'process', heldOut }, (line, before) => {
      gaps.add(normal.template[before], normal.template[line], normal.time[line] - normal.time[before])
    })
    return { gaps: gaps.usual() }
  },
  score({ gaps }, lines) {
    const usual = GapStatistics.reader(gaps)
    const scores = new Float64Array(lines.count)
    forEachStep(lines, { within: 'process' }, (line, before) => {
      const [from, to] = [lines.template[before], lines.template[line]]
      scores[line] = Math.max(usual(from, to, lines.time[line] - lines.time[before]), 0)
    })
    return scores
  },
}
