import { BEGIN } from '@sp/builders'
import { onnxruntimeEngine, type Engine, type Predictor } from '@sp/engine'
import { type Beginning, BeginningStore } from './beginning-store.js'
import { DeepLogError } from './errors.js'
import type { EventTrack } from './event-track.js'
import { judgeEvent, knownEvents } from './judge-event.js'
import { JudgedEvent } from './judged-event.js'
import type { PredictingNetwork } from './predict-events.js'
import type { DeepLogSettings } from './deeplog-options.js'
import { stateWidth, STREAM_NETWORK, streamNetwork } from './stream-network.js'

/** Events a call of the engine, at most, those counted that only fill rows up to the longest. */
const MOST_EVENTS = 2048
/** Share of the longest row from which on a row is read with it: filling up costs time, and so does a call more. */
const LEAST_SHARE = 0.5

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
  /** The latest on its way that the network can go on from, and how many inputs it has read. */
  base: Beginning
  baseRead: number
}

/** Inputs to be read in a row. */
interface Way {
  readonly base: Beginning
  /** The first beginning on it that is not read yet. */
  readonly first: Beginning
  /** The inputs: of `events` those from `from` on, {@link BEGIN} before the first. */
  readonly events: readonly number[]
  readonly from: number
  readonly length: number
}

/**
 * Predicts the events of sessions while they come. Each event is judged as `predictEvents` judges it in the whole
 * session: by a window that begins with the session, or half a window or more before the event. A beginning that was
 * read before, in this session or another, is not read again. What is said of an event does not depend on which others
 * are judged with it.
 */
export class EventPredictor {
  readonly #network: Predictor
  readonly #window: number
  readonly #width: number
  readonly #vocabularySize: number
  readonly #isKnown: Uint8Array
  readonly #store: BeginningStore
  /** Calls that wait for the engine, and so hold beginnings. */
  readonly #underWay = new Set<Promise<void>>()
  /** What these wait for, and the round in which all of it will be read; before it the one that is read now. */
  #awaited: Way[] = []
  #next: Promise<void> | null = null
  #round: Promise<void> | null = null

  private constructor(opened: Predictor, { graph, settings, events }: StreamedNetwork) {
    this.#network = opened
    this.#window = settings.window
    this.#width = stateWidth(settings)
    this.#vocabularySize = graph.values.get('dense.bias')!.shape[0] as number
    this.#isKnown = knownEvents(events, this.#vocabularySize)
    this.#store = new BeginningStore(this.#vocabularySize, this.#width)
  }

  /**
   * A predictor with a trained network.
   * @throws {DeepLogError} `bad-options` when it was trained to predict only the event after a window
   */
  static async open(network: StreamedNetwork, engine: Engine = onnxruntimeEngine()): Promise<EventPredictor> {
    const { predict } = network.settings
    if (predict !== 'every') {
      const expected = 'a stream needs "every"; train with the preset "sessions"'
      throw new DeepLogError('bad-options', `a network that predicts "${predict}"; ${expected}`)
    }
    return new EventPredictor(await engine.predictor(streamNetwork(network.graph, network.settings)), network)
  }

  /**
   * Judges the events of each track that were not judged yet.
   * @returns of each track, the judgements of these events
   */
  async judge(tracks: readonly EventTrack[]): Promise<JudgedEvent[][]> {
    await this.#makeRoom()
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

  /** Frees the network. */
  async dispose(): Promise<void> {
    await this.#network.dispose()
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
      // Without a state the way is gone again from its beginning, along what is known.
      const [base, baseRead] = standing?.hasState ? [standing, track.read] : [this.#store.none, 0]
      const reading = { read: baseRead, beginning: base, base, baseRead }
      readings.push({ track, place, start, from: first, needed: last - start, ...reading })
      first = last
    }
    return readings
  }

  /** Where the window begins that predicts an event: see `eventWindows`. */
  #startFor(event: number): number {
    const step = Math.ceil(this.#window / 2)
    return event < this.#window ? 0 : step * Math.ceil((event - this.#window + 1) / step)
  }

  /** Reads windows side by side. @returns of each, what its events are judged by, in order */
  async #read(readings: readonly Reading[]): Promise<Beginning[][]> {
    const told = readings.map((): Beginning[] => [])
    if (readings.length === 0) return told
    const reading = this.#readAll(readings, told)
    this.#underWay.add(reading)
    try {
      await reading
    } finally {
      this.#underWay.delete(reading)
    }
    return told
  }

  /** Ends the era of the store where it has taken enough, when no call holds beginnings of it any more. */
  async #makeRoom(): Promise<void> {
    while (this.#store.isFull && this.#underWay.size > 0) await Promise.allSettled(this.#underWay)
    if (this.#store.isFull) this.#store.makeRoom()
  }

  async #readAll(readings: readonly Reading[], told: Beginning[][]): Promise<void> {
    let waiting = Array.from(readings.keys())
    while (waiting.length > 0) {
      /** By their first step: where windows begin alike, the longest goes ahead and the others follow as far as they can. */
      const ways = new Map<Beginning, Way>()
      waiting = waiting.filter((r) => {
        const way = this.#advance(readings[r], told[r])
        if (way !== null && way.length > (ways.get(way.first)?.length ?? 0)) ways.set(way.first, way)
        return way !== null
      })
      await this.#ahead([...ways.values()])
    }
  }

