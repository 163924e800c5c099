import { Tensor, type InferenceSession } from 'onnxruntime-node'
import type { Batch } from './engine.js'
import type { GradientWorker, Place, Share } from './gradient-team.js'
import { scalarTensor, tensorOf, tensorsOf } from './onnx-tensors.js'
import type { StepRunner, StepTensors } from './onnxruntime-trainer.js'
import { STEP } from './training-step.js'

/** What computes a step together. */
export interface ParallelStepParts {
  /** Holds a `gradientGraph`, for the share of this thread. */
  readonly gradient: InferenceSession
  /** Holds an `updateGraph`. */
  readonly update: InferenceSession
  readonly workers: readonly GradientWorker[]
  readonly places: readonly Place[]
  /** All parameters at their places, where every thread reads them. */
  readonly values: Float32Array
}

/**
 * A step by several threads: each computes the gradient of its share of the batch, divided by the weight of the whole
 * batch; their sum, in the order of the threads, is the gradient of the batch, and one update follows. So the same input,
 * seed and number of threads give the same bits; another number of threads differs by the rounding of those sums.
 */
export class ParallelStep implements StepRunner {
  readonly #parts: ParallelStepParts
  /** Gradient of this thread's share, then of the batch. */
  readonly #sum: Float32Array
  /** The same by name. */
  readonly #gradients: Readonly<Record<string, Tensor>>

  constructor(parts: ParallelStepParts) {
    this.#parts = parts
    this.#sum = new Float32Array(parts.values.length)
    this.#gradients = Object.fromEntries(
      parts.places.map(({ gradient, shape, from, to }) => [
        gradient,
        new Tensor('float32', this.#sum.subarray(from, to), shape),
      ]),
    )
  }

  /** All threads compute their shares at once; this one takes the first. */
  async run({ batch, weights, feeds, fetches }: StepTensors): Promise<number> {
    const { workers, places, values, update } = this.#parts
    for (const { name, from } of places) values.set(feeds[name].data as Float32Array, from)
    const [own, ...others] = sharesOf(batch, weights, workers.length + 1)
    const answers = others.map((share, i) => workers[i].gradient(share))
    // onnxruntime keeps this thread busy from here on, while the others work.
    const results = await Promise.allSettled([this.#ownGradient(own, feeds), ...answers])
    const [loss, ...losses] = results.map(lossOf)
    others.forEach((_, i) => addTo(this.#sum, workers[i].gradients))
    await update.run({ ...feeds, ...this.#gradients }, fetches)
    return losses.reduce((sum, other) => sum + other, loss)
  }

  async #ownGradient({ batch, weights, total }: Share, feeds: StepTensors['feeds']): Promise<number> {
    const parameters = Object.fromEntries(this.#parts.places.map(({ name }) => [name, feeds[name]]))
    const loss = scalarTensor(0)
    const inputs = {
      ...tensorsOf(batch),
      ...parameters,
      [STEP.weights]: tensorOf(weights, [weights.length]),
      [STEP.totalWeight]: scalarTensor(total),
    }
    await this.#parts.gradient.run(inputs, { ...this.#gradients, [STEP.loss]: loss })
    return (loss.data as Float32Array)[0]
  }

  /** Ends the threads, frees the sessions. */
  async dispose(): Promise<void> {
    await Promise.all(this.#parts.workers.map((worker) => worker.dispose()))
    await this.#parts.gradient.release()
    await this.#parts.update.release()
  }
}

/** A batch cut into at most `count` parts of nearly equal size, in order; none is empty. */
function sharesOf(batch: Batch, weights: Float32Array, count: number): Share[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const shares = Math.min(count, weights.length)
  return Array.from({ length: shares }, (_, i) => {
    const [from, to] = [i, i + 1].map((part) => Math.floor((part * weights.length) / shares))
    const inputs = Object.entries(batch).map(([name, { data, shape }]) => {
      const width = data.length / shape[0]
      // A copy: what is sent to a thread takes its whole buffer along.
      return [name, { data: data.slice(from * width, to * width), shape: [to - from, ...shape.slice(1)] }]
    })
    return { batch: Object.fromEntries(inputs), weights: weights.slice(from, to), total }
  })
}

/** Every thread is waited for before a failure is told, so that no answer is left for the next step. */
function lossOf(result: PromiseSettledResult<number>): number {
  if (result.status === 'rejected') throw result.reason
  return result.value
}

function addTo(sum: Float32Array, values: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += values[i]
}
