import type { Evidence } from '@sp/log-table'
import { CountVectorIndex, vectorOf, type CountVectorModel } from './count-vector.js'
import { UsualGaps } from './gap-statistics.js'
import type { TimingModel } from './event-timing.js'
import { MarkovChain, transitionsOf, type MarkovModel } from './markov-chain.js'
import type { NewEventModel } from './new-event.js'
import { ngramsOf, type NgramModel } from './ngram.js'
import type { OneSession } from './session-detector.js'
import type { SessionDetectorName } from './session-detectors.js'
import type { LengthModel } from './session-length.js'

/** A session with what names its lines. */
export interface ExplainedSession extends OneSession {
  /** Row of each event. */
  readonly rows: Int32Array
  /** Template code of each event. */
  readonly templates: Int32Array
  /** Template code of an event that is not in the session. */
  readonly templateOf: (event: number) => number
}

/** The detectors that can be asked; a `SessionModel` is one. */
export interface ExplainedModel {
  readonly detectors: readonly { readonly name: SessionDetectorName; readonly model: unknown }[]
}

/** Explains a session by one detector. */
type Explain = (session: ExplainedSession, surprise: number) => Evidence[]

const MOST_EVIDENCE = 8
const MOST_EXPECTED = 3

/** Says why sessions score high, detector by detector. What looks into the model is made when it is first needed. */
export class SessionExplainer {
  readonly #model: ExplainedModel
  readonly #explain = new Map<SessionDetectorName, Explain>()

  /** An explainer of a model. */
  constructor(model: ExplainedModel) {
    this.#model = model
  }

  /** What a detector of the model has against a session; empty for `editDistance`, which compares as a whole. */
  explain(name: SessionDetectorName, session: ExplainedSession, surprise: number): Evidence[] {
    let explain = this.#explain.get(name)
    if (explain === undefined) {
      const { model } = this.#model.detectors.find((detector) => detector.name === name)!
      this.#explain.set(name, (explain = explainerOf(name, model)))
    }
    return explain(session, surprise)
  }
}

function explainerOf(name: SessionDetectorName, model: unknown): Explain {
  if (name === 'newEvent') return newEvents(model as NewEventModel)
  if (name === 'length') return length(model as LengthModel)
  if (name === 'countVector' || name === 'countVectorIdf') return counts(model as CountVectorModel)
  if (name === 'markov') return strangestStep(model as MarkovModel)
  if (name === 'ngram2' || name === 'ngram3') return unseenRuns(model as NgramModel)
  if (name === 'timing') return latestStep(model as TimingModel)
  return () => []
}

function newEvents({ events: known }: NewEventModel): Explain {
  const isKnown = new Set(known)
  return ({ events, templates }, surprise) => {
    const counted = new Map<number, number>()
    events.forEach((event, i) => {
      if (!isKnown.has(event)) counted.set(templates[i], (counted.get(templates[i]) ?? 0) + 1)
    })
    return [...counted]
      .slice(0, MOST_EVIDENCE)
      .map(([template, count]) => ({ kind: 'new-template', template, count, expected: 0, surprise }))
  }
}

function length({ shortest, longest }: LengthModel): Explain {
  return ({ events }, surprise) => [{ kind: 'session-length', events: events.length, shortest, longest, surprise }]
}

function counts(model: CountVectorModel): Explain {
  const index = new CountVectorIndex(model)
  return ({ events, templates, templateOf, isUnfinished }, surprise) => {
    const vector = vectorOf(events)
    const usual = new Map(index.nearest(vector, isUnfinished).vector)
    const own = new Map(vector)
    const differences = [...new Set([...own.keys(), ...usual.keys()])]
      .map((event) => ({ event, count: own.get(event) ?? 0, usual: usual.get(event) ?? 0 }))
      .filter((one) => (isUnfinished ? one.count > one.usual : one.count !== one.usual))
      .sort((a, b) => weightedDifference(b) - weightedDifference(a) || a.event - b.event)
      .slice(0, MOST_EVIDENCE)
      .map(({ event, ...rest }) => ({ template: templateIn(event), ...rest }))
    return [{ kind: 'session-counts', differences, surprise }]

    function weightedDifference({ event, count, usual: normal }: { event: number; count: number; usual: number }) {
      return index.weightOf(event) * Math.abs(count - normal)
    }
    function templateIn(event: number): number {
      const place = events.indexOf(event)
      return place >= 0 ? templates[place] : templateOf(event)
    }
  }
}

function strangestStep({ transitions, closed }: MarkovModel): Explain {
  const chain = new MarkovChain(transitions)
  return (session, surprise) => {
    const steps = transitionsOf(session.events, closed && !session.isUnfinished)
    const strangeness = steps.map(([from, to]) => chain.surpriseOf(from, to))
    const i = strangeness.indexOf(Math.max(...strangeness))
    if (i < 0) return []
    const [probability, after] = [Math.exp(-strangeness[i]), i - 1]
    if (i === session.events.length) {
      return [endEvidence(session, { probability, surprise })]
    }
    const expected = chain.likeliest(steps[i][0], MOST_EXPECTED).filter((event) => event > 0)
    return [orderEvidence(session, i, { after, expected, probability, surprise })]
  }
}

function unseenRuns({ size, closed, ngrams }: NgramModel): Explain {
  const known = new Set(ngrams)
  return (session, surprise) => {
    const runs = ngramsOf(session.events, size, closed && !session.isUnfinished)
    const i = runs.findIndex((run) => !known.has(run))
    if (i < 0) return []
    // Run i ends at event i; the one after the last ends at the mark of the end.
    if (i === session.events.length) return [endEvidence(session, { probability: 0, surprise })]
    const begin = `${runs[i].slice(0, runs[i].lastIndexOf(' '))} `
    const followers = ngrams.filter((run) => run.startsWith(begin)).map((run) => Number(run.slice(begin.length)))
    const expected = followers.filter((event) => event > 0).slice(0, MOST_EXPECTED)
    return [orderEvidence(session, i, { after: i - 1, expected, probability: 0, surprise })]
  }
}

function latestStep({ gaps }: TimingModel): Explain {
  const usual = new UsualGaps(gaps)
  return ({ events, times, templates, rows }, surprise) => {
    let [most, place] = [0, -1]
    for (let i = 1; i < events.length; i++) {
      const deviation = usual.deviationOf(events[i - 1], events[i], times[i] - times[i - 1])
      if (deviation > most) [most, place] = [deviation, i]
    }
    if (place < 0) return []
    const [gapMs, usualMs] = [times[place] - times[place - 1], usual.usualMs(events[place - 1], events[place])]
    const [template, after, row] = [templates[place], templates[place - 1], rows[place]]
    return [{ kind: 'late', template, after, gapMs, usualMs, row, surprise }]
  }
}

function orderEvidence(
  { templates, rows, templateOf }: ExplainedSession,
  place: number,
  about: { after: number; expected: readonly number[]; probability: number; surprise: number },
): Evidence {
  return {
    kind: 'unexpected-order',
    template: templates[place],
    after: about.after >= 0 ? templates[about.after] : null,
    expected: about.expected.map(templateOf),
    probability: about.probability,
    row: rows[place],
    surprise: about.surprise,
  }
}

function endEvidence(
  { templates, rows }: ExplainedSession,
  about: { probability: number; surprise: number },
): Evidence {
  const last = templates.length - 1
  return { kind: 'session-end', template: templates[last], row: rows[last], ...about }
}
