import { OnnxExportError } from './errors.js'

/** Values by name, as any runtime gives them. */
export type NamedValues = Readonly<Record<string, ArrayLike<number>>>

/** A model that some runtime has loaded. */
export interface RunnableModel<Inputs> {
  run(inputs: Inputs): Promise<NamedValues>
}

/** How far one output lies from what was expected. */
export interface OutputParity {
  readonly name: string
  readonly elements: number
  /** Largest |Δ|; NaN counts as infinite. */
  readonly maxDifference: number
  /** Largest |Δ| / max(|expected|, 1e-6). */
  readonly maxRelative: number
  readonly meanDifference: number
}

/** Parity of a model with expected outputs. */
export interface ParityReport {
  readonly outputs: readonly OutputParity[]
  /** Largest of all outputs. */
  readonly maxDifference: number
}

/**
 * Runs a model and compares each expected output with what it gives.
 * @throws {OnnxExportError} `bad-name` for an output that the model does not give, `bad-shape` for another length
 */
export async function parityReport<Inputs>(
  model: RunnableModel<Inputs>,
  inputs: Inputs,
  expected: NamedValues,
): Promise<ParityReport> {
  const given = await model.run(inputs)
  const outputs = Object.entries(expected).map(([name, values]) => {
    if (given[name] === undefined) {
      throw new OnnxExportError('bad-name', `the model gives ${Object.keys(given).join(', ')}, but not "${name}"`)
    }
    return compare(name, given[name], values)
  })
  return { outputs, maxDifference: Math.max(0, ...outputs.map(({ maxDifference }) => maxDifference)) }
}

function compare(name: string, given: ArrayLike<number>, expected: ArrayLike<number>): OutputParity {
  if (given.length !== expected.length) {
    throw new OnnxExportError('bad-shape', `"${name}" has ${given.length} elements, expected ${expected.length}`)
  }
  let maxDifference = 0
  let maxRelative = 0
  let total = 0
  for (let i = 0; i < given.length; i++) {
    const distance = Math.abs(Number(given[i]) - Number(expected[i]))
    const difference = Number.isNaN(distance) ? Infinity : distance
    maxDifference = Math.max(maxDifference, difference)
    maxRelative = Math.max(maxRelative, difference / Math.max(Math.abs(Number(expected[i])), 1e-6))
    total += difference
  }
  return { name, elements: given.length, maxDifference, maxRelative, meanDifference: total / Math.max(given.length, 1) }
}
