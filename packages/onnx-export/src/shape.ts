import { OnnxExportError } from './errors.js'

/**
 * One dimension: a number, or a name for a size known only at run time (`'batch'`), or a multiple of such a name
 * (`'50*batch'`).
 */
export type Dim = number | string

/** Dimensions of a tensor, outermost first; `[]` is a scalar. */
export type Shape = readonly Dim[]

/** Shape as it is written in errors: `[batch, 50]`. */
export function shapeText(shape: Shape): string {
  return `[${shape.join(', ')}]`
}

/** Whether two shapes are equal, names included. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis])
}

/**
 * Number of elements; symbolic if one dimension is.
 * @throws {OnnxExportError} `bad-shape` when two dimensions are symbolic
 */
export function elementCount(shape: Shape): Dim {
  let factor = 1
  let symbol = ''
  for (const dim of shape) {
    const [times, name] = parts(dim)
    if (name !== '' && symbol !== '') {
      throw new OnnxExportError(
        'bad-shape',
        `${shapeText(shape)} has two symbolic dimensions, at most one is supported`,
      )
    }
    factor *= times
    symbol += name
  }
  return dimOf(factor, symbol)
}

/** `a / b` where that is a whole number or a multiple of a name, else null. */
export function quotient(a: Dim, b: Dim): Dim | null {
  const [aTimes, aName] = parts(a)
  const [bTimes, bName] = parts(b)
  if (bTimes === 0 || aTimes % bTimes !== 0 || (bName !== '' && bName !== aName)) return null
  return dimOf(aTimes / bTimes, bName === '' ? aName : '')
}

/** Sum of sizes along one axis; null when a named and another size meet that are not multiples of one name. */
export function sum(dims: Shape): Dim | null {
  const [, name] = parts(dims[0])
  let factor = 0
  for (const dim of dims) {
    const [times, other] = parts(dim)
    if (other !== name) return null
    factor += times
  }
  return dimOf(factor, name)
}

/** Shape that two shapes broadcast to by the rule of NumPy, or null. A name matches itself and 1. */
export function broadcast(a: Shape, b: Shape): Shape | null {
  const rank = Math.max(a.length, b.length)
  const result: Dim[] = []
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - (rank - a.length)] ?? 1
    const right = b[axis - (rank - b.length)] ?? 1
    if (left !== right && left !== 1 && right !== 1) return null
    result.push(left === 1 ? right : left)
  }
  return result
}

function parts(dim: Dim): [times: number, name: string] {
  if (typeof dim === 'number') return [dim, '']
  const match = /^(\d+)\*(.+)$/.exec(dim)
  return match ? [Number(match[1]), match[2]] : [1, dim]
}

function dimOf(factor: number, name: string): Dim {
  if (name === '') return factor
  return factor === 1 ? name : `${factor}*${name}`
}
