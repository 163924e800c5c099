import { SESSION_KEY_RULES } from '@sp/builders'
import { NETWORK } from '@sp/deeplog'
import type { Bundle } from '../bundle/bundle.js'
import { entityPattern, type LineHeader } from './line-header.js'

/** What a program must know to run the exported network: `deeplog.onnx.meta.json`. Keys as in the reference system. */
export interface DeploymentMeta {
  readonly format: 'sp-deployment'
  readonly version: 1
  readonly bundle_hash: string
  readonly model_type: 'deeplog'
  readonly model: string
  readonly opset_version: number
  readonly input_names: readonly string[]
  readonly input_shape: readonly (string | number)[]
  readonly input_type: 'int32'
  readonly output_names: readonly string[]
  readonly output_shape: readonly (string | number)[]
  readonly vocab_size: number
  /** Events that are read at once, the beginning counted. */
  readonly seq_len: number
  /** Index that stands for the beginning as an input and for the end as an output. */
  readonly begin_index: 0
  /** Index of every message of no template. */
  readonly unknown_index: 1
  /** Events that are possible by rank; a line of a higher rank is strange. */
  readonly top_k: number
  /** Indices that training held; any other is strange wherever it comes. */
  readonly known_events: readonly number[]
  readonly thresholds: {
    /** Surprise of a line (−ln of its probability) that few normal lines exceed. */
    readonly line_surprise: number
    /** Share of held-out normal lines outside the top k. */
    readonly misses_of_top_k: number
    /** Share of normal lines that may lie outside the top k. */
    readonly line_budget: number
  }
  readonly session: {
    readonly key: string | null
    /** Regular expression (flag `s`) whose first groups together name the session of a line; where it finds nothing, there is none. */
    readonly pattern: string
    /** How many of its groups; with 0 all lines are one session. */
    readonly groups: number
    readonly max_events: number
    readonly timeout_ms: number | null
    /** Whether the end of a session is predicted, as index `begin_index`. */
    readonly closed: boolean
  }
  /** `null`: give messages, not lines. */
  readonly header: LineHeader | null
}

/** The meta file of a bundle's network. @param bundle one with a network */
export function deploymentMeta(
  { manifest, sequences }: Bundle,
  { model, opset, header }: { readonly model: string; readonly opset: number; readonly header: LineHeader | null },
): DeploymentMeta {
  const { model: deeplog, rule } = sequences!
  const { settings, calibration, vocabulary, events } = deeplog
  return {
    format: 'sp-deployment',
    version: 1,
    bundle_hash: manifest.hash,
    model_type: 'deeplog',
    model,
    opset_version: opset,
    input_names: [NETWORK.inputs],
    input_shape: ['batch', 'steps'],
    input_type: 'int32',
    output_names: [NETWORK.logProbabilities, NETWORK.logits],
    output_shape: ['batch', 'steps', vocabulary.size],
    vocab_size: vocabulary.size,
    seq_len: settings.window,
    begin_index: 0,
    unknown_index: 1,
    top_k: calibration.topK,
    known_events: events,
    thresholds: {
      line_surprise: calibration.line.threshold,
      misses_of_top_k: calibration.missesOfTopK,
      line_budget: settings.lineBudget,
    },
    session: {
      key: rule.key,
      ...sessionPattern(rule.key, header),
      max_events: rule.maxEvents,
      timeout_ms: rule.timeoutMs,
      closed: settings.closed,
    },
    header,
  }
}

/** By a key that lines name, or by the host and the process of their headers. */
function sessionPattern(key: string | null, header: LineHeader | null): { pattern: string; groups: number } {
  if (key === null) return entityPattern(header)
  const pattern = SESSION_KEY_RULES.find(({ name }) => name === key)?.pattern ?? key
  const hasGroup = new RegExp(`${pattern}|`).exec('')!.length > 1
  return { pattern: hasGroup ? pattern : `(${pattern})`, groups: 1 }
}
