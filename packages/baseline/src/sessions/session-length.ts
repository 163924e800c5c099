import { sessionDetectorOf } from './session-detector.js'

/** Events of the shortest and the longest normal session; `shortest` is 0 where sessions may be cut off. */
export interface LengthModel {
  readonly shortest: number
  readonly longest: number
}

/** Score: events by which a session is shorter than the shortest or longer than the longest normal one. */
export const lengthDetector = sessionDetectorOf<LengthModel>({
  resolution: 0.1,
  train({ count, offsets }, { closed = true } = {}) {
    let [shortest, longest] = [Infinity, 0]
    for (let s = 0; s < count; s++) {
      const length = offsets[s + 1] - offsets[s]
      shortest = Math.min(shortest, length)
      longest = Math.max(longest, length)
    }
    return { shortest: closed ? shortest : 0, longest }
  },
  open:
    ({ shortest, longest }) =>
    ({ events: { length }, isUnfinished }) =>
      Math.max(isUnfinished ? 0 : shortest - length, length - longest, 0),
})
