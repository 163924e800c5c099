import type { Evidence } from '@sp/log-table'
import type { DeepLogModel } from './deeplog-model.js'
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
  readonly model: DeepLogModel
  /** Template code of a vocabulary index. */
  readonly templateOf: (event: number) => number
}

/** What speaks against a session, strongest first: new events, its length, its counts, and events that were not expected. */
export function sessionEvidence(
  session: { readonly templates: Int32Array; readonly events: Int32Array },
  opinion: SessionOpinion,
): Evidence[] {
  const { memory, against } = opinion
  const evidence: Evidence[] = []
  if (against.includes('newEvent')) {
    const surprise = surpriseOf('newEvent', opinion)
    for (const { template } of memory.unknown) {
      const count = session.templates.reduce((sum, code) => sum + Number(code === template), 0)
      evidence.push({ kind: 'new-template', template, count, expected: 0, surprise })
    }
  }
  if (against.includes('length')) {
    const { shortest, longest } = opinion.model.fusion.detectors.find(({ name }) => name === 'length')!
      .model as LengthRange
    const surprise = surpriseOf('length', opinion)
    evidence.push({ kind: 'session-length', events: session.events.length, shortest, longest, surprise })
  }
  if (against.includes('surprise')) {
    for (const event of memory.strangest) evidence.push(orderEvidence(event, opinion))
  }
  // Sorting is stable: of equal strength the order above stays.
  evidence.sort((a, b) => b.surprise - a.surprise)
  return [...habitEvidence(opinion), ...evidence]
}

/** A new habit is told before what is strange about the session that made it one. */
function habitEvidence({ news, templateOf, fused, s }: SessionOpinion): Evidence[] {
  if (news === null || news.templates.length === 0) return []
  const { sessions, share, templates } = news
  const differences = templates.map(({ event, before, after }) => ({ template: templateOf(event), before, after }))
  const { template } = differences[0]
  return [{ kind: 'new-habit', template, sessions, share, differences, surprise: fused.score[s] }]
}

interface LengthRange {
  readonly shortest: number
  readonly longest: number
}

/** −log10 of the p-value of a voice. */
function surpriseOf(name: VoiceName, { fused, s }: SessionOpinion): number {
  return -Math.log10(fused.voices.find((voice) => voice.name === name)!.pValue[s])
}

function orderEvidence(event: KeptEvent<unknown>, { templateOf }: SessionOpinion): Evidence {
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
