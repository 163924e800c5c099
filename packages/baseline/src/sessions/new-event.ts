import { UNK, type Sessions } from '@sp/builders'
import { eventsOf, type SessionDetector } from './session-detector.js'

/** The events that normal sessions hold, ascending; never the unknown one, which stands for any that nobody has seen. */
export interface NewEventModel {
  readonly events: readonly number[]
}

/** Score: distinct events that no normal session held; all events unknown to the vocabulary together count as one. */
export const newEventDetector: SessionDetector<NewEventModel> = {
  resolution: 0.1,
  train: (normal: Sessions) => ({
    events: [...new Set(normal.events)].filter((event) => event !== UNK).sort((a, b) => a - b),
  }),
  score({ events }, sessions) {
    const known = new Set(events)
    return Float64Array.from({ length: sessions.count }, (_, s) => {
      const distinct = new Set(eventsOf(sessions, s))
      let unseen = 0
      for (const event of distinct) if (!known.has(event)) unseen++
      return unseen
    })
  },
}
