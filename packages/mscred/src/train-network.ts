import { onnxruntimeEngine, withParameters, type Batch, type Engine } from '@sp/engine'
import type { Graph } from '@sp/onnx-export'

/** One step: a batch, and how much each example counts, 0 for one that only fills it up. */
export interface NetworkStep {
  readonly batch: Batch
  readonly weights: Float32Array
}

/** How a network is trained. */
export interface TrainNetworkOptions {
  readonly epochs: number
  readonly learningRate: number
  /** Largest norm of the gradients. */
  readonly clipNorm: number
  readonly engine?: Engine
  readonly signal?: AbortSignal
  readonly onProgress?: (stage: string) => void
}

/** Trains a network on the steps of each epoch, in order; a fixed number of epochs, whatever the loss. */
export async function trainNetwork(
  graph: Graph,
  stepsOf: (epoch: number) => Iterable<NetworkStep>,
  { epochs, learningRate, clipNorm, engine = onnxruntimeEngine(), signal, onProgress }: TrainNetworkOptions,
): Promise<Graph> {
  const trainer = await engine.trainer({ graph }, { clipNorm })
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      let [sum, count] = [0, 0]
      for (const { batch, weights } of stepsOf(epoch)) {
        signal?.throwIfAborted()
        sum += await trainer.step(batch, weights, learningRate)
        count++
      }
      onProgress?.(`epoch ${epoch + 1} of ${epochs}, loss ${(sum / count).toPrecision(4)}`)
    }
    return withParameters(graph, (await trainer.state()).parameters)
  } finally {
    await trainer.dispose()
  }
}

/** The values of the parameters of a graph, by name. */
export function parametersOf(graph: Graph): Record<string, Float32Array> {
  const names = new Set(graph.parameters)
  const entries = graph.initializers.filter(({ name }) => names.has(name))
  return Object.fromEntries(entries.map(({ name, data }) => [name, data as Float32Array]))
}
