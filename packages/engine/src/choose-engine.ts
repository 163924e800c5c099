import { GraphBuilder, ops } from '@sp/onnx-export'
import { listSupportedBackends } from 'onnxruntime-node'
import type { Batch, Engine, Network } from './engine.js'
import { EngineError } from './errors.js'
import { crossEntropy } from './losses.js'
import { embeddedGates, lstm } from './lstm.js'
import { onnxruntimeEngine } from './onnxruntime-engine.js'
import { normalArray, seededRandom } from './random.js'
import { INSTALL_COMMANDS, loadTfjs, TFJS_BACKENDS, type TfjsBackend } from './tfjs-backends.js'
import { tfjsEngine } from './tfjs-engine.js'

/** An engine and why it was taken. */
export interface EngineChoice {
  readonly engine: Engine
  /** One sentence per engine that was tried. */
  readonly reason: string
}

/** An engine that may be there. */
export interface EngineCandidate {
  readonly name: string
  load(): Promise<Engine>
}

/** Whether an engine is there, and how to add it. */
export interface EngineStatus {
  readonly name: string
  readonly available: boolean
  readonly gpu: boolean
  /** What it is, or why it is not there. */
  readonly detail: string
  /** The command that adds it; null where no package is missing. */
  readonly command: string | null
}

/** Largest relative distance of gradients at which a graphics processor is trusted: they may round to fewer bits. */
const TRUSTED_GAP = 1e-2

const GPU_CANDIDATES: readonly EngineCandidate[] = (['tensorflow', 'webgpu'] as const).map((backend) => ({
  name: `tfjs ${backend}`,
  load: () => tfjsEngine({ backend }),
}))

/**
 * The engine for `engine: 'auto'`: the first that runs on a graphics processor and whose gradients after one step of a
 * small network are those of onnxruntime (some drivers give zeros: tfjs issue 8590), else onnxruntime.
 */
export async function chooseEngine(candidates: readonly EngineCandidate[] = GPU_CANDIDATES): Promise<EngineChoice> {
  const reference = onnxruntimeEngine()
  const reasons: string[] = []
  for (const { name, load } of candidates) {
    try {
      const engine = await load()
      if (!engine.gpu) {
        reasons.push(`${name} runs on no graphics processor`)
        continue
      }
      const gap = await gradientDistance(engine, reference)
      if (gap <= TRUSTED_GAP) {
        return {
          engine,
          reason: `${engine.name} runs on a graphics processor and its gradients are right (${gap.toExponential(1)})`,
        }
      }
      reasons.push(`${name} gives wrong gradients (relative distance ${gap.toPrecision(2)})`)
    } catch (error) {
      // Whatever a driver or a missing kernel throws: the engine is not fit, and the reason says why.
      const message = error instanceof Error ? error.message.split('\n')[0] : String(error)
      reasons.push(error instanceof EngineError ? message : `${name} fails: ${message}`)
    }
  }
  return { engine: reference, reason: `onnxruntime, since: ${reasons.join(' · ')}` }
}

/** What engines are there, what is missing, and the command that would add it. */
export async function engineStatus(): Promise<EngineStatus[]> {
  // Not tried: without a driver, that of WebGPU writes warnings past Node.js.
  const providers = listSupportedBackends().flatMap(({ name, bundled }) => (bundled ? [name] : []))
  const always = {
    name: 'onnxruntime',
    available: true,
    gpu: false,
    detail: `the default engine, on the CPU; execution providers that came with it: ${providers.join(', ')}`,
    command: null,
  }
  const others: EngineStatus[] = []
  for (const backend of TFJS_BACKENDS) others.push(await statusOf(backend))
  return [always, ...others]
}

async function statusOf(backend: TfjsBackend): Promise<EngineStatus> {
  const fixed = { name: `tfjs ${backend}`, command: INSTALL_COMMANDS[backend] }
  try {
    const { description, gpu } = await loadTfjs(backend)
    return { ...fixed, available: true, gpu, detail: description }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    return { ...fixed, available: false, gpu: false, detail: error.message.replace(`${fixed.name}: `, '') }
  }
}

/** A network and a batch, on which engines are compared. */
export interface GradientProbe {
  readonly network: Network
  readonly batch: Batch
  /** Of the examples. */
  readonly weights: Float32Array
}

/**
 * Largest distance of the gradients of two engines, relative to the largest element of each gradient. Gradients come from
 * the first moment after one step, which is a tenth of them.
 * @param on default: a small network that uses what ours use
 */
export async function gradientDistance(
  engine: Engine,
  reference: Engine,
  on: GradientProbe = probe(),
): Promise<number> {
  const [given, expected] = [await firstMoments(engine, on), await firstMoments(reference, on)]
  let largest = 0
  for (const [name, values] of Object.entries(expected)) {
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    const gap = values.reduce((most, value, i) => Math.max(most, Math.abs(value - given[name][i])), 0)
    largest = Math.max(largest, Number.isFinite(gap) ? (gap === 0 ? 0 : gap / scale) : Infinity)
  }
  return largest
}

async function firstMoments(
  engine: Engine,
  { network, batch, weights }: GradientProbe,
): Promise<Record<string, Float32Array>> {
  const trainer = await engine.trainer(network)
  await trainer.step(batch, weights, 1e-3)
  const { moments } = await trainer.state()
  await trainer.dispose()
  return Object.fromEntries(Object.entries(moments).map(([name, [first]]) => [name, first]))
}

/** A network that uses what ours use: a lookup, an LSTM, a convolution, a softmax. */
function probe(): GradientProbe {
  const random = seededRandom(1)
  const builder = GraphBuilder.create('probe')
  function parameter(name: string, shape: number[]) {
    return builder.parameter(
      name,
      shape,
      normalArray(
        random,
        shape.reduce((a, b) => a * b),
        0.5,
      ),
    )
  }
  const ids = builder.input('ids', ['batch', 3], 'int32')
  const image = builder.input('image', ['batch', 1, 5, 5])
  const gates = embeddedGates(ids, parameter('table', [6, 4]), {
    weight: parameter('weight', [4, 16]),
    bias: parameter('bias', [16]),
  })
  const hidden = lstm(gates, { recurrent: parameter('recurrent', [4, 16]), steps: 3 }).at(-1)!
  const map = ops.selu(ops.conv(image, parameter('kernel', [2, 1, 3, 3]), { strides: [2, 2] }))
  const features = ops.concat([hidden, ops.reshape(map, ['batch', 8])], 1)
  const logits = ops.matMul(features, parameter('dense', [12, 6]))
  builder.output('loss', crossEntropy(logits, builder.input('target', ['batch'], 'int32')))
  const batch = {
    ids: { data: Int32Array.of(0, 3, 5, 2, 2, 4), shape: [2, 3] },
    image: { data: normalArray(random, 50), shape: [2, 1, 5, 5] },
    target: { data: Int32Array.of(1, 4), shape: [2] },
  }
  return { network: { graph: builder.build() }, batch, weights: Float32Array.of(1, 2) }
}
