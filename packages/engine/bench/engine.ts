/**
 * Parity and speed of the engine. `npm run bench:engine -- [--quick] [--data <dir>] [--python <interpreter>]`
 * PyTorch is measured where an interpreter has it. Ratios come from rounds that take turns; medians are printed.
 */
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { BatchReader, distinctExamples, RepeatMerger } from '../src/dataset.js'
import type { Engine } from '../src/engine.js'
import { onnxruntimeEngine } from '../src/onnxruntime-engine.js'
import { permutation, seededRandom } from '../src/random.js'
import { loadTfjs } from '../src/tfjs-backends.js'
import { tfjsEngine } from '../src/tfjs-engine.js'
import { readFixture } from '../test/deeplog-fixture.js'
import { gradientGap, graphOfCase, OPERATOR_CASES } from '../test/operator-gradients.js'
import { torchParity } from '../test/torch-parity.js'
import { deepLogNetwork, type DeepLogSize } from './deeplog-network.js'
import { hdfsWindows } from './hdfs-windows.js'
import { startTorch, type TorchProcess } from './torch-process.js'

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, data: { type: 'string' }, python: { type: 'string' } },
})
const data = flags.data ?? process.env.SP_DATA ?? '../shared/data'
const rounds = flags.quick ? 3 : 9
const BATCH = 256
const W50 = { window: 50, embedding: 64, hidden: 128, layers: 1, vocabulary: 100 }
const W10 = { window: 10, embedding: 64, hidden: 64, layers: 2, vocabulary: 100 }

console.log(`npm run bench:engine${flags.quick ? ' -- --quick' : ''}`)
console.log(`${cpus().length} × ${cpus()[0].model}, Node ${process.version}, load ${loadavg()[0].toFixed(1)}`)

const torch = await startTorch(flags.python ? [flags.python] : ['python3', '/usr/bin/python3'])
console.log(torch ? `PyTorch ${torch.version}, one thread` : 'no PyTorch found: its ratios are null')
const wasm = await tfjsEngine({ backend: 'wasm' })

const parity = { onnxruntime: await parityOf(onnxruntimeEngine()), tfjs: await parityOf(wasm) }
console.table(parity)
const operators = await operatorGaps()
const trained50 = await trainingSpeed(W50, { steps: flags.quick ? 2 : 4 })
const trained10 = await trainingSpeed(W10, { steps: flags.quick ? 6 : 12 })
console.table({ 'window 50, 64 → 128': trained50, 'window 10, 64 → 2 × 64': trained10 })
const inferVsTorch = await inferenceSpeed(W50)
const threadsOverOne = await threadSpeed()
const dedup256 = await dedupGain(256)
const dedup2048 = await dedupGain(2048)
torch?.close()

const noTorch = torch ? {} : { whyTorch: 'no interpreter with PyTorch; name one with --python' }
const noData = dedup256 === null ? { whyDedup: `no hdfs_sessions/hdfs_train in ${data}` } : {}
console.log(
  JSON.stringify({
    ...(flags.quick ? { quick: true } : {}),
    parity,
    operators,
    speed: {
      trainW50VsTorch: trained50.overTorch,
      trainW50VsTfjsWasm: trained50.overWasm,
      trainW10VsTorch: trained10.overTorch,
      trainW10VsTfjsWasm: trained10.overWasm,
      inferVsTorch,
      allCoresOverOne: null,
      whyAllCores: 'training on several cores is not built; threadsOverOne is two threads inside operators',
      threadsOverOne,
      batchDedupGain: dedup256,
      batchDedupGain2048: dedup2048,
      trainW50SequencesPerSecond: trained50.sequencesPerSecond,
      trainW10SequencesPerSecond: trained10.sequencesPerSecond,
      ...noTorch,
      ...noData,
    },
    sessionCreateMs: trained50.sessionCreateMs,
    peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
    load: loadavg()[0],
  }),
)
process.exit(0)

async function parityOf(engine: Engine) {
  const [one, two] = [await torchParity(readFixture(1), engine), await torchParity(readFixture(2), engine)]
  const keys = ['logits', 'gradients', 'losses', 'finalWeights'] as const
  return Object.fromEntries(keys.map((key) => [key, Math.max(one[key], two[key])]))
}

async function operatorGaps() {
  const { tf } = await loadTfjs('cpu')
  const seeds = flags.quick ? 3 : 20
  let worst = { name: '', gap: 0 }
  for (const name of Object.keys(OPERATOR_CASES)) {
    for (let seed = 0; seed < seeds; seed++) {
      const gap = await gradientGap(graphOfCase(name, seed), tf)
      if (!(gap <= worst.gap)) worst = { name, gap }
    }
  }
  console.log(
    `gradients of ${Object.keys(OPERATOR_CASES).length} operators and layers: worst ${worst.gap} (${worst.name})`,
  )
  return { worstRelative: worst.gap, worst: worst.name, cases: Object.keys(OPERATOR_CASES).length, seeds }
}

