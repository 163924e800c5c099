import { catalogueOf, IncidentGrouper, type GrouperState, type ReportTraining } from '@sp/report'
import { type IncidentMaking, marked } from './grouping.js'

/** What incidents are told by. */
export interface IncidentFacts {
  /** What the detector learned from, as it is now. */
  readonly training: () => ReportTraining
  /** Share of normal units that may be flagged; `null` where nothing is calibrated. */
  readonly budget: number | null
}

const NO_TRAINING: ReportTraining = { rows: 0, templates: 0, firstTime: null, lastTime: null }

/** Incidents as reports make and tell them. */
export function incidentsAsInReports({ training, budget }: IncidentFacts): IncidentMaking {
  return {
    grouper: (state) => {
      if (state === undefined) return new IncidentGrouper({ budget })
      return IncidentGrouper.restore(state as GrouperState, { budget })
    },
    words: (language) => {
      const words = catalogueOf(language)
      return {
        headline: (incident) => capital(words.headline(incident, training(), marked)),
        reason: (reason) => words.reason(reason, training(), marked),
      }
    },
  }
}

/** The same where nothing is known of the training. */
export const incidentMaking: IncidentMaking = incidentsAsInReports({ training: () => NO_TRAINING, budget: null })

/** A sentence begins with a capital, unless log text stands there. */
function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
