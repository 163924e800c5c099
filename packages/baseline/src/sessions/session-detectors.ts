import { countVectorDetector } from './count-vector.js'
import { editDistanceDetector } from './edit-distance.js'
import { timingDetector } from './event-timing.js'
import { markovDetector } from './markov-chain.js'
import { newEventDetector } from './new-event.js'
import { ngramDetector } from './ngram.js'
import type { SessionDetector } from './session-detector.js'
import { lengthDetector } from './session-length.js'

/** The session detectors by name; each file says what its score is. */
export const SESSION_DETECTORS = {
  newEvent: newEventDetector,
  length: lengthDetector,
  countVector: countVectorDetector({ idf: false }),
  countVectorIdf: countVectorDetector({ idf: true }),
  ngram2: ngramDetector(2),
  ngram3: ngramDetector(3),
  markov: markovDetector,
  editDistance: editDistanceDetector,
  timing: timingDetector,
} as const

/** Name of a session detector. */
export type SessionDetectorName = keyof typeof SESSION_DETECTORS

/** The detector of a name, its model being whatever it trained. */
export function sessionDetector(name: SessionDetectorName): SessionDetector<unknown> {
  return SESSION_DETECTORS[name] as SessionDetector<unknown>
}
