import { NOTHING, type LineDetector } from './line-detector.js'

/** What comes so regularly that its absence says something: `[host, template, longest pause in ms]`. */
export interface LineSilenceModel {
  readonly regular: readonly (readonly [host: string, template: number, longestMs: number])[]
}

/** A template with fewer pauses is not known to be regular. */
const FEWEST_PAUSES = 20
/** The longest pause of a regular template is at most this many times the median one. */
const REGULAR = 2.5

/**
 * Score: ln of how many times longer than ever in normal lines a regular template of a host has not come, at the first
 * line after that number has reached 2, 4, 8, …; else 0. So a silence is told when it is found and whenever it has
 * doubled, not with every line of others. For the heartbeat that stops: an absence that windows of rows do not see where
 * other lines are few.
 */
export const lineSilenceDetector: LineDetector<LineSilenceModel> = {
  resolution: 0.05,
  train(normal, heldOut = NOTHING) {
    const pauses = new Map<string, number[]>()
    const last = new Map<string, number>()
    for (let i = 0; i < normal.count; i++) {
      if (i >= heldOut.from && i < heldOut.to) {
        last.clear()
        continue
      }
      if (Number.isNaN(normal.time[i])) continue
      const key = `${normal.host[i]} ${normal.template[i]}`
      if (last.has(key)) {
        const known = pauses.get(key) ?? []
        known.push(normal.time[i] - last.get(key)!)
        pauses.set(key, known)
      }
      last.set(key, normal.time[i])
    }
    const regular: [string, number, number][] = []
    for (const [key, known] of pauses) {
      known.sort((a, b) => a - b)
      const longest = known[known.length - 1]
      if (known.length < FEWEST_PAUSES || longest > REGULAR * known[known.length >> 1]) continue
      const [host, template] = key.split(' ').map(Number)
      regular.push([normal.hosts[host], template, longest])
    }
    return { regular }
  },
  score({ regular }, lines) {
    const scores = new Float64Array(lines.count)
    const start = lines.time.find((time) => !Number.isNaN(time)) ?? NaN
    const watched = new Map(
      regular.map(([host, template, longest]) => [
        `${lines.hosts.indexOf(host)} ${template}`,
        { longest, last: start, told: 1 },
      ]),
    )
    for (let i = 0; i < lines.count; i++) {
      const time = lines.time[i]
      if (Number.isNaN(time)) continue
      for (const silence of watched.values()) {
        const times = (time - silence.last) / silence.longest
        if (times < 2 * silence.told) continue
        while (times >= 2 * silence.told) silence.told *= 2
        scores[i] = Math.max(scores[i], Math.log(times))
      }
      const own = watched.get(`${lines.host[i]} ${lines.template[i]}`)
      if (own !== undefined) Object.assign(own, { last: time, told: 1 })
    }
    return scores
  },
}
