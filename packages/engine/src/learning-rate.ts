import { EngineError } from './errors.js'

/** Learning rate of a step (0-based) out of `totalSteps`. */
export type Schedule = (step: number, totalSteps: number) => number

/** The same rate at every step. */
export function constantRate(rate: number): Schedule {
  requireRate(rate)
  return () => rate
}

/**
 * A linear rise to `peak` over `warmup` steps, then half a cosine down to `floor` at the end (Loshchilov & Hutter 2017).
 * @throws {EngineError} `bad-options` when `peak` is not positive
 */
export function cosineRate(
  peak: number,
  { warmup = 0, floor = 0 }: { warmup?: number; floor?: number } = {},
): Schedule {
  requireRate(peak)
  return (step, totalSteps) => {
    if (step < warmup) return (peak * (step + 1)) / warmup
    const progress = Math.min((step - warmup) / Math.max(totalSteps - warmup, 1), 1)
    return floor + ((peak - floor) * (1 + Math.cos(Math.PI * progress))) / 2
  }
}

/** A rate multiplied by `factor` after every `every` steps. */
export function stepRate(rate: number, { factor, every }: { factor: number; every: number }): Schedule {
  requireRate(rate)
  return (step) => rate * factor ** Math.floor(step / every)
}

function requireRate(rate: number): void {
  if (!(rate > 0 && rate < Infinity)) {
    throw new EngineError('bad-options', `learning rate ${rate}; expected a positive number`)
  }
}