  /**
   * Goes ahead on ways, together with all calls that wait as well: the engine reads many rows for little more than few. One
   * round is read at a time, so what comes meanwhile is in the next one.
   */
  #ahead(ways: readonly Way[]): Promise<void> {
    this.#awaited.push(...ways)
    this.#next ??= this.#readNext()
    return this.#next
  }

  async #readNext(): Promise<void> {
    await this.#round
    // The calls that this round was for put what they need next before it is read.
    await new Promise(setImmediate)
    const awaited = this.#awaited
    this.#awaited = []
    this.#round = this.#next!.catch(() => undefined)
    this.#next = null
    await this.#take(awaited)
  }

  /** Goes on as far as is known. @returns the way that is left, `null` at the end */
  #advance(reading: Reading, told: Beginning[]): Way | null {
    const { track, start, from, needed } = reading
    while (reading.read < needed) {
      const place = start + reading.read - 1
      const next = reading.beginning.then(eventAt(track.events, place))
      if (!next.isRead) {
        const { base, baseRead } = reading
        return { base, first: next, events: track.events, from: start + baseRead - 1, length: needed - baseRead }
      }
      reading.beginning = next
      reading.read++
      if (next.hasState) {
        reading.base = next
        reading.baseRead = reading.read
      }
      if (place + 1 >= from) told.push(next)
    }
    track.start = start
    track.read = reading.read
    track.beginning = reading.beginning
    return null
  }

  /** Goes all the ways, those of like length in one call. */
  async #take(ways: readonly Way[]): Promise<void> {
    for (const part of partsOf(ways)) {
      // Another call may have read it meanwhile.
      const taken = part.filter(({ first }) => !first.isRead)
      if (taken.length > 0) await this.#run(taken)
    }
  }

  /** Goes ways; the first is the longest. */
  async #run(ways: readonly Way[]): Promise<void> {
    const [store, width] = [this.#store, this.#width]
    const [batch, longest] = [ways.length, ways[0].length]
    const events = new Int32Array(longest * batch)
    const state = new Float32Array(batch * width)
    ways.forEach(({ base, events: all, from, length }, i) => {
      for (let k = 0; k < length; k++) events[k * batch + i] = eventAt(all, from + k)
      state.set(store.stateOf(base), i * width)
    })
    const outputs = await this.#network.run({
      [STREAM_NETWORK.events]: { data: events, shape: [longest, batch] },
      [STREAM_NETWORK.lengths]: { data: Int32Array.from(ways, ({ length }) => length), shape: [batch] },
      [STREAM_NETWORK.state]: { data: state, shape: [batch, width] },
    })
    const [rows, states] = [outputs[STREAM_NETWORK.logProbabilities], outputs[STREAM_NETWORK.next]]
    ways.forEach((way, i) => {
      const end = this.#keepRows(way, rows, { from: i, step: batch })
      if (!end.hasState) store.keepState(end, states, i * width)
    })
  }

  /** Keeps what was predicted on a way, each `step`th of the rows. @returns where it ends */
  #keepRows(way: Way, rows: Float32Array, { from, step }: { from: number; step: number }): Beginning {
    const size = this.#vocabularySize
    let beginning = way.base
    for (let k = 0; k < way.length; k++) {
      beginning = beginning.then(eventAt(way.events, way.from + k))
      if (beginning.isRead) continue
      this.#store.keep(beginning, rows, (from + k * step) * size)
    }
    return beginning
  }

  #judged(beginning: Beginning, event: number): JudgedEvent {
    const next = beginning.then(event)
    if (next.judged === null) {
      const rows = this.#store.rowsOf(beginning)
      const verdict = judgeEvent(rows.at(beginning.place), event, this.#isKnown)
      next.judged = new JudgedEvent(verdict, rows, beginning.place)
    }
    return next.judged
  }
}

/** The event at a place of a session; before the first one it begins. */
function eventAt(events: readonly number[], place: number): number {
  return place < 0 ? BEGIN : events[place]
}

/** The ways in groups of like length, each with the longest first. */
function partsOf(ways: readonly Way[]): Way[][] {
  const sorted = [...ways].sort((a, b) => b.length - a.length)
  const parts: Way[][] = []
  for (const way of sorted) {
    const part = parts.at(-1)
    const longest = part?.[0].length ?? 0
    if (part === undefined || way.length < LEAST_SHARE * longest || longest * part.length >= MOST_EVENTS)
      parts.push([way])
    else part.push(way)
  }
  return parts
}

/** A network that can be read on from where sessions stand. */
export type StreamedNetwork = PredictingNetwork & {
  readonly settings: Pick<DeepLogSettings, 'embedding' | 'hidden' | 'layers'>
}
