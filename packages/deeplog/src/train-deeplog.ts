import { selectSessions } from '@sp/baseline'
import { eventWindows, NOT_PREDICTED, UNK, type EventWindows, type Sessions, type Vocabulary } from '@sp/builders'
import { constantRate, cosineRate, fit, type Dataset, type Engine } from '@sp/engine'
import type { Graph } from '@sp/onnx-export'
import { calibrateDeepLog, type HeldOutJudgement } from './calibrate-deeplog.js'
import { REPLAYED, type DeepLogModel, type PartName, type SessionRule } from './deeplog-model.js'
import { deepLogNetwork, NETWORK, withAverageEmbedding } from './deeplog-network.js'
import { deepLogSettings, type DeepLogOptions, type DeepLogSettings } from './deeplog-options.js'
import { networkVoice, partNames, partScores } from './deeplog-score.js'
import { trainFusion } from './fusion.js'
import { distinctSessions } from './distinct-sessions.js'
import { DeepLogError } from './errors.js'
import { predictEvents, type PredictingNetwork } from './predict-events.js'

/** How far a training has come. */
export interface DeepLogEpoch {
  /** `network`, or which held-out part a network is trained for: `held-out part 1 of 3`. */
  readonly stage: string
  /** 1 is the first. */
  readonly epoch: number
  readonly epochs: number
  /** Mean surprise of a prediction, in nats. */
  readonly trainLoss: number
}

/** What a training is given beside the sessions. */
export interface TrainDeepLogOptions extends DeepLogOptions {
  /** Text of each template by vocabulary index, for explanations. */
  readonly texts?: readonly (string | null)[]
  /** How the sessions were taken from the log; the model keeps it. */
  readonly sessionRule?: SessionRule
  readonly engine?: Engine
  readonly signal?: AbortSignal
}

/** A training under way: iterate it, one record per epoch; then the model is there. */
export interface DeepLogTraining extends AsyncIterable<DeepLogEpoch> {
  /** The trained model. @throws {DeepLogError} `bad-options` before the training is done */
  readonly model: DeepLogModel
  /**
   * Surprise at each event of the normal sessions by a network that had not seen its session; `Infinity` for events that
   * the others did not hold. For calibrating what is made of it. @throws {DeepLogError} `bad-options` before the training is done
   */
  readonly heldOutSurprise: Float64Array
}

/** Fewest sessions, and fewest events, of which anything can be said. */
const FEWEST = { sessions: 8, events: 100 } as const

/**
 * Trains DeepLog on normal sessions: the network on all of them, and one per held-out part, whose surprise at that part
 * sets the thresholds. Same sessions and seed, same bytes.
 * @throws {DeepLogError} at once: `too-little-data` with fewer than 8 sessions or 100 events; `bad-options`;
 * `vocabulary-mismatch` when an event lies outside the vocabulary
 */
export function trainDeepLog(
  normal: Sessions,
  vocabulary: Vocabulary,
  { texts = [], sessionRule, engine, signal, ...options }: TrainDeepLogOptions = {},
): DeepLogTraining {
  const settings = deepLogSettings(options)
  requireEnough(normal)
  const stranger = normal.events.find((event) => event < 1 || event >= vocabulary.size)
  if (stranger !== undefined) {
    const expected = `the vocabulary has 1 to ${vocabulary.size - 1}; train with the vocabulary of the sequences`
    throw new DeepLogError('vocabulary-mismatch', `event ${stranger}, ${expected}`)
  }
  let done: { model: DeepLogModel; heldOutSurprise: Float64Array } | null = null
  async function* run(): AsyncGenerator<DeepLogEpoch> {
    const start = deepLogNetwork(vocabulary.size, settings)
    const control = { start, engine, signal }
    const network = yield* trainNetwork(normal, settings, { ...control, stage: 'network' })
    const heldOut = await atLeastAsItself(yield* judgeHeldOut(normal, settings, control), network, control)
    const calibration = calibrateDeepLog(heldOut, settings)
    const fusion = trainFusion(normal, networkVoice(calibration, heldOut.parts.surprise), settings)
    const replay = distinctSessions(normal).slice(0, REPLAYED)
    const given = { vocabulary, texts, sessionRule: sessionRule ?? null, settings }
    const model = { ...network, ...given, calibration, fusion, replay, values: null }
    done = { model, heldOutSurprise: heldOut.surprise }
  }
  function result() {
    if (done) return done
    throw new DeepLogError('bad-options', 'the training is not done; iterate it to its end first')
  }
  return {
    [Symbol.asyncIterator]: run,
    get model() {
      return result().model
    },
    get heldOutSurprise() {
      return result().heldOutSurprise
    },
  }
}

/**
 * Refuses sessions that are too few to learn from.
 * @throws {DeepLogError} `too-little-data`, with what there is and what is needed
 */
export function requireEnough({ count, events }: Sessions): void {
  if (count >= FEWEST.sessions && events.length >= FEWEST.events) return
  throw new DeepLogError(
    'too-little-data',
    `${count} normal sessions with ${events.length} events, expected at least ${FEWEST.sessions} with ${FEWEST.events}; ` +
      'give more normal logs',
  )
}

/** What one network is trained with. */
export interface NetworkTraining {
  readonly stage: string
  /** The network with its first weights. */
  readonly start: Graph
  readonly engine?: Engine
  readonly signal?: AbortSignal
}

