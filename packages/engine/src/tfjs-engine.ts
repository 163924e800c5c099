import type { Graph } from '@sp/onnx-export'
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core'
import { adamScalars, adamSettings, type AdamOptions, type AdamSettings } from './adam.js'
import { gradientName } from './differentiate.js'
import {
  initialState,
  type Batch,
  type Engine,
  type Outputs,
  type Predictor,
  type Trainer,
  type TrainingState,
} from './engine.js'
import { keepOutputs } from './graph-parts.js'
import { loadTfjs, type TfjsBackend, type Tfjs } from './tfjs-backends.js'
import { TfjsInterpreter } from './tfjs-interpreter.js'
import { lossGraph, momentNames, nextName, STEP, updateGraph } from './training-step.js'

/** How tfjs runs. */
export interface TfjsOptions {
  /** Default `'wasm'`, the fastest that needs no native library. */
  readonly backend?: TfjsBackend
}

/**
 * The second engine: the same graph, run with operators of tfjs and differentiated by tfjs. It trains on a graphics
 * processor where a backend for one is installed, and checks our gradients everywhere.
 * @throws {EngineError} `no-engine` when tfjs or the backend is not installed
 */
export async function tfjsEngine({ backend = 'wasm' }: TfjsOptions = {}): Promise<Engine> {
  const { tf, description, gpu } = await loadTfjs(backend)
  return {
    name: `tfjs ${description}`,
    gpu,
    async trainer({ graph, loss = 'loss' }, adam) {
      await tf.setBackend(backend)
      return new TfjsTrainer({ tf, backend, graph, loss }, adam)
    },
    async predictor(graph, { outputs } = {}) {
      await tf.setBackend(backend)
      return new TfjsPredictor({ tf, backend }, outputs ? keepOutputs(graph, outputs) : graph)
    },
  }
}

interface Device {
  readonly tf: Tfjs
  readonly backend: TfjsBackend
}

class TfjsPredictor implements Predictor {
  readonly #device: Device
  readonly #interpreter: TfjsInterpreter

  constructor(device: Device, graph: Graph) {
    this.#device = device
    this.#interpreter = new TfjsInterpreter(device.tf, graph)
  }

  async run(batch: Batch): Promise<Outputs> {
    const results = withBackend(this.#device, (tf) => tf.tidy(() => this.#interpreter.run(tensorsOf(tf, batch))))
    const values = await Promise.all(
      Object.entries(results).map(async ([name, tensor]) => [name, (await tensor.data()) as Float32Array] as const),
    )
    for (const tensor of Object.values(results)) tensor.dispose()
    return Object.fromEntries(values)
  }

  async dispose(): Promise<void> {
    this.#interpreter.dispose()
  }
}

class TfjsTrainer implements Trainer {
  readonly #device: Device
  readonly #graph: Graph
  readonly #adam: AdamSettings
  readonly #loss: TfjsInterpreter
  readonly #update: TfjsInterpreter
  /** Parameters and moments by name. */
  readonly #state: Record<string, Variable> = {}
  #steps = 0

  constructor({ graph, loss, ...device }: Device & { graph: Graph; loss: string }, adam?: AdamOptions) {
    this.#device = device
    this.#graph = graph
    this.#adam = adamSettings(adam)
    this.#loss = new TfjsInterpreter(device.tf, lossGraph(graph, loss))
    this.#update = new TfjsInterpreter(device.tf, updateGraph(graph, adam))
    this.restore(initialState(graph))
  }

  async step(batch: Batch, weights: Float32Array, learningRate: number): Promise<number> {
    const scalars = adamScalars(this.#adam, this.#steps + 1, learningRate)
    const parameters = Object.fromEntries(this.#graph.parameters.map((name) => [name, this.#state[name]]))
    const value = withBackend(this.#device, (tf) =>
      tf.tidy(() => {
        const feeds = { ...tensorsOf(tf, batch), [STEP.weights]: tf.tensor1d(weights) }
        const { value, grads } = tf.variableGrads(
          () => this.#loss.run({ ...feeds, ...parameters })[STEP.loss] as Scalar,
          Object.values(parameters),
        )
        // Variables have names of their own in tfjs; a parameter that the loss does not need has no gradient.
        const slopes = this.#graph.parameters.map((name) => [
          gradientName(name),
          grads[parameters[name].name] ?? tf.zerosLike(parameters[name]),
        ])
        const next = this.#update.run({
          ...this.#state,
          ...Object.fromEntries(slopes),
          [STEP.learningRate]: tf.scalar(scalars.learningRate),
          [STEP.correction1]: tf.scalar(scalars.correction1),
          [STEP.correction2]: tf.scalar(scalars.correction2),
        })
        for (const [name, variable] of Object.entries(this.#state)) variable.assign(next[nextName(name)])
        return value
      }),
    )
    this.#steps++
    return read(value)
  }

  async evaluate(batch: Batch, weights: Float32Array): Promise<number> {
    const value = withBackend(this.#device, (tf) =>
      tf.tidy(() => {
        const feeds = { ...tensorsOf(tf, batch), [STEP.weights]: tf.tensor1d(weights) }
        return this.#loss.run({ ...feeds, ...this.#state })[STEP.loss]
      }),
    )
    return read(value)
  }

  async state(): Promise<TrainingState> {
    const entries = await Promise.all(
      this.#graph.parameters.map(async (name) => {
        const [first, second] = momentNames(name)
        return {
          name,
          value: await this.#copy(name),
          moments: [await this.#copy(first), await this.#copy(second)] as const,
        }
      }),
    )
    return {
      step: this.#steps,
      parameters: Object.fromEntries(entries.map(({ name, value }) => [name, value])),
      moments: Object.fromEntries(entries.map(({ name, moments }) => [name, moments])),
    }
  }

  async #copy(name: string): Promise<Float32Array> {
    return Float32Array.from(await this.#state[name].data())
  }

  restore({ step, parameters, moments }: TrainingState): void {
    this.#steps = step
    withBackend(this.#device, (tf) => {
      for (const name of this.#graph.parameters) {
        const shape = [...(this.#graph.values.get(name)!.shape as readonly number[])]
        const [name1, name2] = momentNames(name)
        const values = { [name]: parameters[name], [name1]: moments[name][0], [name2]: moments[name][1] }
        for (const [key, data] of Object.entries(values)) {
          this.#state[key]?.dispose()
          this.#state[key] = tf.tidy(() => tf.variable(tf.tensor(data.slice(), shape), true))
        }
      }
    })
  }

  async dispose(): Promise<void> {
    this.#loss.dispose()
    this.#update.dispose()
    for (const variable of Object.values(this.#state)) variable.dispose()
  }
}

/** The backend is one for the whole of tfjs; two engines may take turns. Switching to a started one happens at once. */
function withBackend<T>({ tf, backend }: Device, work: (tf: Tfjs) => T): T {
  void tf.setBackend(backend)
  return work(tf)
}

async function read(value: Tensor): Promise<number> {
  const [number] = await value.data()
  value.dispose()
  return number
}

function tensorsOf(tf: Tfjs, batch: Batch): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(batch).map(([name, { data, shape }]) => [
      name,
      // A copy: tfjs keeps the array it is given, and batches are read into reused buffers.
      data instanceof Float32Array
        ? tf.tensor(data.slice(), [...shape], 'float32')
        : tf.tensor(Int32Array.from(data as Int32Array, Number), [...shape], 'int32'),
    ]),
  )
}
