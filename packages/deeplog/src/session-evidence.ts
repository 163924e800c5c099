import type { ExplainedSession, SessionExplainer } from '@sp/baseline'
import type { Evidence } from '@sp/log-table'
import type { FusedScores, VoiceName } from './fusion.js'
import type { NewHabit } from './session-habits.js'
import type { KeptEvent, SessionMemory } from './session-memory.js'

/** What the evidence is taken from. */
export interface SessionOpinion {
  readonly memory: SessionMemory<unknown>
  readonly fused: FusedScores
  /** The session among those of `fused`. */
  readonly s: number
  readonly against: readonly VoiceName[]
  /** The habit that its kind has become with this session. */
  readonly news: NewHabit | null
  /** Of the counting detectors. */
  readonly explainer: SessionExplainer
}

/** What speaks against a session, strongest first: new events, its length, its counts, and events that were not expected. */
export function sessionEvidence(session: ExplainedSession, opinion: SessionOpinion): Evidence[] {
  const evidence = opinion.against.flatMap((name) => evidenceOf(name, session, opinion))
  // Sorting is stable: of equal strength the order of the voices stays.
  evidence.sort((a, b) => b.surprise - a.surprise)
  return [...habitEvidence(session, opinion), ...evidence]
}

function evidenceOf(name: VoiceName, session: ExplainedSession, opinion: SessionOpinion): Evidence[] {
  const { memory, explainer, fused, s } = opinion
  if (name === 'surprise') return memory.strangest.map((event) => orderEvidence(event, session))
  const { pValue } = fused.voices.find((voice) => voice.name === name)!
  return explainer.explain(name, session, -Math.log10(pValue[s]))
}

/** A new habit is told before what is strange about the session that made it one. */
function habitEvidence({ templateOf }: ExplainedSession, { news, fused, s }: SessionOpinion): Evidence[] {
  if (news === null || news.templates.length === 0) return []
  const { sessions, share, templates } = news
  const differences = templates.map(({ event, before, after }) => ({ template: templateOf(event), before, after }))
  const { template } = differences[0]
  return [{ kind: 'new-habit', template, sessions, share, differences, surprise: fused.score[s] }]
}

function orderEvidence(event: KeptEvent<unknown>, { templateOf }: ExplainedSession): Evidence {
  const { row, template, after, expected } = event
  const surprise = event.surprise ?? 0
  return {
    kind: 'unexpected-order',
    row,
    template,
    after: after < 0 ? null : after,
    // The end of the session is no template.
    expected: expected.filter((index) => index > 1).map(templateOf),
    probability: Math.exp(-surprise),
    surprise: surprise / Math.LN10,
  }
}
