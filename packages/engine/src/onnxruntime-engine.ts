import { encodeModel, type Graph } from '@sp/onnx-export'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { adamScalars, adamSettings, type AdamOptions, type AdamSettings } from './adam.js'
import {
  initialState,
  type Batch,
  type Engine,
  type Network,
  type Outputs,
  type Predictor,
  type Trainer,
  type TrainingState,
} from './engine.js'
import { keepOutputs } from './graph-parts.js'
import { lossGraph, momentNames, nextName, STEP, trainingStep } from './training-step.js'

/** How onnxruntime runs. */
export interface OnnxruntimeOptions {
  /** Threads inside an operator. Default 1: more were slower at the sizes of log models, and sums stay bit-identical. */
  readonly threads?: number
  /** Where operators run, in order of preference: `['cuda', 'cpu']` where the CUDA provider is installed. Default CPU. */
  readonly executionProviders?: readonly string[]
}

/**
 * The default engine: one session of onnxruntime holds the whole step of training (forward, backward, update). Parameters
 * and moments live in two sets of buffers that change roles with each step, so a step allocates nothing that lasts.
 */
export function onnxruntimeEngine({ threads = 1, executionProviders = ['cpu'] }: OnnxruntimeOptions = {}): Engine {
  const options: InferenceSession.SessionOptions = {
    executionProviders: [...executionProviders],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  }
  // Several threads lose sums in a scatter (see LookupGradient).
  const lookups = threads === 1 && executionProviders.every((provider) => provider === 'cpu') ? 'scatter' : 'one-hot'
  async function load(graph: Graph): Promise<InferenceSession> {
    return InferenceSession.create(encodeModel(graph), options)
  }
  return {
    name: 'onnxruntime',
    gpu: executionProviders.some((provider) => provider !== 'cpu' && provider !== 'xnnpack'),
    async trainer({ graph, loss = 'loss' }: Network, adam?: AdamOptions) {
      const step = await load(trainingStep(graph, loss, { ...adam, lookups }))
      return new OnnxruntimeTrainer({ graph, step, evaluation: () => load(lossGraph(graph, loss)) }, adamSettings(adam))
    },
    async predictor(graph, { outputs } = {}) {
      return new OnnxruntimePredictor(await load(outputs ? keepOutputs(graph, outputs) : graph))
    },
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

interface Sessions {
  readonly graph: Graph
  readonly step: InferenceSession
  evaluation(): Promise<InferenceSession>
}

class OnnxruntimeTrainer implements Trainer {
  readonly #sessions: Sessions
  readonly #adam: AdamSettings
  /** Parameters and moments by name, and the buffers that the next step writes, by name of its output. */
  #current: Record<string, Tensor> = {}
  #next: Record<string, Tensor> = {}
  #steps = 0
  #evaluation: InferenceSession | null = null

  constructor(sessions: Sessions, adam: AdamSettings) {
    this.#sessions = sessions
    this.#adam = adam
    this.restore(initialState(sessions.graph))
  }

  async step(batch: Batch, weights: Float32Array, learningRate: number): Promise<number> {
    const scalars = adamScalars(this.#adam, this.#steps + 1, learningRate)
    const feeds = {
      ...tensorsOf(batch),
      ...this.#current,
      [STEP.weights]: new Tensor('float32', weights, [weights.length]),
      [STEP.learningRate]: scalar(scalars.learningRate),
      [STEP.correction1]: scalar(scalars.correction1),
      [STEP.correction2]: scalar(scalars.correction2),
    }
    const fetches = Object.fromEntries(Object.entries(this.#next).map(([name, tensor]) => [nextName(name), tensor]))
    const loss = scalar(0)
    await this.#sessions.step.run(feeds, { ...fetches, [STEP.loss]: loss })
    const written = this.#next
    this.#next = this.#current
    this.#current = written
    this.#steps++
    return (loss.data as Float32Array)[0]
  }

  async evaluate(batch: Batch, weights: Float32Array): Promise<number> {
    this.#evaluation ??= await this.#sessions.evaluation()
    const parameters = Object.fromEntries(this.#sessions.graph.parameters.map((name) => [name, this.#current[name]]))
    const feeds = {
      ...tensorsOf(batch),
      ...parameters,
      [STEP.weights]: new Tensor('float32', weights, [weights.length]),
    }
    const results = await this.#evaluation.run(feeds)
    return (results[STEP.loss].data as Float32Array)[0]
  }

  async state(): Promise<TrainingState> {
    const { parameters } = this.#sessions.graph
    return {
      step: this.#steps,
      parameters: Object.fromEntries(parameters.map((name) => [name, this.#copy(name)])),
      moments: Object.fromEntries(
        parameters.map((name) => {
          const [first, second] = momentNames(name)
          return [name, [this.#copy(first), this.#copy(second)] as const]
        }),
      ),
    }
  }

  #copy(name: string): Float32Array {
    return (this.#current[name].data as Float32Array).slice()
  }

  restore({ step, parameters, moments }: TrainingState): void {
    this.#steps = step
    this.#current = {}
    this.#next = {}
    for (const name of this.#sessions.graph.parameters) {
      const shape = this.#sessions.graph.values.get(name)!.shape as readonly number[]
      const [name1, name2] = momentNames(name)
      const values = { [name]: parameters[name], [name1]: moments[name][0], [name2]: moments[name][1] }
      for (const [key, data] of Object.entries(values)) {
        this.#current[key] = new Tensor('float32', data.slice(), shape)
        this.#next[key] = new Tensor('float32', new Float32Array(data.length), shape)
      }
    }
  }

  async dispose(): Promise<void> {
    await this.#sessions.step.release()
    await this.#evaluation?.release()
  }
}

function tensorsOf(batch: Batch): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(batch).map(([name, { data, shape }]) => [name, tensorOf(data, shape)]))
}

function tensorOf(data: Float32Array | Int32Array | BigInt64Array, shape: readonly number[]): Tensor {
  if (data instanceof Float32Array) return new Tensor('float32', data, shape)
  return data instanceof Int32Array ? new Tensor('int32', data, shape) : new Tensor('int64', data, shape)
}

function scalar(value: number): Tensor {
  return new Tensor('float32', Float32Array.of(value), [])
}
