import type * as tfjs from '@tensorflow/tfjs-core'
import { EngineError } from './errors.js'

/** tfjs as a module object. */
export type Tfjs = typeof tfjs

/** Backends of tfjs in order of preference. `tensorflow` is the native library, with a GPU or without. */
export const TFJS_BACKENDS = ['tensorflow', 'webgpu', 'wasm', 'cpu'] as const

/** Where the operators of tfjs run. */
export type TfjsBackend = (typeof TFJS_BACKENDS)[number]

/** A backend that is ready, and what it is. */
export interface LoadedBackend {
  readonly tf: Tfjs
  /** `tensorflow (@tensorflow/tfjs-node-gpu)`, `wasm` … */
  readonly description: string
  /** Whether operators run on a graphics processor. */
  readonly gpu: boolean
}

/** What has to be installed for each backend; nothing of it is needed otherwise. */
export const INSTALL_COMMANDS: Readonly<Record<TfjsBackend, string>> = {
  tensorflow: 'npm install @tensorflow/tfjs-node-gpu',
  webgpu: 'npm install @tensorflow/tfjs-core @tensorflow/tfjs-layers @tensorflow/tfjs-backend-webgpu webgpu',
  wasm: 'npm install @tensorflow/tfjs-core @tensorflow/tfjs-layers @tensorflow/tfjs-backend-wasm',
  cpu: 'npm install @tensorflow/tfjs-core @tensorflow/tfjs-layers @tensorflow/tfjs-backend-cpu',
}

/**
 * Loads tfjs with a backend. The packages are optional peers, imported only here.
 * @throws {EngineError} `no-engine` when a package is missing or its backend does not start
 */
export async function loadTfjs(backend: TfjsBackend): Promise<LoadedBackend> {
  try {
    const loaded = await LOADERS[backend]()
    // Otherwise tfjs writes advice to the console.
    loaded.tf.enableProdMode()
    if (!(await loaded.tf.setBackend(backend))) throw new Error('its backend does not start')
    await loaded.tf.ready()
    return loaded
  } catch (cause) {
    const reason = reasonOf(cause)
    throw new EngineError('no-engine', `tfjs ${backend}: ${reason}; to add it: ${INSTALL_COMMANDS[backend]}`, { cause })
  }
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const missing = /Cannot find (?:package|module) '([^']+)'/.exec(cause.message)
  return missing ? `${missing[1]} is not installed` : cause.message.split('\n')[0]
}

const LOADERS: Readonly<Record<TfjsBackend, () => Promise<LoadedBackend>>> = {
  async tensorflow() {
    await mendNodeUtilities()
    for (const name of ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']) {
      try {
        const tf = moduleOf<Tfjs>(await importOptional(name))
        return { tf, description: `tensorflow (${name})`, gpu: name.endsWith('gpu') }
      } catch (cause) {
        if (name.endsWith('node')) throw cause
      }
    }
    throw new Error('unreachable')
  },
  async webgpu() {
    const dawn = (await importOptional('webgpu')) as { create(flags: string[]): WebGpu; globals: object }
    const gpu = dawn.create([])
    const adapter = await gpu.requestAdapter()
    if (adapter === null) throw new Error('Dawn finds no device; install the graphics driver with Vulkan')
    /* eslint-disable no-restricted-globals -- WebGPU is found as a global in every browser and in Dawn */
    Object.assign(globalThis, dawn.globals)
    Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true })
    /* eslint-enable no-restricted-globals */
    const tf = await core()
    await importOptional('@tensorflow/tfjs-backend-webgpu')
    // A fallback adapter is software: slower than onnxruntime.
    const { description, vendor, isFallbackAdapter } = adapter.info
    return { tf, description: `webgpu (Dawn, ${description || vendor})`, gpu: isFallbackAdapter !== true }
  },
  async wasm() {
    const tf = await core()
    await import('@tensorflow/tfjs-backend-wasm')
    return { tf, description: 'wasm', gpu: false }
  },
  async cpu() {
    const tf = await core()
    await import('@tensorflow/tfjs-backend-cpu')
    return { tf, description: 'cpu', gpu: false }
  },
}

/** What we use of WebGPU. */
interface WebGpu {
  requestAdapter(): Promise<{
    readonly info: {
      readonly description: string
      readonly vendor: string
      readonly isFallbackAdapter?: boolean
    }
  } | null>
}

async function core(): Promise<Tfjs> {
  // The core alone cannot differentiate; loading the layers registers the gradients of its operators.
  await import('@tensorflow/tfjs-layers')
  return moduleOf<Tfjs>(await import('@tensorflow/tfjs-core'))
}

/** CommonJS modules arrive whole under `default`. */
function moduleOf<T>(module: unknown): T {
  return ((module as { default?: T }).default ?? module) as T
}

/** The name is not a literal, so bundlers and type checks leave it for run time. */
async function importOptional(name: string): Promise<unknown> {
  return import(name)
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed. */
async function mendNodeUtilities(): Promise<void> {
  const util = moduleOf<Record<string, unknown>>(await import('node:util'))
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined
}
