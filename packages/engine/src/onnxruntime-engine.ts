import { encodeModel, type Graph } from '@sp/onnx-export'
import { InferenceSession } from 'onnxruntime-node'
import { adamSettings, type AdamOptions } from './adam.js'
import type { Batch, Engine, Network, Outputs, Predictor } from './engine.js'
import { EngineError } from './errors.js'
import { GradientWorker, placesOf, sharedArray } from './gradient-team.js'
import { keepOutputs } from './graph-parts.js'
import { tensorsOf } from './onnx-tensors.js'
import { OnnxruntimeTrainer, WholeStep, type StepRunner } from './onnxruntime-trainer.js'
import { ParallelStep } from './parallel-step.js'
import { gradientGraph, lossGraph, trainingStep, updateGraph } from './training-step.js'

/** How onnxruntime runs. */
export interface OnnxruntimeOptions {
  /**
   * Threads inside an operator. Default 1: more are slower at the sizes of most log models; wide convolutions gain. The same
   * number gives the same bits, however many cores there are; another one may differ by the order of sums.
   */
  readonly threads?: number
  /**
   * Threads that share each batch of training, each with a session of its own: nearly as many times faster as there are
   * free cores, from steps of some 20 ms on. Default 1. The same number gives the same bits, another one differs by
   * rounding.
   */
  readonly workers?: number
  /** Where operators run, in order of preference: `['cuda', 'cpu']` where the CUDA provider is installed. Default CPU. */
  readonly executionProviders?: readonly string[]
}

/**
 * The default engine: one session of onnxruntime holds the whole step of training (forward, backward, update). With
 * `workers`, threads compute the gradients of parts of a batch, and a session holds the update.
 * @throws {EngineError} `bad-options` when `threads` or `workers` is not a whole number from 1; loading a graph throws
 * `no-engine` when an execution provider is not there
 */
export function onnxruntimeEngine(options: OnnxruntimeOptions = {}): Engine {
  const { threads = 1, workers = 1, executionProviders = ['cpu'] } = options
  requireCount('threads', threads)
  requireCount('workers', workers)
  const session: InferenceSession.SessionOptions = {
    executionProviders: [...executionProviders],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // A layout of memory is worked out and kept for each size of batch; merged batches have hundreds of sizes.
    enableMemPattern: false,
    logSeverityLevel: 3,
    // Else threads that have nothing to do keep their cores busy: no faster with cores to spare, half as fast without.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  }
  // Several threads lose sums in a scatter (see LookupGradient).
  const lookups = threads === 1 && executionProviders.every((provider) => provider === 'cpu') ? 'scatter' : 'one-hot'
  async function load(graph: Graph): Promise<InferenceSession> {
    const model = encodeModel(graph)
    try {
      return await InferenceSession.create(model, session)
    } catch (cause) {
      const where = executionProviders.join(', ')
      throw new EngineError('no-engine', `onnxruntime does not start on ${where}: ${(cause as Error).message}`, {
        cause,
      })
    }
  }
  async function parallelStep(graph: Graph, loss: string, adam?: AdamOptions): Promise<StepRunner> {
    const part = gradientGraph(graph, loss, { lookups })
    const [gradient, update] = [await load(part), await load(updateGraph(graph, adam))]
    const places = placesOf(graph)
    const values = sharedArray(places.at(-1)?.to ?? 0)
    const model = encodeModel(part)
    const starts = Array.from({ length: workers - 1 }, () => GradientWorker.start({ model, session, places, values }))
    const team = await Promise.allSettled(starts)
    const failure = team.find((start) => start.status === 'rejected')
    if (failure !== undefined) {
      // Those that did start would keep the process alive.
      for (const start of team) if (start.status === 'fulfilled') await start.value.dispose()
      throw failure.reason
    }
    const started = team.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []))
    return new ParallelStep({ gradient, update, workers: started, places, values })
  }
  return {
    name: workers === 1 ? 'onnxruntime' : `onnxruntime, ${workers} workers`,
    gpu: executionProviders.some((provider) => provider !== 'cpu' && provider !== 'xnnpack'),
    async trainer({ graph, loss = 'loss' }: Network, adam?: AdamOptions) {
      const settings = adamSettings(adam)
      const runner =
        workers === 1
          ? new WholeStep(await load(trainingStep(graph, loss, { ...adam, lookups })))
          : await parallelStep(graph, loss, adam)
      return new OnnxruntimeTrainer(graph, settings, { runner, evaluation: () => load(lossGraph(graph, loss)) })
    },
    async predictor(graph, { outputs } = {}) {
      return new OnnxruntimePredictor(await load(outputs ? keepOutputs(graph, outputs) : graph))
    },
  }
}

/**
 * A predictor of an ONNX file as it is, of whatever program, on one thread of the CPU.
 * @throws {EngineError} `no-engine` when onnxruntime refuses it
 */
export async function openOnnxModel(bytes: Uint8Array): Promise<Predictor> {
  try {
    return new OnnxruntimePredictor(
      await InferenceSession.create(bytes, { executionProviders: ['cpu'], intraOpNumThreads: 1, logSeverityLevel: 3 }),
    )
  } catch (cause) {
    throw new EngineError('no-engine', `onnxruntime refuses the model: ${(cause as Error).message}`, { cause })
  }
}

class OnnxruntimePredictor implements Predictor {
  readonly #session: InferenceSession

  constructor(session: InferenceSession) {
    this.#session = session
  }

  async run(batch: Batch): Promise<Outputs> {
    const results = await this.#session.run(tensorsOf(batch))
    return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]))
  }

  async dispose(): Promise<void> {
    await this.#session.release()
  }
}

function requireCount(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return
  throw new EngineError('bad-options', `${name} is ${value}; expected a whole number from 1`)
}
