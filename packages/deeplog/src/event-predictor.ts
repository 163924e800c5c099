import { BEGIN } from '@sp/builders'
import { onnxruntimeEngine, type Engine, type Predictor } from '@sp/engine'
import { type Beginning, BeginningStore } from './beginning-store.js'
import { DeepLogError } from './errors.js'
import type { EventTrack } from './event-track.js'
import { judgeEvent, knownEvents } from './judge-event.js'
import { JudgedEvent } from './judged-event.js'
import type { PredictingNetwork } from './predict-events.js'
import type { DeepLogSettings } from './deeplog-options.js'
import { stateWidth, STEP_NETWORK, stepNetwork } from './step-network.js'

/** Steps a call of the engine, at most. */
const BATCH = 512
/** Steps in a row that a window takes in one call where it goes on for as long: a call costs as much as thirty steps. */
const STRIDE = 8
/** Steps from which on a stride pays, though those beyond the last are thrown away. */
const LEAST_STRIDE = 5

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

/** Steps that are not taken yet, from the first on. */
interface Way {
  readonly first: Beginning
  /** The events that they read: those of `events` from `from` on, {@link BEGIN} before the first. */
  readonly events: readonly number[]
  readonly from: number
  readonly steps: number
}

/**
 * Predicts the events of sessions while they come. Each event is judged as `predictEvents` judges it in the whole
 * session: by a window that begins with the session, or half a window or more before the event. A beginning that was
 * read before, in this session or another, is not read again. What is said of an event does not depend on which others
 * are judged with it.
 */
export class EventPredictor {
  /** Of one step, and of {@link STRIDE}. */
  readonly #step: Predictor
  readonly #stride: Predictor
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

  private constructor([step, stride]: readonly Predictor[], { graph, settings, events }: SteppingNetwork) {
    this.#step = step
    this.#stride = stride
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
    const networks = [1, STRIDE].map((steps) => stepNetwork(network.graph, network.settings, steps))
    return new EventPredictor(await Promise.all(networks.map((graph) => engine.predictor(graph))), network)
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
    await Promise.all([this.#step.dispose(), this.#stride.dispose()])
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
        if (way !== null && way.steps > (ways.get(way.first)?.steps ?? 0)) ways.set(way.first, way)
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
      if (!next.isRead) return { first: next, events: track.events, from: place, steps: needed - reading.read }
      reading.beginning = next
      reading.read++
      if (place + 1 >= from) told.push(next)
    }
    track.start = start
    track.read = reading.read
    track.beginning = reading.beginning
    return null
  }

  /** Goes ahead on ways, as many steps as one call takes. */
  async #take(ways: readonly Way[]): Promise<void> {
    const long = ways.filter(({ steps }) => steps >= LEAST_STRIDE)
    const short = ways.filter(({ steps }) => steps < LEAST_STRIDE)
    for (const part of partsOf(long, BATCH / STRIDE)) await this.#run(this.#stride, part, STRIDE)
    for (const part of partsOf(short, BATCH)) await this.#run(this.#step, part, 1)
  }

  /** Takes `stride` steps, or as many as are left, on each of the ways. */
  async #run(predictor: Predictor, ways: readonly Way[], stride: number): Promise<void> {
    const [store, width, known] = [this.#store, this.#width, this.#vocabularySize]
    // Another call may have read it meanwhile.
    const taken = ways.filter(({ first }) => !first.isRead)
    if (taken.length === 0) return
    const events = new Int32Array(taken.length * stride)
    const state = new Float32Array(taken.length * width)
    taken.forEach((way, i) => {
      const steps = Math.min(stride, way.steps)
      for (let step = 0; step < steps; step++) events[i * stride + step] = eventAt(way.events, way.from + step)
      state.set(store.valuesOf(way.first.before!).subarray(known), i * width)
    })
    const outputs = await predictor.run({
      [STEP_NETWORK.events]: { data: events, shape: [taken.length, stride] },
      [STEP_NETWORK.state]: { data: state, shape: [taken.length, width] },
    })
    const [rows, states] = [outputs[STEP_NETWORK.logProbabilities], outputs[STEP_NETWORK.next]]
    taken.forEach((way, i) => {
      let beginning = way.first
      for (let step = 0; step < Math.min(stride, way.steps); step++) {
        if (step > 0) beginning = beginning.then(eventAt(way.events, way.from + step))
        if (beginning.isRead) continue
        const values = store.take(beginning)
        const row = i * stride + step
        values.set(rows.subarray(row * known, (row + 1) * known))
        values.set(states.subarray(row * width, (row + 1) * width), known)
      }
    })
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

/** The event at a place of a session; before the first one it begins. */
function eventAt(events: readonly number[], place: number): number {
  return place < 0 ? BEGIN : events[place]
}

/** Pieces of at most `most` elements. */
function partsOf<T>(all: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / most) }, (_, i) => all.slice(i * most, (i + 1) * most))
}

/** A network that can be read step by step. */
export type SteppingNetwork = PredictingNetwork & {
  readonly settings: Pick<DeepLogSettings, 'embedding' | 'hidden' | 'layers'>
}
