import { OnnxExportError } from './errors.js'
import type { Attribute, DataType } from './graph.js'
import type { Tensor } from './graph-builder.js'
import { broadcast, shapeText } from './shape.js'

/** What stands beside a tensor in an operator of two: another tensor, or a number taken as float32 scalar. */
export type Operand = Tensor | number

/** `a + b`, broadcast. */
export function add(a: Tensor, b: Operand): Tensor {
  return binary('Add', a, b)
}

/** `a − b`, broadcast. */
export function sub(a: Operand, b: Operand): Tensor {
  return binary('Sub', a, b)
}

/** `a · b` element by element, broadcast. */
export function mul(a: Tensor, b: Operand): Tensor {
  return binary('Mul', a, b)
}

/** `a / b`, broadcast. */
export function div(a: Operand, b: Operand): Tensor {
  return binary('Div', a, b)
}

/** `aᵇ`, broadcast. */
export function pow(a: Operand, b: Operand): Tensor {
  return binary('Pow', a, b)
}

/** The larger of both, broadcast. */
export function max(a: Tensor, b: Operand): Tensor {
  return binary('Max', a, b)
}

/** The smaller of both, broadcast. */
export function min(a: Tensor, b: Operand): Tensor {
  return binary('Min', a, b)
}

/** `a = b` as bool, broadcast. */
export function equal(a: Tensor, b: Operand): Tensor {
  return binary('Equal', a, b, 'bool')
}

/** `a > b` as bool, broadcast. */
export function greater(a: Tensor, b: Operand): Tensor {
  return binary('Greater', a, b, 'bool')
}

/** `a < b` as bool, broadcast. */
export function less(a: Tensor, b: Operand): Tensor {
  return binary('Less', a, b, 'bool')
}

/** `condition ? a : b` element by element, broadcast. */
export function where(condition: Tensor, a: Tensor, b: Operand): Tensor {
  if (condition.type !== 'bool') {
    throw new OnnxExportError('bad-type', `Where: the condition is ${condition.type}, expected bool`)
  }
  const other = operand(b, a)
  requireSameType('Where', a, other)
  const inner = broadcast(a.shape, other.shape)
  const shape = inner && broadcast(condition.shape, inner)
  if (shape === null) {
    throw new OnnxExportError(
      'bad-shape',
      `Where: ${[condition, a, other].map((tensor) => shapeText(tensor.shape)).join(', ')} do not broadcast`,
    )
  }
  return a.builder.node('Where', [condition, a, other], [{ type: a.type, shape }])[0]
}

/** `−x`. */
export function neg(x: Tensor): Tensor {
  return unary('Neg', x)
}

/** `eˣ`. */
export function exp(x: Tensor): Tensor {
  return unary('Exp', x)
}

/** Natural logarithm. */
export function log(x: Tensor): Tensor {
  return unary('Log', x)
}

/** Square root. */
export function sqrt(x: Tensor): Tensor {
  return unary('Sqrt', x)
}

/** `|x|`. */
export function abs(x: Tensor): Tensor {
  return unary('Abs', x)
}

/** −1, 0 or 1. */
export function sign(x: Tensor): Tensor {
  return unary('Sign', x)
}

/** `x` kept within `[low, high]`. */
export function clip(x: Tensor, low: number, high: number): Tensor {
  return unary('Clip', x, { min: { float: Math.fround(low) }, max: { float: Math.fround(high) } })
}

/** `x` in another element type. */
export function cast(x: Tensor, type: DataType): Tensor {
  return x.type === type ? x : x.builder.node('Cast', [x], [{ type, shape: x.shape }], { attributes: { to: type } })[0]
}

/** An operator of one float tensor that keeps its shape. */
export function unary(op: string, x: Tensor, attributes: Readonly<Record<string, Attribute>> = {}): Tensor {
  return x.builder.node(op, [x], [x], { attributes })[0]
}

/**
 * Refuses two element types in one operator.
 * @throws {OnnxExportError} `bad-type` when both have not the same element type
 */
export function requireSameType(op: string, a: Tensor, b: Tensor): void {
  if (a.type !== b.type) {
    throw new OnnxExportError('bad-type', `${op}: ${a.type} meets ${b.type}; cast one of them`)
  }
}

function binary(op: string, a: Operand, b: Operand, type?: DataType): Tensor {
  const tensor = typeof a === 'number' ? b : a
  if (typeof tensor === 'number') throw new OnnxExportError('bad-type', `${op}: one side must be a tensor`)
  const left = operand(a, tensor)
  const right = operand(b, tensor)
  requireSameType(op, left, right)
  const shape = broadcast(left.shape, right.shape)
  if (shape === null) {
    throw new OnnxExportError(
      'bad-shape',
      `${op}: ${shapeText(left.shape)} ("${left.name}") and ${shapeText(right.shape)} ("${right.name}") do not broadcast`,
    )
  }
  return tensor.builder.node(op, [left, right], [{ type: type ?? left.type, shape }])[0]
}

function operand(value: Operand, beside: Tensor): Tensor {
  if (typeof value !== 'number') return value
  if (beside.type === 'int32') return beside.builder.constant(Int32Array.of(value), [])
  if (beside.type === 'int64') return beside.builder.constant(BigInt64Array.of(BigInt(value)), [])
  return beside.builder.scalar(value)
}
