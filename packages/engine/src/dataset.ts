import type { ValueInfo } from '@sp/onnx-export'
import type { Batch, InputData, InputTensor } from './engine.js'
import { EngineError } from './errors.js'

/** Examples to train on: each input's first axis counts them, in time order. */
export interface Dataset {
  readonly inputs: Readonly<Record<string, InputTensor>>
  /** How many times each example counts; default once. */
  readonly weights?: Float32Array
}

/**
 * Number of examples.
 * @throws {EngineError} `bad-data` when inputs differ in it, or data and shape of one do not agree
 */
export function exampleCount({ inputs, weights }: Dataset): number {
  const entries = Object.entries(inputs)
  if (entries.length === 0) throw new EngineError('bad-data', 'no inputs; expected one tensor per input of the graph')
  const count = entries[0][1].shape[0]
  for (const [name, { data, shape }] of entries) {
    const elements = shape.reduce((product, dim) => product * dim, 1)
    if (shape.length === 0 || shape[0] !== count || elements !== data.length) {
      throw new EngineError(
        'bad-data',
        `input "${name}" has shape [${shape.join(', ')}] and ${data.length} elements; expected ${count} examples along the first axis`,
      )
    }
  }
  if (weights !== undefined && weights.length !== count) {
    throw new EngineError('bad-data', `${weights.length} weights for ${count} examples`)
  }
  return count
}

/**
 * Checks that every input a graph takes is there, with its type and shape. Others may be there too.
 * @throws {EngineError} `bad-data` with the first that is not
 */
export function requireInputs(expected: readonly ValueInfo[], inputs: Dataset['inputs']): void {
  for (const { name, type, shape } of expected) {
    const wanted = `the graph takes "${name}" as ${type} [${shape.join(', ')}]`
    const given = inputs[name]
    if (given === undefined) {
      throw new EngineError(
        'bad-data',
        `no input "${name}" among ${Object.keys(inputs).join(', ') || 'none'}; ${wanted}`,
      )
    }
    const givenType = typeOf(given.data)
    const fits =
      given.shape.length === shape.length && shape.every((dim, i) => typeof dim === 'string' || dim === given.shape[i])
    if (givenType !== type || !fits) {
      throw new EngineError('bad-data', `input "${name}" is ${givenType} [${given.shape.join(', ')}]; ${wanted}`)
    }
  }
}

function typeOf(data: InputData): 'float32' | 'int32' | 'int64' {
  if (data instanceof Float32Array) return 'float32'
  return data instanceof Int32Array ? 'int32' : 'int64'
}

/** Which examples are equal in all inputs, bit for bit. */
export interface DistinctExamples {
  /** For each example, which distinct one it is: 0, 1, … in order of first appearance. */
  readonly idOf: Int32Array
  /** For each distinct one, where it first stands. */
  readonly first: Int32Array
}

/** Finds equal examples with a hash table over their bits; O(size of the data) time, 12 bytes an example. */
export function distinctExamples(inputs: Readonly<Record<string, InputTensor>>, count: number): DistinctExamples {
  const columns = Object.values(inputs).map(({ data }) => ({
    words: wordsOf(data),
    width: wordsOf(data).length / count,
  }))
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * count + 1))).fill(-1)
  const idOf = new Int32Array(count)
  const first: number[] = []
  for (let row = 0; row < count; row++) {
    let slot = hashOf(columns, row) & (slots.length - 1)
    while (slots[slot] >= 0 && !sameRow(columns, row, first[slots[slot]])) slot = (slot + 1) & (slots.length - 1)
    if (slots[slot] < 0) {
      slots[slot] = first.length
      first.push(row)
    }
    idOf[row] = slots[slot]
  }
  return { idOf, first: Int32Array.from(first) }
}

/** Examples to compute, and how many times each counts. */
export interface WeightedRows {
  readonly rows: Int32Array
  readonly weights: Float32Array
}

/** Merges equal examples of a batch: each stands once, with the weights of its equals added. */
export class RepeatMerger {
  readonly #distinct: DistinctExamples
  readonly #weights: Float32Array
  /** Where each distinct example stands in the batch under way; −1 where it does not. */
  readonly #places: Int32Array

  /** `weights` has one entry per example. */
  constructor(distinct: DistinctExamples, weights: Float32Array) {
    this.#distinct = distinct
    this.#weights = weights
    this.#places = new Int32Array(distinct.first.length).fill(-1)
  }

  /** The distinct examples among `rows`, in order of first appearance. */
  merge(rows: Int32Array): WeightedRows {
    const { idOf, first } = this.#distinct
    const ids = new Int32Array(rows.length)
    const sums = new Float64Array(rows.length)
    let count = 0
    for (const row of rows) {
      const id = idOf[row]
      if (this.#places[id] < 0) {
        this.#places[id] = count
        ids[count++] = id
      }
      sums[this.#places[id]] += this.#weights[row]
    }
    const found = ids.subarray(0, count)
    for (const id of found) this.#places[id] = -1
    return { rows: found.map((id) => first[id]), weights: Float32Array.from(sums.subarray(0, count)) }
  }
}

/** Copies chosen examples into one batch. Buffers are reused: a batch is valid until the next one is taken. */
export class BatchReader {
  readonly #inputs: Readonly<Record<string, InputTensor>>
  readonly #buffers: Readonly<Record<string, InputData>>

  /** Reads from `inputs`, at most `largest` examples at once. */
  constructor(inputs: Readonly<Record<string, InputTensor>>, largest: number) {
    this.#inputs = inputs
    this.#buffers = Object.fromEntries(
      Object.entries(inputs).map(([name, { data, shape }]) => {
        const Elements = data.constructor as new (length: number) => InputData
        return [name, new Elements((data.length / Math.max(shape[0], 1)) * largest)]
      }),
    )
  }

  /** The examples at `rows`, in that order. */
  take(rows: ArrayLike<number>): Batch {
    const batch: Record<string, InputTensor> = {}
    for (const [name, { data, shape }] of Object.entries(this.#inputs)) {
      const width = data.length / shape[0]
      const buffer = this.#buffers[name].subarray(0, rows.length * width) as InputData
      for (let i = 0; i < rows.length; i++) {
        buffer.set(data.subarray(rows[i] * width, (rows[i] + 1) * width) as never, i * width)
      }
      batch[name] = { data: buffer, shape: [rows.length, ...shape.slice(1)] }
    }
    return batch
  }
}

interface Column {
  readonly words: Int32Array
  /** Words an example. */
  readonly width: number
}

function wordsOf(data: InputData): Int32Array {
  return new Int32Array(data.buffer, data.byteOffset, data.byteLength / 4)
}

function hashOf(columns: readonly Column[], row: number): number {
  let hash = 0x811c9dc5
  for (const { words, width } of columns) {
    for (let i = row * width; i < (row + 1) * width; i++) {
      hash = Math.imul(hash ^ words[i], 0x01000193)
      hash ^= hash >>> 15
    }
  }
  return Math.imul(hash, 0x9e3779b9) >>> 1
}

function sameRow(columns: readonly Column[], a: number, b: number): boolean {
  return columns.every(({ words, width }) => {
    for (let i = 0; i < width; i++) if (words[a * width + i] !== words[b * width + i]) return false
    return true
  })
}
