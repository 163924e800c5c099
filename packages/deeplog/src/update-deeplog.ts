import { selectSessions } from '@sp/baseline'
import type { Sessions, Vocabulary } from '@sp/builders'
import type { Engine } from '@sp/engine'
import { calibrateDeepLog } from './calibrate-deeplog.js'
import { REPLAYED, type DeepLogModel } from './deeplog-model.js'
import { deepLogNetwork, growNetwork } from './deeplog-network.js'
import { networkVoice } from './deeplog-score.js'
import { distinctSessions, repeatedSessions } from './distinct-sessions.js'
import { DeepLogError } from './errors.js'
import { trainFusion } from './fusion.js'
import { predictEvents, type PredictingNetwork } from './predict-events.js'
import { atLeastAsItself, type DeepLogTraining, judgeHeldOut, requireEnough, trainNetwork } from './train-deeplog.js'

/** What an update learns from. */
export interface UpdateDeepLogOptions {
  /** New normal sessions, by the vocabulary below. */
  readonly sessions: Sessions
  /** The model's vocabulary, or one that extends it: `model.vocabulary.extend(…)`. */
  readonly vocabulary: Vocabulary
  readonly texts?: readonly (string | null)[]
  /** Passes over new and replayed sessions; default as in training, at a quarter of its learning rate. */
  readonly epochs?: number
  readonly engine?: Engine
  readonly signal?: AbortSignal
}

/** What an update changed: the shares are of lines outside the top k of the model, on sessions held out from the update. */
export interface UpdateReport {
  readonly newSessions: number
  readonly replayedSessions: number
  readonly newEvents: number
  /** Of the old normal data. */
  readonly oldMissesBefore: number
  readonly oldMissesAfter: number
  /** Of the new normal data. */
  readonly newMissesBefore: number
  readonly newMissesAfter: number
}

/** An update under way: iterate it; then model, report and the held-out surprise of the new sessions are there. */
export interface DeepLogUpdate extends DeepLogTraining {
  readonly report: UpdateReport
}

/** Old sessions that are replayed, repeats counted. */
const MOST_REPLAYED = 5000
/** Every so-manyth session is held out for the gate. */
const GATE_EVERY = 5

/**
 * Teaches a model new normal sessions: it goes on from its weights, grown by the new events, on the new sessions and a
 * replay of the old ones, so that it does not forget. The thresholds are found anew on both.
 * @throws {DeepLogError} at once: `vocabulary-mismatch`, `too-little-data`; while iterating: `update-refused` when of
 * held-out old normal lines the share outside the top k rose by more than `lineBudget`; the model given is never changed
 */
