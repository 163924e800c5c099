import { BaselineError, checkMultivariate, type MultivariateModel } from '@sp/baseline'
import { decodeWeights, encodeWeights, type WeightTensor } from '@sp/engine'
import { MscredError } from './errors.js'

const FORMAT = 'sp-multivariate-1'

/** Stands in the metadata where an array lies among the tensors. */
interface ArrayPlace {
  readonly tensor: string
}

/** A model of any mode as bytes: safetensors, with everything but the arrays as JSON in its metadata. */
export function encodeMultivariate(model: MultivariateModel): Uint8Array {
  const tensors: Record<string, WeightTensor> = {}
  const json = JSON.stringify(model, (key, value: unknown) => {
    if (!(value instanceof Float32Array)) return value
    const tensor = `${Object.keys(tensors).length}.${key}`
    tensors[tensor] = { shape: [value.length], data: value }
    return { tensor } satisfies ArrayPlace
  })
  return encodeWeights({ tensors, metadata: { format: FORMAT, model: json } })
}

/**
 * The model that {@link encodeMultivariate} wrote.
 * @throws {MscredError} `bad-model` when the bytes are damaged or of another format
 */
export function decodeMultivariate(bytes: Uint8Array): MultivariateModel {
  try {
    const { tensors, metadata } = decodeWeights(bytes)
    if (metadata.format !== FORMAT) throw new Error(`it is of format ${metadata.format}`)
    const model = JSON.parse(metadata.model, (_, value: unknown) => {
      if (!isPlace(value)) return value
      const found = tensors[value.tensor]
      if (found === undefined) throw new Error(`its array ${value.tensor} is missing`)
      if (!found.data.every(Number.isFinite)) throw new Error(`its array ${value.tensor} holds what is no number`)
      return found.data
    }) as MultivariateModel
    return checkMultivariate(model)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    // What the check of a model says is a whole sentence, with what to do.
    const told = cause instanceof BaselineError ? reason : `no multivariate model (${reason}); train again`
    throw new MscredError('bad-model', told, { cause })
  }
}

function isPlace(value: unknown): value is ArrayPlace {
  if (typeof value !== 'object' || value === null) return false
  const keys = Object.keys(value)
  return keys.length === 1 && keys[0] === 'tensor' && typeof (value as ArrayPlace).tensor === 'string'
}
