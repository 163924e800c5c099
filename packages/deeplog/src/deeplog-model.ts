import type { Calibration } from '@sp/baseline'
import { Vocabulary, type VocabularyJson } from '@sp/builders'
import { decodeWeights, encodeWeights } from '@sp/engine'
import type { Graph } from '@sp/onnx-export'
import type { DeepLogSettings } from './deeplog-options.js'
import { deepLogNetwork, parametersOf } from './deeplog-network.js'
import type { RepeatedSession } from './distinct-sessions.js'
import { DeepLogError } from './errors.js'
import type { FusionModel } from './fusion.js'
import type { ValueModel } from './value-model.js'

/** What a network's surprise at normal sessions teaches; plain data. */
export interface DeepLogCalibration {
  /** Sessions it was found on, each judged by a network that had not seen it. */
  readonly sessions: number
  /** What each part of the score of a session means. */
  readonly parts: readonly { readonly name: PartName; readonly calibration: Calibration }[]
  /** Of the score of a session: −log10 of the smallest p-value of its parts. */
  readonly session: Calibration
  /** Of the surprise of a line. */
  readonly line: Calibration
  /** Events taken as possible, by rank: the fewest of which normal lines keep `lineBudget`, or as given. */
  readonly topK: number
  /** Share of the held-out normal lines outside the top k, those of events new to a held-out part aside. */
  readonly missesOfTopK: number
}

/**
 * The parts of the score of a session: events that training did not hold; the largest sum of surprise over a window of
 * events; the surprise at its end (closed sessions only).
 */
export type PartName = 'newEvent' | 'surprise' | 'end'

/** A trained DeepLog. */
export interface DeepLogModel {
  readonly settings: DeepLogSettings
  readonly vocabulary: Vocabulary
  /** Text of each template by vocabulary index, where it is known: what unknown templates are compared with. */
  readonly texts: readonly (string | null)[]
  /** Vocabulary indices that training held, ascending. */
  readonly events: readonly number[]
  readonly graph: Graph
  readonly calibration: DeepLogCalibration
  /** The network together with counting detectors. */
  readonly fusion: FusionModel
  /** Normal sessions that an update replays: the commonest different ones, at most {@link REPLAYED}. */
  readonly replay: readonly RepeatedSession[]
  /** The parameter-value model, where one was trained. */
  readonly values: ValueModel | null
  /** How the sessions were taken from the log, so that others can be refused; `null` where the training was not told. */
  readonly sessionRule: SessionRule | null
}

/** What makes lines of a log a session. */
export interface SessionRule {
  /** Name of the rule, or the expression, that groups lines; `null` for the process that wrote them. */
  readonly key: string | null
  /** Silence that ends a session, in milliseconds; `null` for none. */
  readonly timeoutMs: number | null
}

/** Different sessions that a model keeps to be replayed. */
export const REPLAYED = 1000

const FORMAT = 'sp-deeplog-1'

/** A model as bytes: safetensors, with everything but the weights as JSON in its metadata. */
export function encodeDeepLog(model: DeepLogModel): Uint8Array {
  const { graph, vocabulary, values, ...plain } = model
  const data = parametersOf(graph)
  const tensors = Object.fromEntries(
    graph.parameters.map((name) => [
      name,
      { shape: graph.values.get(name)!.shape as readonly number[], data: data[name] },
    ]),
  )
  return encodeWeights({
    tensors,
    metadata: { format: FORMAT, model: JSON.stringify({ ...plain, vocabulary: vocabulary.toJSON(), values }) },
  })
}

/**
 * The model that {@link encodeDeepLog} wrote.
 * @throws {DeepLogError} `bad-model` when the bytes are damaged, of another format, or their parts do not fit together
 */
export function decodeDeepLog(bytes: Uint8Array): DeepLogModel {
  try {
    const { tensors, metadata } = decodeWeights(bytes)
    if (metadata.format !== FORMAT) throw new Error(`it is of format ${metadata.format}`)
    const stored = JSON.parse(metadata.model) as Omit<DeepLogModel, 'vocabulary' | 'graph'> & {
      readonly vocabulary: VocabularyJson
    }
    const vocabulary = Vocabulary.fromJSON(stored.vocabulary)
    const weights = Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, data]))
    const graph = deepLogNetwork(vocabulary.size, stored.settings, weights)
    for (const name of graph.parameters) {
      const expected = graph.values.get(name)!.shape.join()
      if (tensors[name]?.shape.join() !== expected) throw new Error(`its ${name} is not [${expected}]`)
    }
    if (!Number.isFinite(stored.calibration?.session?.threshold + stored.fusion?.session?.threshold))
      throw new Error('it has no thresholds')
    return { ...stored, sessionRule: stored.sessionRule ?? null, vocabulary, graph }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DeepLogError('bad-model', `no DeepLog model of this version (${reason}); train again`, { cause })
  }
}
