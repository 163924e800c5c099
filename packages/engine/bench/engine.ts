/**
 * Parity and speed of the engine. `npm run bench:engine -- [--quick] [--data <dir>] [--python <interpreter>]`
 * PyTorch is measured where an interpreter has it. Ratios come from rounds that take turns; medians are printed. Work on one
 * thread is measured in processor time, which other programs disturb less; several threads by the clock.
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
const CORES = cpus().length
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
// A step of tfjs takes seconds with window 50, so there it is measured in every third round only.
const trained50 = await trainingSpeed(W50, { steps: flags.quick ? 2 : 4, wasmEvery: 3 })
const trained10 = await trainingSpeed(W10, { steps: flags.quick ? 6 : 12, wasmEvery: 1 })
console.table({ 'window 50, 64 → 128': trained50, 'window 10, 64 → 2 × 64': trained10 })
const inferVsTorch = await inferenceSpeed(W50)
const threads = await threadSpeed()
const dedup256 = await dedupGain(256)
const dedup2048 = await dedupGain(2048)
torch?.close()

const noTorch = 'no interpreter with PyTorch; name one with --python'
const noData = `no hdfs_sessions/hdfs_train in ${data}`
const why = {
  ...(torch ? {} : { trainW50VsTorch: noTorch, trainW10VsTorch: noTorch, inferVsTorch: noTorch }),
  ...(CORES > 1 ? {} : { allCoresOverOne: 'one core' }),
  ...(dedup256 === null ? { batchDedupGain: noData, batchDedupGain2048: noData } : {}),
  gpuSequencesPerSecond: 'no graphics processor here; bench/webgpu-gradients.ts checks that path on a software device',
}
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
      allCoresOverOne: threads.allCoresOverOne,
      operatorThreadsOverOne: threads.operatorThreadsOverOne,
      batchDedupGain: dedup256,
      batchDedupGain2048: dedup2048,
      trainW50SequencesPerSecond: trained50.sequencesPerSecond,
      trainW10SequencesPerSecond: trained10.sequencesPerSecond,
      gpuSequencesPerSecond: null,
      why,
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

async function trainingSpeed(size: DeepLogSize, { steps, wasmEvery }: { steps: number; wasmEvery: number }) {
  const graph = deepLogNetwork(size)
  const start = performance.now()
  const ours = await onnxruntimeEngine().trainer({ graph })
  const sessionCreateMs = Math.round(performance.now() - start)
  const theirs = await wasm.trainer({ graph })
  const { batch, weights } = batchOf(size)
  const step = { ours: () => ours.step(batch, weights, 1e-3), wasm: () => theirs.step(batch, weights, 1e-3) }
  const times = { ours: [] as number[], torch: [] as number[], wasm: [] as number[] }
  // The first steps of tfjs, which Node.js still compiles, are slower than all that follow.
  for (let warmUp = wasmEvery; warmUp < 3; warmUp++) await step.wasm()
  for (let round = 0; round <= rounds; round++) {
    const wasmSeconds = round % wasmEvery === 0 ? (await secondsOf(step.wasm, 1)) * steps : null
    // While PyTorch computes, Node.js has time to collect what tfjs left: that is not ours.
    const torchSeconds = await torchTime({ ...size, mode: 'train' }, steps)
    const own = await secondsOf(step.ours, steps)
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

/** Data-parallel threads, and threads inside operators, beside one thread. */
async function threadSpeed() {
  const graph = deepLogNetwork(W50)
  const { batch, weights } = batchOf(W50)
  const engines = {
    one: onnxruntimeEngine(),
    workers: onnxruntimeEngine({ workers: CORES }),
    operators: onnxruntimeEngine({ threads: CORES }),
  }
  const trainers = await Promise.all(
    Object.entries(engines).map(async ([name, engine]) => ({ name, trainer: await engine.trainer({ graph }) })),
  )
  const ratios: Record<string, number[]> = { one: [], workers: [], operators: [] }
  for (let round = 0; round <= rounds; round++) {
    const seconds: Record<string, number> = {}
    for (const { name, trainer } of trainers) {
      seconds[name] = await clockSecondsOf(() => trainer.step(batch, weights, 1e-3), 4)
    }
    if (round === 0) continue // The first round warms up.
    for (const { name } of trainers) ratios[name].push(seconds.one / seconds[name])
  }
  for (const { trainer } of trainers) await trainer.dispose()
  const [allCoresOverOne, operatorThreadsOverOne] = [median(ratios.workers), median(ratios.operators)]
  console.log(
    `training on ${CORES} cores: ${allCoresOverOne} × one; threads inside operators: ${operatorThreadsOverOne} ×`,
  )
  return { allCoresOverOne: CORES > 1 ? allCoresOverOne : null, operatorThreadsOverOne }
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

/** Seconds of processor time: of work on one thread those of the clock, but for what else the machine does. */
async function secondsOf(work: () => Promise<unknown>, times: number): Promise<number> {
  if (times > 1) await work() // Caches hold what ran before.
  const start = process.cpuUsage()
  for (let i = 0; i < times; i++) await work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6
}

async function clockSecondsOf(work: () => Promise<unknown>, times: number): Promise<number> {
  const start = performance.now()
  for (let i = 0; i < times; i++) await work()
  return (performance.now() - start) / 1000
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  return Number(((sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2).toPrecision(4))
}
