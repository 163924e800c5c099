import type { Graph } from '@sp/onnx-export'
import { Tensor, type InferenceSession } from 'onnxruntime-node'
import { adamScalars, type AdamSettings } from './adam.js'
import { initialState, type Batch, type Trainer, type TrainingState } from './engine.js'
import { scalarTensor, tensorOf, tensorsOf } from './onnx-tensors.js'
import { momentNames, nextName, STEP } from './training-step.js'

/** What a step reads and writes. */
export interface StepTensors {
  readonly batch: Batch
  /** Weights of the examples. */
  readonly weights: Float32Array
  /** Parameters, moments and the scalars of the step, by the names of `trainingStep`. */
  readonly feeds: Readonly<Record<string, Tensor>>
  /** Where the new parameters and moments go, by `nextName`. */
  readonly fetches: Readonly<Record<string, Tensor>>
}

/** Computes steps of training: by one session, or by several threads. */
export interface StepRunner {
  /** Writes the new parameters and moments into `fetches`; gives the weighted mean loss before. */
  run(tensors: StepTensors): Promise<number>
  dispose(): Promise<void>
}

/** Forward pass, backward pass and update by one session. */
export class WholeStep implements StepRunner {
  readonly #session: InferenceSession

  /** `session` holds a `trainingStep`. */
  constructor(session: InferenceSession) {
    this.#session = session
  }

  /** One run of the session. */
  async run({ batch, weights, feeds, fetches }: StepTensors): Promise<number> {
    const loss = scalarTensor(0)
    const inputs = { ...tensorsOf(batch), ...feeds, [STEP.weights]: tensorOf(weights, [weights.length]) }
    await this.#session.run(inputs, { ...fetches, [STEP.loss]: loss })
    return (loss.data as Float32Array)[0]
  }

  /** Frees the session. */
  async dispose(): Promise<void> {
    await this.#session.release()
  }
}

/**
 * Training on onnxruntime. Parameters and moments live in two sets of buffers that change roles with each step, so a step
 * allocates nothing that lasts.
 */
export class OnnxruntimeTrainer implements Trainer {
  readonly #graph: Graph
  readonly #adam: AdamSettings
  readonly #runner: StepRunner
  readonly #loadEvaluation: () => Promise<InferenceSession>
  /** Parameters and moments by name, and the buffers that the next step writes. */
  #current: Record<string, Tensor> = {}
  #next: Record<string, Tensor> = {}
  #steps = 0
  #evaluation: InferenceSession | null = null

  /** `evaluation` loads the `lossGraph` when it is first asked for. */
  constructor(
    graph: Graph,
    adam: AdamSettings,
    { runner, evaluation }: { runner: StepRunner; evaluation: () => Promise<InferenceSession> },
  ) {
    this.#graph = graph
    this.#adam = adam
    this.#runner = runner
    this.#loadEvaluation = evaluation
    this.restore(initialState(graph))
  }

  /** One step of AdamW; gives the weighted mean loss before it. */
  async step(batch: Batch, weights: Float32Array, learningRate: number): Promise<number> {
    const scalars = adamScalars(this.#adam, this.#steps + 1, learningRate)
    const feeds = {
      ...this.#current,
      [STEP.learningRate]: scalarTensor(scalars.learningRate),
      [STEP.correction1]: scalarTensor(scalars.correction1),
      [STEP.correction2]: scalarTensor(scalars.correction2),
    }
    const fetches = Object.fromEntries(Object.entries(this.#next).map(([name, tensor]) => [nextName(name), tensor]))
    const loss = await this.#runner.run({ batch, weights, feeds, fetches })
    const written = this.#next
    this.#next = this.#current
    this.#current = written
    this.#steps++
    return loss
  }

  /** Weighted mean loss of a batch, by one session on this thread. */
  async evaluate(batch: Batch, weights: Float32Array): Promise<number> {
    this.#evaluation ??= await this.#loadEvaluation()
    const parameters = Object.fromEntries(this.#graph.parameters.map((name) => [name, this.#current[name]]))
    const feeds = { ...tensorsOf(batch), ...parameters, [STEP.weights]: tensorOf(weights, [weights.length]) }
    const results = await this.#evaluation.run(feeds)
    return (results[STEP.loss].data as Float32Array)[0]
  }

  /** A copy of the state. */
  async state(): Promise<TrainingState> {
    const { parameters } = this.#graph
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

  /** Goes on from a copy of a state. */
  restore({ step, parameters, moments }: TrainingState): void {
    this.#steps = step
    this.#current = {}
    this.#next = {}
    for (const name of this.#graph.parameters) {
      const shape = this.#graph.values.get(name)!.shape as readonly number[]
      const [name1, name2] = momentNames(name)
      const values = { [name]: parameters[name], [name1]: moments[name][0], [name2]: moments[name][1] }
      for (const [key, data] of Object.entries(values)) {
        this.#current[key] = new Tensor('float32', data.slice(), shape)
        this.#next[key] = new Tensor('float32', new Float32Array(data.length), shape)
      }
    }
  }

  /** Frees sessions and ends threads. */
  async dispose(): Promise<void> {
    await this.#runner.dispose()
    await this.#evaluation?.release()
  }
}
