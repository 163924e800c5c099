import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
// eslint-disable-next-line @nx/enforce-module-boundaries -- a relative import would be bundled, and the file not be found
import { workerFile } from '#gradient-worker'
import type { Graph } from '@sp/onnx-export'
import type { InferenceSession } from 'onnxruntime-node'
import { gradientName } from './differentiate.js'
import type { Batch } from './engine.js'
import { EngineError } from './errors.js'
import { STEP } from './training-step.js'

/** Where a parameter lies in the one array that holds all of them. */
export interface Place {
  readonly name: string
  /** Name of its gradient. */
  readonly gradient: string
  readonly shape: readonly number[]
  readonly from: number
  readonly to: number
}

/** Examples for one thread. */
export interface Share {
  readonly batch: Batch
  readonly weights: Float32Array
  /** Weight of the whole batch, by which losses and gradients of the share are divided. */
  readonly total: number
}

/** The places of the parameters of a graph, one after another in its order. */
export function placesOf(graph: Graph): Place[] {
  let to = 0
  return graph.parameters.map((name) => {
    const shape = graph.values.get(name)!.shape as readonly number[]
    const from = to
    to += shape.reduce((product, size) => product * size, 1)
    return { name, gradient: gradientName(name), shape, from, to }
  })
}

/** A thread with a session of its own that computes gradients of shares. */
export class GradientWorker {
  readonly #worker: Worker
  /** Why the thread ended, when it has. */
  readonly #ended: Promise<string>
  /** Gradients of the last share, at the places of their parameters. The thread writes them. */
  readonly gradients: Float32Array

  private constructor(worker: Worker, gradients: Float32Array) {
    this.#worker = worker
    this.#ended = once(worker, 'exit').then(
      () => 'it ended',
      (error) => error.message,
    )
    this.gradients = gradients
  }

  /**
   * Starts a thread with a `gradientGraph`; it reads the parameters from `values`, which must be shared memory.
   * @throws {EngineError} `worker-failed` when it does not start
   */
  static async start({
    model,
    session,
    places,
    values,
  }: {
    model: Uint8Array
    session: InferenceSession.SessionOptions
    places: readonly Place[]
    values: Float32Array
  }): Promise<GradientWorker> {
    const gradients = sharedArray(values.length)
    const workerData = { role: 'sp gradient worker', model, session, places, values, gradients, names: STEP }
    // The flags of this process (loaders of TypeScript and the like) are not for that program.
    const worker = new Worker(workerFile, { workerData, execArgv: [] })
    const started = new GradientWorker(worker, gradients)
    await started.#answer()
    return started
  }

  /** Loss and, in `gradients`, the gradient of a share. */
  async gradient({ batch, weights, total }: Share): Promise<number> {
    this.#worker.postMessage({ batch, weights, total })
    const { loss } = await this.#answer()
    return loss!
  }

  /** The next message. Meanwhile the thread keeps the process alive, otherwise it does not. */
  async #answer(): Promise<{ readonly loss?: number }> {
    const listening = new AbortController()
    this.#worker.ref()
    const { error, ...message } = await Promise.race([
      once(this.#worker, 'message', listening).then(
        ([message]) => message,
        (error) => ({ error: error.message }),
      ),
      this.#ended.then((error) => ({ error })),
    ])
    listening.abort()
    this.#worker.unref()
    if (error !== undefined) throw new EngineError('worker-failed', `a thread of training failed: ${error}`)
    return message
  }

  /** Ends the thread. */
  async dispose(): Promise<void> {
    await this.#worker.terminate()
  }
}

/** Zeros in memory that threads share. */
export function sharedArray(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(4 * length))
}
