import { ops, type Tensor } from '@sp/onnx-export'
import { EngineError } from './errors.js'

/** Settings of AdamW (Kingma & Ba 2015; Loshchilov & Hutter 2019). */
export interface AdamOptions {
  /** Decay of the mean of gradients; default 0.9. */
  readonly beta1?: number
  /** Decay of the mean of squared gradients; default 0.999. */
  readonly beta2?: number
  /** Added to the root of the second moment; default 1e-8. */
  readonly epsilon?: number
  /** Decoupled weight decay per step and unit of learning rate; default 0, which is Adam. */
  readonly weightDecay?: number
  /** Largest Euclidean norm of all gradients together, longer ones are scaled down to it; default none. */
  readonly clipNorm?: number
}

/** `AdamOptions` with every default filled in. */
export type AdamSettings = Required<AdamOptions>

/**
 * Defaults filled in.
 * @throws {EngineError} `bad-options` for a value out of range
 */
export function adamSettings(options: AdamOptions = {}): AdamSettings {
  const settings = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clipNorm: Infinity, ...options }
  for (const key of ['beta1', 'beta2'] as const) {
    if (!(settings[key] >= 0 && settings[key] < 1)) fail(key, settings[key], '0 ≤ value < 1')
  }
  if (!(settings.epsilon > 0)) fail('epsilon', settings.epsilon, 'a positive number')
  if (!(settings.weightDecay >= 0)) fail('weightDecay', settings.weightDecay, 'a number ≥ 0')
  if (!(settings.clipNorm > 0)) fail('clipNorm', settings.clipNorm, 'a positive number')
  return settings
}

/** The numbers that change with each step, computed in double precision outside the graph. */
export interface AdamScalars {
  readonly learningRate: number
  /** `1 − beta1ᵗ` */
  readonly correction1: number
  /** `√(1 − beta2ᵗ)` */
  readonly correction2: number
}

/** Scalars of step `t` (1 is the first). */
export function adamScalars({ beta1, beta2 }: AdamSettings, step: number, learningRate: number): AdamScalars {
  return { learningRate, correction1: 1 - beta1 ** step, correction2: Math.sqrt(1 - beta2 ** step) }
}

/** One parameter with its moments. */
export interface AdamState {
  readonly value: Tensor
  readonly moment1: Tensor
  readonly moment2: Tensor
}

/** Adds one step of AdamW for all parameters; gradients are clipped by their common norm first. */
export function adamStep(
  states: readonly AdamState[],
  gradients: readonly Tensor[],
  { settings, scalars }: { settings: AdamSettings; scalars: Readonly<Record<keyof AdamScalars, Tensor>> },
): AdamState[] {
  const { beta1, beta2, epsilon, weightDecay, clipNorm } = settings
  const clipped = Number.isFinite(clipNorm) ? clipByNorm(gradients, clipNorm) : gradients
  const rate = ops.div(scalars.learningRate, scalars.correction1)
  return states.map(({ value, moment1, moment2 }, i) => {
    const gradient = clipped[i]
    const first = ops.add(ops.mul(moment1, beta1), ops.mul(gradient, 1 - beta1))
    const second = ops.add(ops.mul(moment2, beta2), ops.mul(ops.mul(gradient, gradient), 1 - beta2))
    const scale = ops.add(ops.div(ops.sqrt(second), scalars.correction2), epsilon)
    const decayed = weightDecay === 0 ? value : ops.mul(value, ops.sub(1, ops.mul(scalars.learningRate, weightDecay)))
    return { value: ops.sub(decayed, ops.mul(ops.div(first, scale), rate)), moment1: first, moment2: second }
  })
}

/** Gradients scaled so that their common Euclidean norm is at most `limit` (Pascanu et al. 2013). */
function clipByNorm(gradients: readonly Tensor[], limit: number): Tensor[] {
  const squares = gradients.map((gradient) => ops.reduceSum(ops.mul(gradient, gradient)))
  const norm = ops.sqrt(squares.reduce((sum, square) => ops.add(sum, square)))
  // As PyTorch does it: limit / (norm + 1e-6), never above 1.
  const scale = ops.min(ops.div(limit, ops.add(norm, 1e-6)), 1)
  return gradients.map((gradient) => ops.mul(gradient, scale))
}

function fail(key: string, value: number, expected: string): never {
  throw new EngineError('bad-options', `adam.${key} is ${value}; expected ${expected}`)
}
