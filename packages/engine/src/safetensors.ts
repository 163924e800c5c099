import { EngineError } from './errors.js'

/** A float32 array with its shape. */
export interface WeightTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** Named weights and text that goes with them. */
export interface WeightFile {
  readonly tensors: Readonly<Record<string, WeightTensor>>
  readonly metadata: Readonly<Record<string, string>>
}

interface Entry {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
}

/** Weights as bytes in the safetensors format (https://github.com/huggingface/safetensors), sorted by name. */
export function encodeWeights({ tensors, metadata }: WeightFile): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata }
  const names = Object.keys(tensors).sort()
  let length = 0
  for (const name of names) {
    const { shape, data } = tensors[name]
    header[name] = { dtype: 'F32', shape, data_offsets: [length, length + data.byteLength] }
    length += data.byteLength
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  const start = 8 + Math.ceil(json.length / 8) * 8
  const bytes = new Uint8Array(start + length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true)
  bytes.fill(0x20, 8, start).set(json, 8) // The header is padded with spaces.
  for (const name of names) {
    const { data } = tensors[name]
    bytes.set(
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      start + (header[name] as Entry).data_offsets[0],
    )
  }
  return bytes
}

/**
 * Weights from bytes in the safetensors format.
 * @throws {EngineError} `bad-checkpoint` when the bytes are cut off, are no safetensors, or hold other than float32
 */
export function decodeWeights(bytes: Uint8Array): WeightFile {
  const header = headerOf(bytes)
  const start = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  const tensors: Record<string, WeightTensor> = {}
  for (const [name, entry] of Object.entries(header.entries)) {
    if (!Array.isArray(entry?.shape) || !Array.isArray(entry.data_offsets))
      fail(`tensor "${name}" without shape or place`)
    const count = entry.shape.reduce((product, dim) => product * dim, 1)
    const [from, to] = entry.data_offsets
    if (entry.dtype !== 'F32' || to - from !== 4 * count || !(from >= 0) || start + to > bytes.length) {
      fail(`tensor "${name}" is ${entry.dtype} [${entry.shape}] at ${from}–${to} of ${bytes.length - start} bytes`)
    }
    // Copied by the constructor: `slice` of a Node Buffer is a view, whose buffer holds more and may not be aligned.
    tensors[name] = {
      shape: entry.shape,
      data: new Float32Array(new Uint8Array(bytes.subarray(start + from, start + to)).buffer),
    }
  }
  return { tensors, metadata: header.metadata }
}

function headerOf(bytes: Uint8Array): { entries: Record<string, Entry>; metadata: Record<string, string> } {
  if (bytes.length < 8) fail(`${bytes.length} bytes`)
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  if (8 + length > bytes.length) fail(`a header of ${length} bytes in a file of ${bytes.length}`)
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))
  } catch (cause) {
    throw new EngineError('bad-checkpoint', 'the header is no JSON; expected a whole safetensors file', { cause })
  }
  if (typeof json !== 'object' || json === null) fail(`a header that is ${json}`)
  const { __metadata__: metadata, ...entries } = json as Record<string, never>
  return { entries, metadata: metadata ?? {} }
}

function fail(seen: string): never {
  throw new EngineError('bad-checkpoint', `${seen}; expected a whole safetensors file of float32 tensors`)
}