async function trainingSpeed(size: DeepLogSize, { steps }: { steps: number }) {
  const graph = deepLogNetwork(size)
  const start = performance.now()
  const ours = await onnxruntimeEngine().trainer({ graph })
  const sessionCreateMs = Math.round(performance.now() - start)
  const theirs = await wasm.trainer({ graph })
  const { batch, weights } = batchOf(size)
  const step = { ours: () => ours.step(batch, weights, 1e-3), wasm: () => theirs.step(batch, weights, 1e-3) }
  const times = { ours: [] as number[], torch: [] as number[], wasm: [] as number[] }
  for (let round = 0; round <= rounds; round++) {
    const own = await secondsOf(step.ours, steps)
    const torchSeconds = await torchTime({ ...size, mode: 'train' }, steps)
    const wasmSeconds = round % 3 === 0 ? (await secondsOf(step.wasm, 1)) * steps : null
    if (round === 0) continue // The first round warms up.
    times.ours.push(own)
    if (torchSeconds !== null) times.torch.push(torchSeconds / own)
    if (wasmSeconds !== null) times.wasm.push(wasmSeconds / own)
  }
  await ours.dispose()
  await theirs.dispose()
  return {
    sequencesPerSecond: Math.round((BATCH * steps) / median(times.ours)!),
    overTorch: median(times.torch),
    overWasm: median(times.wasm),
    sessionCreateMs,
  }
}

async function inferenceSpeed(size: DeepLogSize): Promise<number | null> {
  const predictor = await onnxruntimeEngine().predictor(deepLogNetwork(size), { outputs: ['logits'] })
  const { x } = batchOf(size).batch
  const ratios: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const own = await secondsOf(() => predictor.run({ x }), 8)
    const other = await torchTime({ ...size, mode: 'infer' }, 8)
    if (round > 0 && other !== null) ratios.push(other / own)
  }
  console.log(`inference, window ${size.window}: ${median(ratios)} × PyTorch`)
  return median(ratios)
}

async function threadSpeed(): Promise<number | null> {
  const graph = deepLogNetwork(W50)
  const { batch, weights } = batchOf(W50)
  const one = await onnxruntimeEngine().trainer({ graph })
  const all = await onnxruntimeEngine({ threads: cpus().length }).trainer({ graph })
  const ratios: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const single = await secondsOf(() => one.step(batch, weights, 1e-3), 3)
    ratios.push(single / (await secondsOf(() => all.step(batch, weights, 1e-3), 3)))
  }
  return median(ratios.slice(1))
}

/** Steps on batches as they are, and with equal examples merged, in turn. */
async function dedupGain(batchSize: number): Promise<number | null> {
  const windows = hdfsWindows(data)
  if (windows === null) return null
  const count = windows.inputs.y.data.length
  const merger = new RepeatMerger(distinctExamples(windows.inputs, count), new Float32Array(count).fill(1))
  const reader = new BatchReader(windows.inputs, batchSize)
  const trainer = await onnxruntimeEngine().trainer({ graph: deepLogNetwork({ ...W10, vocabulary: 30 }) })
  const order = permutation(seededRandom(0), count)
  const times = { whole: [] as number[], merged: [] as number[], distinct: [] as number[] }
  const steps = Math.min(Math.floor(count / batchSize), flags.quick ? 12 : 60)
  for (let step = 0; step < steps; step++) {
    const rows = order.subarray(step * batchSize, (step + 1) * batchSize)
    const whole = await secondsOf(() => trainer.step(reader.take(rows), new Float32Array(batchSize).fill(1), 1e-3), 1)
    const merged = await secondsOf(async () => {
      const { rows: distinct, weights } = merger.merge(rows)
      if (step > 2) times.distinct.push(distinct.length)
      await trainer.step(reader.take(distinct), weights, 1e-3)
    }, 1)
    if (step <= 2) continue // Warm-up.
    times.whole.push(whole)
    times.merged.push(merged)
  }
  const gain = Number((median(times.whole)! / median(times.merged)!).toPrecision(4))
  console.log(
    `merging repeats on hdfs_train: ${batchSize} examples are ${median(times.distinct)}, ${gain} × the throughput`,
  )
  return gain
}

function batchOf({ window, vocabulary }: DeepLogSize) {
  const random = seededRandom(2)
  const x = {
    data: Int32Array.from({ length: BATCH * window }, () => random.integer(vocabulary)),
    shape: [BATCH, window],
  }
  const y = { data: Int32Array.from({ length: BATCH }, () => random.integer(vocabulary)), shape: [BATCH] }
  return { batch: { x, y }, weights: new Float32Array(BATCH).fill(1) }
}

async function torchTime(request: object, steps: number): Promise<number | null> {
  return torch ? (torch as TorchProcess).seconds({ ...request, batch: BATCH, steps }) : null
}

async function secondsOf(work: () => Promise<unknown>, times: number): Promise<number> {
  const start = performance.now()
  for (let i = 0; i < times; i++) await work()
  return (performance.now() - start) / 1000
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  return Number(((sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2).toPrecision(4))
}
