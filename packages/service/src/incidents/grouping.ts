import type { Finding } from '@sp/log-table'
import type { Incident, IncidentChange, Reason } from '@sp/report'

/** The severities, gravest first. */
export const SEVERITIES = ['high', 'medium', 'low'] as const satisfies readonly Incident['severity'][]

/** Puts findings together into incidents, one finding at a time, in bounded memory. */
export interface FindingGrouper {
  /** Incidents that were closed by a finding, then the one it opened or extended. */
  add(finding: Finding): IncidentChange[]
  /** An open incident as it is now. */
  incident(id: string): Incident | undefined
  openIds(): string[]
  /** All it holds, as plain data. */
  snapshot(): unknown
}

/** The sentences of incidents in one language. Log text in them is set apart by {@link marked}. */
export interface IncidentWords {
  headline(incident: Incident): string
  reason(reason: Reason): string
}

/** Languages of the sentences. */
export const LANGUAGES = ['en', 'ko'] as const

/** A language of the sentences. */
export type Language = (typeof LANGUAGES)[number]

/** How incidents are made and told. */
export interface IncidentMaking {
  /** A grouper, empty or from the state that {@link FindingGrouper.snapshot} gave. */
  readonly grouper: (state?: unknown) => FindingGrouper
  readonly words: (language: Language) => IncidentWords
}

/** Private characters around log text within a sentence. */
const OPEN = '\ue000'
const CLOSE = '\ue001'

/** Log text set apart within a sentence. */
export function marked(text: string): string {
  const cut = text.length > 300 ? `${text.slice(0, 300)}…` : text
  return OPEN + cut.replace(/[\ue000\ue001]/g, '\ufffd') + CLOSE
}

/** A sentence in parts: our words and, at every odd place, text of the log. */
export function partsOf(sentence: string): string[] {
  return sentence.split(/[\ue000\ue001]/)
}

/** A sentence as one text, log text in quotation marks. */
export function plainSentence(sentence: string): string {
  return sentence.replaceAll(OPEN, '“').replaceAll(CLOSE, '”')
}
