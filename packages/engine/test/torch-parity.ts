import type { Engine } from '../src/engine.js'
import { deepLogGraph, type DeepLogFixture, type Matrix } from './deeplog-fixture.js'

/** Largest distances between an engine and PyTorch. */
export interface TorchParity {
  readonly logits: number
  /** Over all elements of all gradients of the first step. */
  readonly gradients: number
  /** Relative, over the ten steps. */
  readonly losses: number
  readonly finalWeights: number
}

/** Ten steps of a fixture on an engine. Gradients come from the first moment after one step: it is (1 − beta1) · gradient. */
export async function torchParity(fixture: DeepLogFixture, engine: Engine): Promise<TorchParity> {
  const { shape, adam, steps, finalWeights } = fixture
  const graph = deepLogGraph(fixture)
  function inputsOf({ x, y }: (typeof steps)[number]) {
    return {
      x: { data: Int32Array.from(x.flat()), shape: [shape.batch, shape.window] },
      y: { data: Int32Array.from(y), shape: [shape.batch] },
    }
  }
  const predictor = await engine.predictor(graph, { outputs: ['logits'] })
  const { logits } = await predictor.run({ x: inputsOf(steps[0]).x })
  const logitsDistance = distance(logits, steps[0].logits!)
  await predictor.dispose()

  const trainer = await engine.trainer({ graph }, { beta1: adam.beta1, beta2: adam.beta2, epsilon: adam.eps })
  const weights = new Float32Array(shape.batch).fill(1)
  let gradients = NaN
  let losses = 0
  for (const [i, step] of steps.entries()) {
    const loss = await trainer.step(inputsOf(step), weights, adam.lr)
    losses = Math.max(losses, Math.abs(loss - step.loss) / step.loss)
    if (i > 0) continue
    const { moments } = await trainer.state()
    const distances = Object.entries(step.gradients!).map(([name, expected]) =>
      distance(
        moments[name][0].map((value) => value / (1 - adam.beta1)),
        expected,
      ),
    )
    gradients = Math.max(...distances)
  }
  const { parameters } = await trainer.state()
  await trainer.dispose()
  const ends = Object.entries(finalWeights).map(([name, expected]) => distance(parameters[name], expected))
  return { logits: logitsDistance, gradients, losses, finalWeights: Math.max(...ends) }
}

function distance(given: Float32Array, expected: Matrix): number {
  if (given.length !== expected.data.length) return Infinity
  return expected.data.reduce((largest, value, i) => Math.max(largest, Math.abs(value - given[i])), 0)
}
