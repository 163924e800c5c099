import { BEGIN } from '@sp/builders'
import { type DeepLogModel, NETWORK } from '@sp/deeplog'
import { onnxruntimeEngine, openOnnxModel, type Predictor, seededRandom } from '@sp/engine'
import { parityReport } from '@sp/onnx-export'

/** How far an exported network lies from the trained one. */
export interface NetworkParity {
  /** Windows that both read. */
  readonly windows: number
  /** Largest differences of the outputs. */
  readonly logits: number
  readonly logProbabilities: number
}

/** Differences of logarithms of probabilities beyond that are no rounding of float32. */
export const TOLERANCE = 1e-4
/** Windows of normal sessions, and windows of chance, which say what no session says. */
const [MOST_SESSIONS, RANDOM_WINDOWS] = [64, 32]

/** Runs the trained network and an exported file on native onnxruntime, on normal windows and on random ones. */
export async function networkParity(model: DeepLogModel, bytes: Uint8Array): Promise<NetworkParity> {
  const { window } = model.settings
  const inputs = parityInputs(model)
  const batch = { [NETWORK.inputs]: { data: inputs, shape: [inputs.length / window, window] } }
  const names = [NETWORK.logits, NETWORK.logProbabilities]
  const trained = await onnxruntimeEngine().predictor(model.graph, { outputs: names })
  const exported = await openOnnxModel(bytes)
  try {
    const expected = await trained.run(batch)
    const { outputs } = await parityReport<Parameters<Predictor['run']>[0]>(exported, batch, expected)
    const [logits, logProbabilities] = names.map(
      (name) => outputs.find((output) => output.name === name)?.maxDifference ?? Infinity,
    )
    return { windows: inputs.length / window, logits, logProbabilities }
  } finally {
    await trained.dispose()
    await exported.dispose()
  }
}

/** Windows `[N, h]`: beginnings of normal sessions, then events of chance. */
function parityInputs({ settings, vocabulary, replay }: DeepLogModel): Int32Array {
  const { window } = settings
  const sessions = replay.slice(0, MOST_SESSIONS)
  const inputs = new Int32Array((sessions.length + RANDOM_WINDOWS) * window).fill(BEGIN)
  sessions.forEach(({ events }, s) => inputs.set(events.slice(0, window - 1), s * window + 1))
  const random = seededRandom(1)
  for (let i = sessions.length * window; i < inputs.length; i++) inputs[i] = random.integer(vocabulary.size)
  return inputs
}
