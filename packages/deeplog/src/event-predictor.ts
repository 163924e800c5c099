import { BEGIN, END } from '@sp/builders'
import { onnxruntimeEngine, type Engine, type Predictor } from '@sp/engine'
import { type Beginning, BeginningStore } from './beginning-store.js'
import { DeepLogError } from './errors.js'
import { type EventVerdict, judgeEvent, knownEvents, likeliestEvents } from './judge-event.js'
import type { PredictingNetwork } from './predict-events.js'
import type { DeepLogSettings } from './deeplog-options.js'
import { stateWidth, STEP_NETWORK, stepNetwork } from './step-network.js'

/** Steps a call of the engine. */
const BATCH = 512

/** A session under way: its events, and what was expected of each. */
export class EventTrack {
  /** Vocabulary indices. */
  readonly events: number[]
  /** One per judged event: −ln of its probability, `Infinity` for a new one. */
  readonly surprise: number[]
  // Of the predictor: the latest prediction was made where the window that begins at `start` has read `read` events. Not an
  // object: a session outlives many of them.
  start = 0
  read = 0
  beginning: object | null = null

  /** A session that has not begun, or the events and surprises of one that goes on. */
  constructor(events: readonly number[] = [], surprise: readonly number[] = []) {
    this.events = [...events]
    this.surprise = [...surprise]
  }
}

/** An event as it was judged. The same event after the same beginning is the same object. */
export class JudgedEvent implements EventVerdict {
  readonly surprise: number
  readonly rank: number
  readonly massBefore: number
  readonly #row: Float32Array

  /** What was said of an event, and the log-probabilities `[V]` that it was judged by. */
  constructor({ surprise, rank, massBefore }: EventVerdict, row: Float32Array) {
    this.surprise = surprise
    this.rank = rank
    this.massBefore = massBefore
    this.#row = row
  }

  /**
   * The likeliest events there, likeliest first; `END` (0) is the end of the session. To be asked for before more is
   * judged: the predictor uses its memory again.
   */
  likeliest(k: number): Int32Array {
    return likeliestEvents(this.#row, Math.min(k, this.#row.length))
  }
}

/** Part of a window that has to be read for events of a track. */
interface Reading {
  readonly track: EventTrack
  /** Number of the track among those that are judged together. */
  readonly place: number
  readonly start: number
  /** First event to be judged, and how many inputs have to be read for the last. */
  readonly from: number
  readonly needed: number
  read: number
  beginning: Beginning
}

/**
 * Predicts the events of sessions while they come. Each event is judged as `predictEvents` judges it in the whole
 * session: by a window that begins with the session, or half a window or more before the event. A beginning that was
 * read before, in this session or another, is not read again. What is said of an event does not depend on which others
 * are judged with it.
 */
export class EventPredictor {
  readonly #predictor: Predictor
  readonly #window: number
  readonly #width: number
  readonly #vocabularySize: number
  readonly #isKnown: Uint8Array
  readonly #store: BeginningStore
  /** Calls that wait for the engine, and so hold beginnings. */
  #underWay = 0

  private constructor(predictor: Predictor, { graph, settings, events }: SteppingNetwork) {
    this.#predictor = predictor
    this.#window = settings.window
    this.#width = stateWidth(settings)
    this.#vocabularySize = graph.values.get('dense.bias')!.shape[0] as number
    this.#isKnown = knownEvents(events, this.#vocabularySize)
    this.#store = new BeginningStore(this.#vocabularySize + this.#width)
  }

  /**
   * A predictor with a trained network.
   * @throws {DeepLogError} `bad-options` when it was trained to predict only the event after a window
   */
  static async open(network: SteppingNetwork, engine: Engine = onnxruntimeEngine()): Promise<EventPredictor> {
    const { predict } = network.settings
    if (predict !== 'every') {
      const expected = 'a stream needs "every"; train with the preset "sessions"'
      throw new DeepLogError('bad-options', `a network that predicts "${predict}"; ${expected}`)
    }
    const predictor = await engine.predictor(stepNetwork(network.graph, network.settings))
    return new EventPredictor(predictor, network)
  }

