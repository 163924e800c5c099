import type { Graph } from '@sp/onnx-export'
import type { AdamOptions } from './adam.js'

/** Elements an input may have. */
export type InputData = Float32Array | Int32Array | BigInt64Array

/** One input of a network, row-major. */
export interface InputTensor {
  readonly data: InputData
  readonly shape: readonly number[]
}

/** Inputs of a network by name; the first axis of each is the batch. */
export type Batch = Readonly<Record<string, InputTensor>>

/** Outputs of a network by name. The arrays are reused: copy what must outlast the next call. */
export type Outputs = Readonly<Record<string, Float32Array>>

/** A network to be trained: a graph, and the name of its loss per example. */
export interface Network {
  readonly graph: Graph
  /** Name of a value of shape `[batch]`; default `'loss'`. */
  readonly loss?: string
}

/** Everything a step of training changes. Arrays belong to whoever holds the state. */
export interface TrainingState {
  /** Steps done. */
  readonly step: number
  /** By name, in the order of `graph.parameters`. */
  readonly parameters: Readonly<Record<string, Float32Array>>
  /** First and second moment of each parameter. */
  readonly moments: Readonly<Record<string, readonly [Float32Array, Float32Array]>>
}

/** A network in training on some engine. */
export interface Trainer {
  /** One step of AdamW; gives the weighted mean loss before it. */
  step(batch: Batch, weights: Float32Array, learningRate: number): Promise<number>
  /** Weighted mean loss of a batch, nothing is changed. */
  evaluate(batch: Batch, weights: Float32Array): Promise<number>
  /** A copy of the state. */
  state(): Promise<TrainingState>
  /** Goes on from a state. */
  restore(state: TrainingState): void
  /** Frees what the engine holds. */
  dispose(): Promise<void>
}

/** A loaded network that only runs. */
export interface Predictor {
  run(batch: Batch): Promise<Outputs>
  dispose(): Promise<void>
}

/** Something that trains and runs graphs. */
export interface Engine {
  /** For reports: `onnxruntime`, `tfjs wasm` … */
  readonly name: string
  /** Whether operators run on a graphics processor. */
  readonly gpu: boolean
  /** Prepares training; initial values are those in the graph. */
  trainer(network: Network, adam?: AdamOptions): Promise<Trainer>
  /** Loads a graph for inference, with only `outputs` computed when they are named. */
  predictor(graph: Graph, options?: { readonly outputs?: readonly string[] }): Promise<Predictor>
}

/** The state before the first step: values of the graph, moments zero. */
export function initialState(graph: Graph): TrainingState {
  const values = new Map(graph.initializers.map(({ name, data }) => [name, data as Float32Array]))
  const entries = graph.parameters.map((name) => [name, values.get(name)!] as const)
  return {
    step: 0,
    parameters: Object.fromEntries(entries.map(([name, data]) => [name, data.slice()])),
    moments: Object.fromEntries(
      entries.map(([name, { length }]) => [name, [new Float32Array(length), new Float32Array(length)] as const]),
    ),
  }
}

/** The graph with other values of its parameters: what training gives back. */
export function withParameters(graph: Graph, parameters: Readonly<Record<string, Float32Array>>): Graph {
  return {
    ...graph,
    initializers: graph.initializers.map((initializer) => ({
      ...initializer,
      data: parameters[initializer.name] ?? initializer.data,
    })),
  }
}
