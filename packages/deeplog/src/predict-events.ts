import { selectSessions } from '@sp/baseline'
import { AT_END, eventWindows, NOT_PREDICTED, type EventWindows, type Sessions } from '@sp/builders'
import { loadPredictor, type Engine } from '@sp/engine'
import type { Graph } from '@sp/onnx-export'
import type { DeepLogSettings } from './deeplog-options.js'
import { NETWORK } from './deeplog-network.js'
import { judgeEvent, knownEvents, likeliestEvents } from './judge-event.js'

/** What a network says of each event of some sessions. Columns have one entry per event unless said. */
export interface EventPredictions {
  /** −ln of the probability of the event; `Infinity` for one that training did not hold. */
  readonly surprise: Float64Array
  /** 1 is the likeliest event; the size of the vocabulary for one that training did not hold. */
  readonly rank: Int32Array
  /** Probability of all that is likelier than the event, 0 to 1. */
  readonly massBefore: Float32Array
  /** `[events, topK]` the likeliest events, likeliest first; 0 stands for the end of the session. */
  readonly likeliest: Int32Array
  /** Events listed in `likeliest`. */
  readonly topK: number
  /** One per session: surprise at its end; `NaN` where ends are not judged. */
  readonly endSurprise: Float64Array
}

/** What predictions are made with. */
export interface PredictingNetwork {
  readonly graph: Graph
  readonly settings: Pick<DeepLogSettings, 'window' | 'predict' | 'closed'>
  /** Vocabulary indices that training held. */
  readonly events: readonly number[]
}

/** How predictions are made. */
export interface PredictEventsOptions {
  /** Likeliest events to list; default 0. */
  readonly topK?: number
  readonly engine?: Engine
  readonly signal?: AbortSignal
}

/** Log-probabilities held at once; equal windows among so many are computed once. */
const MOST_VALUES = 1 << 26

/**
 * Lets a network predict each event of each session from those before it. Equal windows are computed once.
 * Memory: the columns, and 256 MB of probabilities at most.
 */
export async function predictEvents(
  network: PredictingNetwork,
  sessions: Sessions,
  { topK = 0, engine, signal }: PredictEventsOptions = {},
): Promise<EventPredictions> {
  const predictor = await loadPredictor(network.graph, { engine, outputs: [NETWORK.logProbabilities] })
  try {
    const reader = new PredictionReader(network, sessions, topK)
    for (const { first, part } of parts(sessions, network)) {
      const windows = eventWindows(part, network.settings)
      const inputs = { [NETWORK.inputs]: { data: windows.inputs, shape: [windows.count, windows.window] } }
      const { outputs, rowOf } = await predictor.predict(inputs, { signal })
      reader.read(windows, { first, logProbabilities: outputs[NETWORK.logProbabilities].data, rowOf })
    }
    return reader.predictions
  } finally {
    await predictor.dispose()
  }
}

/** Runs of sessions whose probabilities fit into memory together. */
function* parts(
  sessions: Sessions,
  { graph, settings }: PredictingNetwork,
): Generator<{ first: number; part: Sessions }> {
  const vocabularySize = graph.values.get('dense.bias')!.shape[0] as number
  const valuesOfEvent = vocabularySize * (settings.predict === 'every' ? 2 : 1)
  const most = Math.max(1, Math.floor(MOST_VALUES / valuesOfEvent))
  let first = 0
  while (first < sessions.count) {
    let end = first + 1
    while (end < sessions.count && sessions.offsets[end + 1] - sessions.offsets[first] <= most) end++
    const whole = first === 0 && end === sessions.count
    const indices = Array.from({ length: end - first }, (_, i) => first + i)
    yield { first, part: whole ? sessions : selectSessions(sessions, indices) }
    first = end
  }
}

class PredictionReader {
  readonly predictions: EventPredictions
  readonly #sessions: Sessions
  readonly #vocabularySize: number
  readonly #isKnown: Uint8Array

  constructor({ graph, events }: PredictingNetwork, sessions: Sessions, topK: number) {
    this.#sessions = sessions
    this.#vocabularySize = graph.values.get('dense.bias')!.shape[0] as number
    this.#isKnown = knownEvents(events, this.#vocabularySize)
    const count = sessions.events.length
    const listed = Math.min(topK, this.#vocabularySize)
    this.predictions = {
      surprise: new Float64Array(count),
      rank: new Int32Array(count),
      massBefore: new Float32Array(count),
      likeliest: new Int32Array(count * listed),
      topK: listed,
      endSurprise: new Float64Array(sessions.count).fill(NaN),
    }
  }

  /** Takes what a network said of windows; `first` is the session that is the first one of them. */
  read(
    { count, predictions, targets, event, session }: EventWindows,
    { first, logProbabilities, rowOf }: { first: number; logProbabilities: Float32Array; rowOf: Int32Array },
  ): void {
    const width = this.#vocabularySize
    const before = this.#sessions.offsets[first]
    /** Event that was judged by each row of probabilities; the same one is judged the same. */
    const judgedBy = new Int32Array(logProbabilities.length / width).fill(-1)
    for (let w = 0; w < count; w++) {
      for (let p = 0; p < predictions; p++) {
        const at = event[w * predictions + p]
        if (at === NOT_PREDICTED) continue
        const row = rowOf[w] * predictions + p
        const target = targets[w * predictions + p]
        if (at === AT_END) {
          this.predictions.endSurprise[first + session[w]] = -logProbabilities[row * width + target]
          continue
        }
        const twin = judgedBy[row]
        if (twin >= 0 && this.#sessions.events[twin] === target) this.#copy(twin, before + at)
        else this.#judge(before + at, target, logProbabilities.subarray(row * width, (row + 1) * width))
        judgedBy[row] = before + at
      }
    }
  }

  #copy(twin: number, event: number): void {
    const { surprise, rank, massBefore, likeliest, topK } = this.predictions
    surprise[event] = surprise[twin]
    rank[event] = rank[twin]
    massBefore[event] = massBefore[twin]
    likeliest.copyWithin(event * topK, twin * topK, (twin + 1) * topK)
  }

  #judge(event: number, target: number, row: Float32Array): void {
    const { surprise, rank, massBefore, likeliest, topK } = this.predictions
    if (topK > 0) likeliest.set(likeliestEvents(row, topK), event * topK)
    const verdict = judgeEvent(row, target, this.#isKnown)
    surprise[event] = verdict.surprise
    rank[event] = verdict.rank
    massBefore[event] = verdict.massBefore
  }
}
