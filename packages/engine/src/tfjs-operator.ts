import type { GraphNode } from '@sp/onnx-export'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Tfjs } from './tfjs-backends.js'

/** What an operator sees besides its inputs. */
export interface OperatorContext {
  readonly tf: Tfjs
  readonly node: GraphNode
  /** Whether the backend has a kernel; WebAssembly lacks two that gradients need. */
  supports(kernel: string): boolean
}

/** An ONNX operator written with operators of tfjs, so that tfjs differentiates it. */
export type TfjsOperator = (inputs: readonly Tensor[], context: OperatorContext) => Tensor | Tensor[]
