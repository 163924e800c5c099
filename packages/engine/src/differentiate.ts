import { GraphBuilder, ops, sameShape, type Graph, type GraphNode, type Tensor } from '@sp/onnx-export'
import { CONVOLUTION_GRADIENTS } from './convolution-gradients.js'
import { ELEMENTWISE_GRADIENTS } from './elementwise-gradients.js'
import { EngineError } from './errors.js'
import type { Flow, GradientRule, LookupGradient, MatrixProduct, RuleContext } from './gradient-rule.js'
import { LAYOUT_GRADIENTS } from './layout-gradients.js'
import { MATRIX_GRADIENTS } from './matrix-gradients.js'

const RULES: Readonly<Record<string, GradientRule>> = {
  ...ELEMENTWISE_GRADIENTS,
  ...MATRIX_GRADIENTS,
  ...LAYOUT_GRADIENTS,
  ...CONVOLUTION_GRADIENTS,
}

/** Operators whose result does not change with small changes of their inputs. */
const CONSTANT = new Set(['Equal', 'Greater', 'Less', 'Sign', 'Shape', 'Size'])

/** Name of the output that holds the gradient of a value. */
export function gradientName(name: string): string {
  return `gradient/${name}`
}

/** What is differentiated, and how. */
export interface DifferentiateOptions {
  /** Values whose gradients are wanted (inputs, for example); default the parameters. */
  readonly withRespectTo?: readonly string[]
  /** Default `'one-hot'`. Take `'scatter'` where the graph runs on one thread. */
  readonly lookups?: LookupGradient
}

/**
 * The graph with one more output per parameter: the gradient of the scalar `loss`, named `gradient/<parameter>`.
 *
 * Reverse mode: each operator's rule is applied once, from the loss backwards. A matrix that is multiplied several times
 * (the recurrent weight of an unrolled LSTM) has its products summed inside `Gemm`.
 * @throws {EngineError} `no-gradient` for an operator without a rule, `bad-loss` unless `loss` is a scalar
 */
export function differentiate(
  graph: Graph,
  loss: string,
  { withRespectTo = graph.parameters, lookups = 'one-hot' }: DifferentiateOptions = {},
): Graph {
  const builder = GraphBuilder.extend(graph, { name: `${graph.name} with gradients` })
  const targets = withRespectTo.map((name) => builder.tensor(name))
  gradients(builder, builder.tensor(loss), { targets, lookups }).forEach((gradient, i) => {
    builder.output(gradientName(withRespectTo[i]), gradient)
  })
  return builder.build()
}

/** Adds the gradients of the scalar `loss` to the graph under construction, one per target. */
export function gradients(
  builder: GraphBuilder,
  loss: Tensor,
  { targets, lookups }: { targets: readonly Tensor[]; lookups: LookupGradient },
): Tensor[] {
  if (!sameShape(loss.shape, [])) {
    throw new EngineError('bad-loss', `the loss "${loss.name}" has shape [${loss.shape.join(', ')}]; expected a scalar`)
  }
  const { nodes } = builder.build()
  const active = dependents(nodes, targets)
  const flows = new Map<string, Flow[]>([[loss.name, [builder.scalar(1)]]])
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((name) => active.has(name) && flows.has(name))) continue
    const inputs = node.inputs.map((name) => builder.tensor(name))
    const needed = node.inputs.map((name) => active.has(name))
    const outputs = node.outputs.map((name) => builder.tensor(name))
    const context = new LazyContext(
      { node, inputs, outputs, needed, lookups },
      node.outputs.map((name) => flows.get(name)),
    )
    ruleOf(node)(context).forEach((flow, i) => {
      if (flow === null || !needed[i]) return
      const known = flows.get(node.inputs[i])
      if (known) known.push(flow)
      else flows.set(node.inputs[i], [flow])
    })
  }
  return targets.map((target) => {
    const gradient = total(flows.get(target.name))
    return gradient ?? ops.expandLike(builder.scalar(0), target)
  })
}

/** Values that depend on the targets, and the targets. */
function dependents(nodes: readonly GraphNode[], targets: readonly Tensor[]): Set<string> {
  const active = new Set(targets.map(({ name }) => name))
  for (const { op, inputs, outputs } of nodes) {
    if (CONSTANT.has(op) || !inputs.some((name) => active.has(name))) continue
    for (const name of outputs) active.add(name)
  }
  return active
}

function ruleOf({ op, outputs }: GraphNode): GradientRule {
  const rule = RULES[op]
  if (rule === undefined) {
    throw new EngineError(
      'no-gradient',
      `"${outputs[0]}" is a ${op}, which has no gradient; known: ${Object.keys(RULES).join(', ')}`,
    )
  }
  return rule
}

/** What a rule sees; nodes are added only for what it asks for. */
class LazyContext implements RuleContext {
  readonly node: GraphNode
  readonly inputs: readonly Tensor[]
  readonly outputs: readonly Tensor[]
  readonly needed: readonly boolean[]
  readonly lookups: LookupGradient
  readonly #flows: readonly (readonly Flow[] | undefined)[]
  #gradients: readonly (Tensor | null)[] | null = null
  #dyTimesOutput: Tensor | null = null

  constructor(
    parts: Pick<RuleContext, 'node' | 'inputs' | 'outputs' | 'needed' | 'lookups'>,
    flows: readonly (readonly Flow[] | undefined)[],
  ) {
    this.node = parts.node
    this.inputs = parts.inputs
    this.outputs = parts.outputs
    this.needed = parts.needed
    this.lookups = parts.lookups
    this.#flows = flows
  }

  get gradients(): readonly (Tensor | null)[] {
    return (this.#gradients ??= this.#flows.map(total))
  }

  get dy(): Tensor {
    return this.gradients[0]!
  }

  get dyTimesOutput(): Tensor {
    return (this.#dyTimesOutput ??= this.#timesOutput())
  }

  #timesOutput(): Tensor {
    const [flow, ...others] = this.#flows[0]!
    const single = others.length === 0 && flow !== null && 'factor' in flow
    return single ? ops.mul(flow.dy, flow.product) : ops.mul(this.dy, this.outputs[0])
  }
}

/** Sum of what flows to one value, null when nothing does. */
function total(flows: readonly Flow[] | undefined): Tensor | null {
  if (flows === undefined) return null
  const terms = flows.flatMap((flow) => {
    if (flow === null || 'left' in flow) return []
    return ['factor' in flow ? ops.mul(flow.dy, flow.factor) : flow]
  })
  const sum = terms.length > 0 ? terms.reduce((sum, term) => ops.add(sum, term)) : null
  // In the order of the forward pass; each product is added to the sum while it is computed.
  const products = flows.filter((flow): flow is MatrixProduct => flow !== null && 'left' in flow).reverse()
  return products.reduce((sum, { left, right }) => ops.gemm(left, right, sum, { transposeA: true }), sum)
}
