import { Tensor } from 'onnxruntime-node'
import type { Batch, InputData } from './engine.js'

/** Inputs of a network as tensors of onnxruntime, on the same memory. */
export function tensorsOf(batch: Batch): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(batch).map(([name, { data, shape }]) => [name, tensorOf(data, shape)]))
}

/** A tensor of onnxruntime on the memory of `data`. */
export function tensorOf(data: InputData, shape: readonly number[]): Tensor {
  if (data instanceof Float32Array) return new Tensor('float32', data, shape)
  return data instanceof Int32Array ? new Tensor('int32', data, shape) : new Tensor('int64', data, shape)
}

/** A float32 scalar. */
export function scalarTensor(value: number): Tensor {
  return new Tensor('float32', Float32Array.of(value), [])
}
