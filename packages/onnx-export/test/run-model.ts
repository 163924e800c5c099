import type { InferenceSession, Tensor } from 'onnxruntime-node'
import * as native from 'onnxruntime-node'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

/** What runs a model: the native runtime, or the one compiled to WebAssembly. */
export type Runtime = 'onnxruntime-node' | 'onnxruntime-web'

export type Feeds = Record<string, { data: Float32Array | Int32Array; dims: readonly number[] }>

/** A model loaded by a runtime, in the form that `parityReport` takes. */
export async function load(bytes: Uint8Array, runtime: Runtime = 'onnxruntime-node') {
  const { InferenceSession, Tensor } = runtime === 'onnxruntime-node' ? native : await web()
  const session: InferenceSession = await InferenceSession.create(bytes, { logSeverityLevel: 3 })
  return {
    async run(inputs: Feeds): Promise<Record<string, Float32Array>> {
      const feeds = Object.fromEntries(
        Object.entries(inputs).map(([name, { data, dims }]) => [
          name,
          data instanceof Float32Array ? new Tensor('float32', data, dims) : new Tensor('int32', data, dims),
        ]),
      )
      const results: Record<string, Tensor> = await session.run(feeds)
      return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]))
    },
  }
}

async function web(): Promise<typeof native> {
  const folder = new URL('.', pathToFileURL(createRequire(import.meta.url).resolve('onnxruntime-web')))
  const module = (await import('onnxruntime-web/wasm')) as unknown as typeof native
  module.env.wasm.numThreads = 1
  module.env.wasm.wasmPaths = folder.href
  return module
}
