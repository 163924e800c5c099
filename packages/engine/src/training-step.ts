import { GraphBuilder, ops, type Graph, type Tensor } from '@sp/onnx-export'
import { adamSettings, adamStep, type AdamOptions, type AdamSettings, type AdamState } from './adam.js'
import { gradientName, gradients, type DifferentiateOptions } from './differentiate.js'
import { EngineError } from './errors.js'
import { keepOutputs } from './graph-parts.js'

/** Names of the values that a training step has besides those of the network. */
export const STEP = {
  /** Input `[batch]`: weight of each example. */
  weights: 'step/weights',
  /** Scalar input of a part of a step: weight of the whole batch. */
  totalWeight: 'step/total_weight',
  learningRate: 'step/learning_rate',
  /** Scalar input `1 − beta1ᵗ`. */
  correction1: 'step/correction1',
  /** Scalar input `√(1 − beta2ᵗ)`. */
  correction2: 'step/correction2',
  /** Scalar output: the weighted mean of the losses. */
  loss: 'step/loss',
} as const

/** Names of one parameter's moments among the inputs of a step. */
export function momentNames(parameter: string): readonly [first: string, second: string] {
  return [`moment1/${parameter}`, `moment2/${parameter}`]
}

/** Name of the output that holds the new value of a parameter or moment. */
export function nextName(name: string): string {
  return `next/${name}`
}

/** Settings of AdamW, and how gradients of lookups are summed. */
export type TrainingStepOptions = AdamOptions & Pick<DifferentiateOptions, 'lookups'>

/**
 * One step of training as a graph. Inputs: those of the network, its parameters, their moments (`momentNames`), the
 * weights of the examples and the scalars of the step (`STEP`). Outputs: `STEP.loss`, and the new parameters and moments
 * (`nextName`). `loss` names the loss per example, shape `[batch]`; what is minimised is its mean weighted by
 * `STEP.weights`, so that an example of weight 3 counts as three.
 * @throws {EngineError} `bad-loss` when the loss is not one number per example
 */
export function trainingStep(
  graph: Graph,
  loss: string,
  { lookups = 'one-hot', ...adam }: TrainingStepOptions = {},
): Graph {
  const settings = adamSettings(adam)
  const builder = GraphBuilder.extend(graph, {
    parametersAsInputs: true,
    dropOutputs: true,
    name: `${graph.name}: training step`,
  })
  const mean = weightedMean(builder, loss)
  const values = graph.parameters.map((name) => builder.tensor(name))
  const slopes = gradients(builder, mean, { targets: values, lookups })
  addUpdate(builder, graph.parameters, { slopes, adam: settings })
  builder.output(STEP.loss, mean)
  return builder.build()
}

/**
 * The part of a step that a share of a batch gives: inputs as for `trainingStep`, but `STEP.totalWeight` instead of
 * moments and other scalars; outputs are the share's part of the weighted mean (`STEP.loss`) and of each gradient
 * (`gradientName`). Sums over all shares are those of the batch.
 */
export function gradientGraph(
  graph: Graph,
  loss: string,
  { lookups }: Required<Pick<DifferentiateOptions, 'lookups'>>,
): Graph {
  const builder = GraphBuilder.extend(graph, {
    parametersAsInputs: true,
    dropOutputs: true,
    name: `${graph.name}: gradient of a share`,
  })
  const part = ops.div(weightedSum(builder, loss).sum, builder.input(STEP.totalWeight, []))
  const targets = graph.parameters.map((name) => builder.tensor(name))
  gradients(builder, part, { targets, lookups }).forEach((slope, i) => {
    builder.output(gradientName(graph.parameters[i]), slope)
  })
  builder.output(STEP.loss, part)
  return builder.build()
}

/** The weighted mean loss as a graph of its own, parameters as inputs. */
export function lossGraph(graph: Graph, loss: string): Graph {
  const builder = GraphBuilder.extend(graph, {
    parametersAsInputs: true,
    dropOutputs: true,
    name: `${graph.name}: loss`,
  })
  builder.output(STEP.loss, weightedMean(builder, loss))
  return keepOutputs(builder.build(), [STEP.loss])
}

/** The update alone: gradients are inputs (`gradientName`), for engines that differentiate themselves. */
export function updateGraph(graph: Graph, adam: AdamOptions = {}): Graph {
  const builder = GraphBuilder.create(`${graph.name}: update`)
  const slopes = graph.parameters.map((name) => {
    const { shape } = builder.input(name, graph.values.get(name)!.shape)
    return builder.input(gradientName(name), shape)
  })
  addUpdate(builder, graph.parameters, { slopes, adam: adamSettings(adam) })
  return builder.build()
}

function addUpdate(
  builder: GraphBuilder,
  parameters: readonly string[],
  { slopes, adam }: { slopes: readonly Tensor[]; adam: AdamSettings },
): void {
  const states = parameters.map((name): AdamState => {
    const value = builder.tensor(name)
    const [moment1, moment2] = momentNames(name).map((moment) => builder.input(moment, value.shape))
    return { value, moment1, moment2 }
  })
  const scalars = {
    learningRate: builder.input(STEP.learningRate, []),
    correction1: builder.input(STEP.correction1, []),
    correction2: builder.input(STEP.correction2, []),
  }
  adamStep(states, slopes, { settings: adam, scalars }).forEach(({ value, moment1, moment2 }, i) => {
    const [name1, name2] = momentNames(parameters[i])
    builder.output(nextName(parameters[i]), value)
    builder.output(nextName(name1), moment1)
    builder.output(nextName(name2), moment2)
  })
}

/** Adds the weighted mean of a loss per example, with the weights as a new input. */
function weightedMean(builder: GraphBuilder, loss: string): Tensor {
  const { sum, weights } = weightedSum(builder, loss)
  return ops.div(sum, ops.reduceSum(weights))
}

function weightedSum(builder: GraphBuilder, loss: string): { sum: Tensor; weights: Tensor } {
  const losses = builder.tensor(loss)
  if (losses.shape.length !== 1 || losses.type !== 'float32') {
    throw new EngineError(
      'bad-loss',
      `the loss "${loss}" is ${losses.type} [${losses.shape.join(', ')}]; expected one float32 per example, [batch]`,
    )
  }
  const weights = builder.input(STEP.weights, losses.shape)
  return { sum: ops.reduceSum(ops.mul(losses, weights)), weights }
}