/** Trains one network on sessions, all at once. */
export async function* trainNetwork(
  sessions: Sessions,
  settings: DeepLogSettings,
  { stage, start, engine, signal }: NetworkTraining,
): AsyncGenerator<DeepLogEpoch, PredictingNetwork> {
  const events = [...new Set(sessions.events)].filter((event) => event !== UNK).sort((a, b) => a - b)
  const windows = eventWindows(sessions, settings)
  const data = settings.repeats === 'once' ? distinctWindows(windows) : datasetOf(windows)
  const { batchSize, seed, learningRate, schedule, clipNorm } = settings
  const examples = data.inputs[NETWORK.targets].shape[0]
  const steps = Math.ceil(examples / batchSize)
  const epochs = settings.epochs ?? Math.max(3, Math.round(STEPS / steps))
  const training = fit({ graph: start }, data, {
    engine,
    signal,
    epochs,
    batchSize,
    seed,
    learningRate: schedule === 'cosine' ? cosineRate(learningRate) : constantRate(learningRate),
    adam: clipNorm === null ? {} : { clipNorm },
    validationShare: 0,
    patience: Infinity,
  })
  const predictions = (data.inputs[NETWORK.mask].data as Float32Array).reduce((sum, value) => sum + value, 0)
  for await (const { epoch, trainLoss } of training) {
    yield { stage, epoch, epochs, trainLoss: (trainLoss * examples) / predictions }
  }
  // Normal sessions hold no unknown event to learn from; it is read as the average of those there are.
  const graph = withAverageEmbedding(training.graph, { target: UNK, rows: events, width: settings.embedding })
  return { graph, settings, events }
}

/** Steps of the optimiser that presets without `epochs` make: their number, not that of passes, decides (docs/methods). */
const STEPS = 500

/** Judges every session by a network trained on the others. */
export async function* judgeHeldOut(
  normal: Sessions,
  settings: DeepLogSettings,
  control: Omit<NetworkTraining, 'stage'>,
): AsyncGenerator<DeepLogEpoch, HeldOutJudgement> {
  const surprise = new Float64Array(normal.events.length)
  const rank = new Int32Array(normal.events.length)
  const parts = {
    newEvent: new Float64Array(normal.count),
    surprise: new Float64Array(normal.count),
    end: new Float64Array(normal.count),
  }
  const all = Array.from({ length: normal.count }, (_, s) => s)
  for (let fold = 0; fold < settings.folds; fold++) {
    const heldOut = all.filter((s) => s % settings.folds === fold)
    const others = all.filter((s) => s % settings.folds !== fold)
    const stage = `held-out part ${fold + 1} of ${settings.folds}`
    const network = yield* trainNetwork(selectSessions(normal, others), settings, { ...control, stage })
    const judged = selectSessions(normal, heldOut)
    const predictions = await predictEvents(network, judged, control)
    const scores = partScores(predictions, { sessions: judged, known: network.events, settings })
    heldOut.forEach((s, i) => {
      const [from, to] = [judged.offsets[i], judged.offsets[i + 1]]
      surprise.set(predictions.surprise.subarray(from, to), normal.offsets[s])
      rank.set(predictions.rank.subarray(from, to), normal.offsets[s])
      for (const name of partNames(settings.closed)) parts[name][s] = scores[name][i]
    })
  }
  return { sessions: normal, surprise, rank, parts }
}

/**
 * The larger of what networks that had not seen a session and the network itself say of it. What networks say of one
 * session differs a little from one to the next; where many sessions lie just below a threshold, a network that finds
 * them a little stranger than the others did would flag them all.
 */
export async function atLeastAsItself(
  { sessions, parts, ...lines }: HeldOutJudgement,
  network: PredictingNetwork,
  control: Omit<NetworkTraining, 'stage' | 'start'>,
): Promise<HeldOutJudgement> {
  const predictions = await predictEvents(network, sessions, control)
  const own = partScores(predictions, { sessions, known: network.events, settings: network.settings })
  function larger(name: PartName): Float64Array {
    return parts[name].map((score, s) => Math.max(score, own[name][s]))
  }
  return {
    ...lines,
    sessions,
    parts: { newEvent: larger('newEvent'), surprise: larger('surprise'), end: larger('end') },
  }
}

function datasetOf({ count, window, predictions, inputs, targets, event }: EventWindows): Dataset {
  const mask = Float32Array.from(event, (at) => (at === NOT_PREDICTED ? 0 : 1))
  return {
    inputs: {
      [NETWORK.inputs]: { data: inputs, shape: [count, window] },
      [NETWORK.targets]: { data: targets, shape: [count, predictions] },
      [NETWORK.mask]: { data: mask, shape: [count, predictions] },
    },
  }
}

/** Each different window with its targets once, in order of first appearance. */
function distinctWindows(windows: EventWindows): Dataset {
  const { count, window, predictions, inputs, targets } = windows
  const seen = new Set<string>()
  const chosen: number[] = []
  for (let w = 0; w < count; w++) {
    const own = inputs.subarray(w * window, (w + 1) * window)
    const key = `${own.join(' ')}|${targets.subarray(w * predictions, (w + 1) * predictions).join(' ')}`
    if (seen.has(key)) continue
    seen.add(key)
    chosen.push(w)
  }
  function pick(column: Int32Array, width: number): Int32Array {
    const picked = new Int32Array(chosen.length * width)
    chosen.forEach((w, i) => picked.set(column.subarray(w * width, (w + 1) * width), i * width))
    return picked
  }
  return datasetOf({
    ...windows,
    count: chosen.length,
    inputs: pick(inputs, window),
    targets: pick(targets, predictions),
    event: pick(windows.event, predictions),
  })
}
