import type { TrainingState } from './engine.js'
import { EngineError } from './errors.js'
import { decodeWeights, encodeWeights, type WeightTensor } from './safetensors.js'

/** A training between two epochs. */
export interface Checkpoint {
  /** Epochs done. */
  readonly epoch: number
  readonly state: TrainingState
  /** Parameters of the best epoch. */
  readonly best: Readonly<Record<string, Float32Array>>
  readonly bestEpoch: number
  readonly bestLoss: number
}

/** What tells whether a checkpoint belongs to a training. */
export interface TrainingIdentity {
  /** Shape of each parameter. */
  readonly shapes: Readonly<Record<string, readonly number[]>>
  /** Settings and data as JSON. */
  readonly settings: string
}

/** Checkpoint as safetensors: `parameters/…`, `moment1/…`, `moment2/…`, `best/…`, the rest as text. */
export function encodeCheckpoint(
  { epoch, state, best, bestEpoch, bestLoss }: Checkpoint,
  { shapes, settings }: TrainingIdentity,
): Uint8Array {
  const tensors: Record<string, WeightTensor> = {}
  for (const [name, shape] of Object.entries(shapes)) {
    const [moment1, moment2] = state.moments[name]
    const parts = { parameters: state.parameters[name], moment1, moment2, best: best[name] }
    for (const [part, data] of Object.entries(parts)) tensors[`${part}/${name}`] = { shape, data }
  }
  const progress = JSON.stringify({ epoch, step: state.step, bestEpoch, bestLoss })
  return encodeWeights({ tensors, metadata: { format: 'sp-checkpoint-1', progress, settings } })
}

/**
 * Checkpoint from bytes.
 * @throws {EngineError} `bad-checkpoint` when it is damaged, or of other data, settings or another network
 */
export function decodeCheckpoint(bytes: Uint8Array, { shapes, settings }: TrainingIdentity): Checkpoint {
  const { tensors, metadata } = decodeWeights(bytes)
  if (metadata.format !== 'sp-checkpoint-1') fail(`format ${metadata.format}, expected sp-checkpoint-1`)
  if (metadata.settings !== settings) fail(`it is of a training with ${metadata.settings}, this one has ${settings}`)
  function part(kind: string, name: string): Float32Array {
    const tensor = tensors[`${kind}/${name}`]
    if (tensor?.shape.join() !== shapes[name].join())
      fail(`${kind}/${name} is [${tensor?.shape}], expected [${shapes[name]}]`)
    return tensor.data
  }
  const names = Object.keys(shapes)
  const { epoch, step, bestEpoch, bestLoss } = progressOf(metadata.progress)
  return {
    epoch,
    bestEpoch,
    bestLoss,
    best: Object.fromEntries(names.map((name) => [name, part('best', name)])),
    state: {
      step,
      parameters: Object.fromEntries(names.map((name) => [name, part('parameters', name)])),
      moments: Object.fromEntries(names.map((name) => [name, [part('moment1', name), part('moment2', name)] as const])),
    },
  }
}

interface Progress {
  readonly epoch: number
  readonly step: number
  readonly bestEpoch: number
  readonly bestLoss: number
}

function progressOf(json: string): Progress {
  try {
    const progress = JSON.parse(json)
    if (['epoch', 'step', 'bestEpoch', 'bestLoss'].every((key) => Number.isFinite(progress[key]))) return progress
  } catch {
    // Told below.
  }
  return fail(`its progress is ${json}`)
}

function fail(what: string): never {
  throw new EngineError('bad-checkpoint', `the checkpoint does not belong here: ${what}`)
}
