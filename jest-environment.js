import { TestEnvironment } from 'jest-environment-node'

const SHARED = [
  'ArrayBuffer',
  'SharedArrayBuffer',
  'DataView',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
]

/**
 * Jest gives tests a realm of their own, where native add-ons do not recognise typed arrays
 * ("data must be type of function Float32Array()"). Sharing the classes of the outer realm mends it.
 */
export default class SharedBuffersEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context)
    for (const name of SHARED) this.global[name] = globalThis[name]
  }
}
