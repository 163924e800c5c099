import { UNK, type Sessions } from '@sp/builders'
import { sessionDetectorOf } from './session-detector.js'

/** The events that normal sessions hold, ascending; never the unknown one, which stands for any that nobody has seen. */
export interface NewEventModel {
  readonly events: readonly number[]
}

/** Score: distinct events that no normal session held; all events unknown to the vocabulary together count as one. */
export const newEventDetector = sessionDetectorOf<NewEventModel>({
  resolution: 0.1,
  train: (normal: Sessions) => ({
    events: [...new Set(normal.events)].filter((event) => event !== UNK).sort((a, b) => a - b),
  }),
  open({ events }) {
    const known = new Set(events)
    return (session) => {
      const unseen = new Set<number>()
      for (const event of session.events) if (!known.has(event)) unseen.add(event)
      return unseen.size
    }
  },
})