export function updateDeepLog(model: DeepLogModel, update: UpdateDeepLogOptions): DeepLogUpdate {
  const { sessions, vocabulary, texts = [], epochs, engine, signal } = update
  requireExtension(model.vocabulary, vocabulary)
  requireEnough(sessions)
  const settings = {
    ...model.settings,
    learningRate: model.settings.learningRate / 4,
    epochs: epochs ?? model.settings.epochs,
  }
  let done: { model: DeepLogModel; report: UpdateReport; heldOutSurprise: Float64Array } | null = null
  async function* run() {
    const old = repeatedSessions(model.replay, MOST_REPLAYED)
    const all = joined(old, sessions)
    function isGate(s: number): boolean {
      return s % GATE_EVERY === 0
    }
    const indices = Array.from({ length: all.count }, (_, s) => s)
    const start = growNetwork(model.graph, vocabulary.size, settings)
    const control = { start, engine, signal }
    const candidate = yield* trainNetwork(
      selectSessions(
        all,
        indices.filter((s) => !isGate(s)),
      ),
      settings,
      { ...control, stage: 'gate' },
    )
    const oldGate = selectSessions(
      all,
      indices.filter((s) => isGate(s) && s < old.count),
    )
    const newGate = selectSessions(
      all,
      indices.filter((s) => isGate(s) && s >= old.count),
    )
    async function misses(judge: PredictingNetwork, gate: Sessions): Promise<number> {
      const { rank } = await predictEvents(judge, gate, control)
      return rank.reduce((sum, place) => sum + (place > model.calibration.topK ? 1 : 0), 0) / Math.max(rank.length, 1)
    }
    const before: PredictingNetwork = { graph: start, settings, events: model.events }
    const report: UpdateReport = {
      newSessions: sessions.count,
      replayedSessions: old.count,
      newEvents: vocabulary.size - model.vocabulary.size,
      oldMissesBefore: await misses(before, oldGate),
      oldMissesAfter: await misses(candidate, oldGate),
      newMissesBefore: await misses(before, newGate),
      newMissesAfter: await misses(candidate, newGate),
    }
    refuseWorse(report, settings.lineBudget)
    const network = yield* trainNetwork(all, settings, { ...control, stage: 'network' })
    // From fresh weights: the model's have seen the old sessions that thresholds are found on.
    const fresh = deepLogNetwork(vocabulary.size, model.settings)
    const judged = yield* judgeHeldOut(all, model.settings, { ...control, start: fresh })
    const heldOut = await atLeastAsItself(judged, network, control)
    const calibration = calibrateDeepLog(heldOut, model.settings)
    const fusion = trainFusion(all, networkVoice(calibration, heldOut.parts.surprise), settings)
    const replay = distinctSessions(all).slice(0, REPLAYED)
    const known = Array.from({ length: vocabulary.size }, (_, i) => texts[i] ?? model.texts[i] ?? null)
    done = {
      report,
      heldOutSurprise: heldOut.surprise.slice(old.events.length),
      model: { ...model, ...network, settings: model.settings, vocabulary, texts: known, calibration, fusion, replay },
    }
  }
  function finished() {
    if (done) return done
    throw new DeepLogError('bad-options', 'the update is not done; iterate it to its end first')
  }
  return {
    [Symbol.asyncIterator]: run,
    get model() {
      return finished().model
    },
    get report() {
      return finished().report
    },
    get heldOutSurprise() {
      return finished().heldOutSurprise
    },
  }
}

function requireExtension(old: Vocabulary, next: Vocabulary): void {
  for (let index = 0; index < old.size; index++) {
    if (old.nameOf(index) === next.nameOf(index)) continue
    throw new DeepLogError(
      'vocabulary-mismatch',
      `index ${index} is "${old.nameOf(index)}" in the model and "${next.nameOf(index)}" in the vocabulary; ` +
        'extend the vocabulary of the model',
    )
  }
}

function refuseWorse({ oldMissesBefore, oldMissesAfter }: UpdateReport, allowed: number): void {
  if (oldMissesAfter <= oldMissesBefore + allowed) return
  const [before, after] = [oldMissesBefore, oldMissesAfter].map((share) => `${(share * 100).toFixed(1)} %`)
  throw new DeepLogError(
    'update-refused',
    `after the update ${after} of old normal lines lie outside the top k, before it ${before}; the new sessions ` +
      'contradict the old ones: train a new model on both, or leave out what is not normal',
  )
}

function joined(a: Sessions, b: Sessions): Sessions {
  const offsets = new Int32Array(a.count + b.count + 1)
  offsets.set(a.offsets)
  offsets.set(
    b.offsets.map((offset) => offset + a.events.length),
    a.count,
  )
  return {
    count: a.count + b.count,
    keys: [...a.keys, ...b.keys],
    offsets,
    events: concatenated(Int32Array, a.events, b.events),
    rows: concatenated(Int32Array, a.rows, b.rows),
    times: concatenated(Float64Array, a.times, b.times),
  }
}

function concatenated<T extends Int32Array | Float64Array>(create: new (length: number) => T, a: T, b: T): T {
  const both = new create(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
