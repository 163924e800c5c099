import type { Graph, ValueInfo } from '@sp/onnx-export'
import { BatchReader, distinctExamples, exampleCount, requireInputs } from './dataset.js'
import type { Engine, InputTensor, Predictor } from './engine.js'
import { EngineError } from './errors.js'
import { keepOutputs } from './graph-parts.js'
import { onnxruntimeEngine } from './onnxruntime-engine.js'

/** How a network is run over many examples. */
export interface PredictOptions {
  /** Default `onnxruntimeEngine()`. */
  readonly engine?: Engine
  /** Outputs wanted, which may be any float32 values of the graph; nothing else is computed. Default: all outputs. */
  readonly outputs?: readonly string[]
  /** Distinct examples a call of the engine; default 512, which keeps the state of a DeepLog network in the cache. */
  readonly batchSize?: number
}

/** Results for the distinct examples, and which one each example is. */
export interface Predictions {
  /** By output name: one row per distinct example. */
  readonly outputs: Readonly<Record<string, { readonly data: Float32Array; readonly shape: readonly number[] }>>
  /** Row of each example in `outputs`. */
  readonly rowOf: Int32Array
}

/** A network loaded to run over many examples. */
export interface BatchPredictor {
  /**
   * Runs the network once per distinct example.
   * @throws {EngineError} `bad-data` when inputs do not fit the graph or together; the signal's reason when it is aborted
   */
  predict(
    inputs: Readonly<Record<string, InputTensor>>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<Predictions>
  dispose(): Promise<void>
}

/** Loads a network for inference. Logs repeat themselves, so equal examples are computed once. */
export async function loadPredictor(graph: Graph, options: PredictOptions = {}): Promise<BatchPredictor> {
  const { engine = onnxruntimeEngine(), outputs = graph.outputs.map(({ name }) => name), batchSize = 512 } = options
  if (!(Number.isInteger(batchSize) && batchSize > 0)) {
    throw new EngineError('bad-options', `batchSize is ${batchSize}; expected a whole number from 1`)
  }
  const { inputs } = keepOutputs(graph, outputs)
  return new EngineBatchPredictor(await engine.predictor(graph, { outputs }), { inputs, batchSize })
}

class EngineBatchPredictor implements BatchPredictor {
  readonly #predictor: Predictor
  readonly #inputs: readonly ValueInfo[]
  readonly #batchSize: number

  constructor(predictor: Predictor, { inputs, batchSize }: { inputs: readonly ValueInfo[]; batchSize: number }) {
    this.#predictor = predictor
    this.#inputs = inputs
    this.#batchSize = batchSize
  }

  async predict(
    inputs: Readonly<Record<string, InputTensor>>,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<Predictions> {
    requireInputs(this.#inputs, inputs)
    const count = exampleCount({ inputs })
    const { idOf, first } = distinctExamples(inputs, count)
    const reader = new BatchReader(inputs, Math.min(this.#batchSize, first.length))
    const results: Record<string, Float32Array> = {}
    for (let from = 0; from < first.length; from += this.#batchSize) {
      signal?.throwIfAborted()
      const rows = first.subarray(from, from + this.#batchSize)
      for (const [name, data] of Object.entries(await this.#predictor.run(reader.take(rows)))) {
        const width = data.length / rows.length
        results[name] ??= new Float32Array(first.length * width)
        results[name].set(data, from * width)
      }
    }
    const outputs = Object.fromEntries(
      Object.entries(results).map(([name, data]) => [
        name,
        { data, shape: [first.length, data.length / first.length] },
      ]),
    )
    return { outputs, rowOf: idOf }
  }

  async dispose(): Promise<void> {
    await this.#predictor.dispose()
  }
}