  /**
   * Judges the events of each track that were not judged yet.
   * @returns of each track, the judgements of these events
   */
  async judge(tracks: readonly EventTrack[]): Promise<JudgedEvent[][]> {
    if (this.#underWay === 0) this.#store.makeRoom()
    const judged = tracks.map((track) => this.#judgeKnown(track))
    const readings = tracks.flatMap((track, place) => {
      return this.#readings(track, place, { from: track.surprise.length, to: track.events.length })
    })
    const told = await this.#read(readings)
    readings.forEach(({ track, place, from }, r) => {
      told[r].forEach((beginning, e) => {
        const event = this.#judged(beginning, track.events[from + e])
        judged[place].push(event)
        track.surprise.push(event.surprise)
      })
    })
    return judged
  }

  /** Surprise at the end of sessions whose events were judged: −ln of the probability that nothing follows. */
  async judgeEnds(tracks: readonly EventTrack[]): Promise<Float64Array> {
    const readings = tracks.flatMap((track, place) => {
      return this.#readings(track, place, { from: track.events.length, to: track.events.length + 1 })
    })
    const told = await this.#read(readings)
    return Float64Array.from(told, ([beginning]) => -this.#store.valuesOf(beginning)[END])
  }

  /** Frees the network. */
  async dispose(): Promise<void> {
    await this.#predictor.dispose()
  }

  /** Judges the next events of a track as far as what they need was read before: nearly all of most batches. */
  #judgeKnown(track: EventTrack): JudgedEvent[] {
    const { events, surprise } = track
    const judged: JudgedEvent[] = []
    for (let event = surprise.length; event < events.length; event++) {
      const beginning = this.#knownBeginning(track, event)
      if (beginning === null) break
      const one = this.#judged(beginning, events[event])
      judged.push(one)
      surprise.push(one.surprise)
    }
    return judged
  }

  /** What an event is judged by; `null` where a step towards it was not taken yet, or another window begins. */
  #knownBeginning(track: EventTrack, event: number): Beginning | null {
    const { start, read } = track
    if (start !== this.#startFor(event) || read !== event - start) return null
    const beginning = read === 0 ? this.#store.none : this.#standingOf(track)
    const next = beginning?.then(event === 0 ? BEGIN : track.events[event - 1])
    if (next === undefined || !next.isRead) return null
    track.read++
    track.beginning = next
    return next
  }

  /** Where a track stands; `null` where that is forgotten, or it has not begun. */
  #standingOf(track: EventTrack): Beginning | null {
    if (track.beginning === null) return null
    const kept = this.#store.kept(track.beginning as Beginning)
    track.beginning = kept
    return kept
  }

  /** The windows that the events `from <= i < to` of a track are judged by, in order. */
  #readings(track: EventTrack, place: number, { from, to }: { from: number; to: number }): Reading[] {
    const readings: Reading[] = []
    for (let first = from; first < to;) {
      const start = this.#startFor(first)
      const end = start === 0 ? this.#window : start + this.#window
      const last = Math.min(to, end)
      const isWithin = track.start === start && track.read <= first - start
      const standing = isWithin ? this.#standingOf(track) : null
      readings.push({
        track,
        place,
        start,
        from: first,
        needed: last - start,
        read: standing === null ? 0 : track.read,
        beginning: standing ?? this.#store.none,
      })
      first = last
    }
    return readings
  }

  /** Where the window begins that predicts an event: see `eventWindows`. */
  #startFor(event: number): number {
    const step = Math.ceil(this.#window / 2)
    return event < this.#window ? 0 : step * Math.ceil((event - this.#window + 1) / step)
  }

  /** Reads windows side by side, one step at a time. @returns of each, what its events are judged by, in order */
  async #read(readings: readonly Reading[]): Promise<Beginning[][]> {
    const told = readings.map((): Beginning[] => [])
    if (readings.length === 0) return told
    this.#underWay++
    try {
      await this.#readAll(readings, told)
    } finally {
      this.#underWay--
    }
    return told
  }

  async #readAll(readings: readonly Reading[], told: Beginning[][]): Promise<void> {
    let waiting = Array.from(readings.keys())
    while (waiting.length > 0) {
      const unread = new Set<Beginning>()
      waiting = waiting.filter((r) => {
        const next = this.#advance(readings[r], told[r])
        if (next !== null) unread.add(next)
        return next !== null
      })
      if (unread.size > 0) await this.#step([...unread])
    }
  }

  /** Goes on as far as is known. @returns the step to be taken first, `null` at the end */
  #advance(reading: Reading, told: Beginning[]): Beginning | null {
    const { track, start, from, needed } = reading
    while (reading.read < needed) {
      const place = start + reading.read - 1
      const next = reading.beginning.then(place < 0 ? BEGIN : track.events[place])
      if (!next.isRead) return next
      reading.beginning = next
      reading.read++
      if (place + 1 >= from) told.push(next)
    }
    track.start = start
    track.read = reading.read
    track.beginning = reading.beginning
    return null
  }

  /** Takes steps: reads the event of each after what was read before. */
  async #step(pending: readonly Beginning[]): Promise<void> {
    for (let from = 0; from < pending.length; from += BATCH) {
      // Another call may have read it meanwhile.
      const part = pending.slice(from, from + BATCH).filter(({ isRead }) => !isRead)
      if (part.length === 0) continue
      const [store, width, known] = [this.#store, this.#width, this.#vocabularySize]
      const events = new Int32Array(part.length)
      const state = new Float32Array(part.length * width)
      part.forEach(({ before, event }, i) => {
        events[i] = event
        state.set(store.valuesOf(before!).subarray(known), i * width)
      })
      const outputs = await this.#predictor.run({
        [STEP_NETWORK.event]: { data: events, shape: [part.length] },
        [STEP_NETWORK.state]: { data: state, shape: [part.length, width] },
      })
      const [rows, states] = [outputs[STEP_NETWORK.logProbabilities], outputs[STEP_NETWORK.next]]
      part.forEach((beginning, i) => {
        if (beginning.isRead) return
        const values = store.take(beginning)
        values.set(rows.subarray(i * known, (i + 1) * known))
        values.set(states.subarray(i * width, (i + 1) * width), known)
      })
    }
  }

  #judged(beginning: Beginning, event: number): JudgedEvent {
    const next = beginning.then(event)
    if (next.judged === null) {
      const row = this.#store.valuesOf(beginning).subarray(0, this.#vocabularySize)
      next.judged = new JudgedEvent(judgeEvent(row, event, this.#isKnown), row)
    }
    return next.judged
  }
}

/** A network that can be read step by step. */
export type SteppingNetwork = PredictingNetwork & {
  readonly settings: Pick<DeepLogSettings, 'embedding' | 'hidden' | 'layers'>
}
