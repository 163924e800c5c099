import fc from 'fast-check'
import { distinctExamples, RepeatMerger, type Dataset } from '../src/dataset.js'
import { EngineError } from '../src/errors.js'
import { fit, type EpochRecord, type Training } from '../src/fit.js'
import { constantRate, cosineRate, stepRate } from '../src/learning-rate.js'
import { permutation, seededRandom } from '../src/random.js'
import { cyclicData, smallNetwork } from './small-network.js'

const graph = smallNetwork()
const FAST = { batchSize: 20, learningRate: 0.02, epochs: 4, patience: Infinity }

async function recordsOf(training: Training, most = Infinity): Promise<EpochRecord[]> {
  const records: EpochRecord[] = []
  for await (const record of training) if (records.push(record) >= most) break
  return records
}

function valuesOf(training: Training): Float32Array[] {
  const { initializers, parameters } = training.graph
  return parameters.map((name) => initializers.find((initializer) => initializer.name === name)!.data as Float32Array)
}

function largestDistance(a: Training, b: Training): number {
  const [left, right] = [valuesOf(a), valuesOf(b)]
  return Math.max(...left.flatMap((values, i) => Array.from(values, (value, j) => Math.abs(value - right[i][j]))))
}

function repeated({ inputs: { x, y } }: Dataset, times: number[]): Dataset {
  const rows = times.flatMap((count, row) => Array.from({ length: count }, () => row))
  const take = rows.flatMap((row) => Array.from((x.data as Int32Array).subarray(4 * row, 4 * row + 4)))
  const targets = rows.map((row) => (y.data as Int32Array)[row])
  return {
    inputs: {
      x: { data: Int32Array.from(take), shape: [rows.length, 4] },
      y: { data: Int32Array.from(targets), shape: [rows.length] },
    },
  }
}

test('a cycle is learned, and the network given back has learned it', async () => {
  const training = fit({ graph }, cyclicData(200), { ...FAST, epochs: 12 })
  const records = await recordsOf(training)
  expect(records.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  expect(records.at(-1)!.validationLoss).toBeLessThan(0.1)
  expect(records.at(-1)!.trainLoss).toBeLessThan(records[0].trainLoss)
  const [again] = await recordsOf(fit({ graph: training.graph }, cyclicData(200), { ...FAST, learningRate: 1e-9 }), 1)
  expect(again.validationLoss).toBeCloseTo(records.at(-1)!.validationLoss!, 5)
})

test('the same seed gives the same bytes, another seed others', async () => {
  async function bytes(seed: number) {
    const training = fit({ graph }, cyclicData(90, 0.3), { ...FAST, seed })
    const records = await recordsOf(training)
    return { records, weights: valuesOf(training) }
  }
  expect(await bytes(5)).toEqual(await bytes(5))
  expect((await bytes(6)).weights).not.toEqual((await bytes(5)).weights)
})

test('a training resumed from a checkpoint is bit-identical to one that was never interrupted', async () => {
  const data = cyclicData(90, 0.3)
  const whole = fit({ graph }, data, { ...FAST, epochs: 5, learningRate: cosineRate(0.02, { warmup: 3 }) })
  const expected = await recordsOf(whole)
  const options = { ...FAST, epochs: 5, learningRate: cosineRate(0.02, { warmup: 3 }) }
  const first = fit({ graph }, data, options)
  await recordsOf(first, 2)
  const resumed = fit({ graph }, data, { ...options, resume: first.checkpoint() })
  expect(await recordsOf(resumed)).toEqual(expected.slice(2))
  expect(resumed.checkpoint()).toEqual(whole.checkpoint())
})

test('merging equal examples changes nothing but rounding', async () => {
  const data = cyclicData(90)
  const merged = fit({ graph }, data, FAST)
  const separate = fit({ graph }, data, { ...FAST, mergeRepeats: false })
  const [a, b] = [await recordsOf(merged), await recordsOf(separate)]
  a.forEach(({ trainLoss }, i) => expect(trainLoss).toBeCloseTo(b[i].trainLoss, 4))
  expect(largestDistance(merged, separate)).toBeLessThan(2e-3)
})

test('an example of weight n counts as n equal ones', async () => {
  const times = [1, 3, 2, 5, 1, 4, 2, 1]
  const base = cyclicData(8, 0.5)
  const options = { batchSize: 100, learningRate: 0.01, epochs: 6, validationShare: 0 }
  const weighted = fit({ graph }, { ...base, weights: Float32Array.from(times) }, options)
  const written = fit({ graph }, repeated(base, times), { ...options, mergeRepeats: false })
  const [a, b] = [await recordsOf(weighted), await recordsOf(written)]
  a.forEach(({ trainLoss, validationLoss }, i) => {
    expect(trainLoss).toBeCloseTo(b[i].trainLoss, 5)
    expect(validationLoss).toBeNull()
  })
})

test('validation takes the last examples, whose loss training never lowers', async () => {
  const data = cyclicData(100)
  const strange = (data.inputs.y.data as Int32Array).map((target, i) => (i < 80 ? target : (target + 2) % 5))
  const changed = { inputs: { ...data.inputs, y: { data: strange, shape: [100] } } }
  const records = await recordsOf(fit({ graph }, changed, { ...FAST, epochs: 10, validationShare: 0.2 }))
  expect(records.at(-1)!.trainLoss).toBeLessThan(0.5)
  expect(records.at(-1)!.validationLoss).toBeGreaterThan(records[0].validationLoss!)
})

test('training stops when validation has not improved for a while, and gives the best weights back', async () => {
  const data = cyclicData(100)
  const strange = (data.inputs.y.data as Int32Array).map((target, i) => (i < 80 ? target : (target + 2) % 5))
  const changed = { inputs: { ...data.inputs, y: { data: strange, shape: [100] } } }
  const options = { ...FAST, epochs: 50, patience: 2, validationShare: 0.2 }
  const training = fit({ graph }, changed, options)
  const records = await recordsOf(training)
  const best = records.findLast(({ improved }) => improved)!.epoch
  expect(records).toHaveLength(best + 2)
  const until = fit({ graph }, changed, { ...options, epochs: best })
  await recordsOf(until)
  expect(largestDistance(training, until)).toBe(0)
})

test('a signal stops training between two steps, and what was learned stays', async () => {
  const controller = new AbortController()
  const training = fit({ graph }, cyclicData(60), { ...FAST, signal: controller.signal })
  const records: EpochRecord[] = []
  async function run(): Promise<void> {
    for await (const record of training) {
      records.push(record)
      controller.abort(new Error('enough'))
    }
  }
  await expect(run()).rejects.toThrow('enough')
  expect(records).toHaveLength(1)
  expect(training.checkpoint().length).toBeGreaterThan(1000)
})

test('a loss that is not finite ends training with a reason', async () => {
  const wild = fit({ graph }, cyclicData(60), { ...FAST, learningRate: 1e38, epochs: 20 })
  await expect(recordsOf(wild)).rejects.toThrow(/(the loss is (NaN|Infinity)).*lower the learning rate/)
})

test.each([
  [{ epochs: 0 }, 'epochs is 0; expected a whole number from 1'],
  [{ batchSize: 1.5 }, 'batchSize is 1.5'],
  [{ validationShare: 1 }, 'validationShare is 1; expected a number from 0 to below 1'],
  [{ patience: 0 }, 'patience is 0'],
  [{ learningRate: -1 }, 'learning rate -1; expected a positive number'],
  [{ adam: { beta2: 2 } }, 'adam.beta2 is 2'],
])('refuses %j', (options, message) => {
  expect(() => fit({ graph }, cyclicData(20), options)).toThrow(message)
})

test('data that does not fit together is refused', () => {
  const { inputs } = cyclicData(20)
  expect(() => fit({ graph }, { inputs: {} })).toThrow(
    'no input "x" among none; the graph takes "x" as int32 [batch, 4]',
  )
  const narrow = { ...inputs, x: { data: new Int32Array(60), shape: [20, 3] } }
  expect(() => fit({ graph }, { inputs: narrow })).toThrow('input "x" is int32 [20, 3]; the graph takes')
  const real = { ...inputs, x: { data: new Float32Array(80), shape: [20, 4] } }
  expect(() => fit({ graph }, { inputs: real })).toThrow('input "x" is float32 [20, 4]; the graph takes')
  expect(() => fit({ graph }, { inputs: { ...inputs, y: { data: new Int32Array(19), shape: [19] } } })).toThrow(
    '"y" has shape [19]',
  )
  expect(() => fit({ graph }, { inputs, weights: new Float32Array(3) })).toThrow('3 weights for 20 examples')
  expect(() => fit({ graph }, { inputs, weights: new Float32Array(20) })).toThrow('a weight is not positive')
})

test('a checkpoint is refused when it is damaged or belongs to another training', async () => {
  const training = fit({ graph }, cyclicData(60), FAST)
  expect(() => training.checkpoint()).toThrow('no epoch is finished yet')
  await recordsOf(training, 1)
  const resume = training.checkpoint()
  expect(() => fit({ graph }, cyclicData(60), { ...FAST, resume: resume.subarray(0, 700) })).toThrow(EngineError)
  expect(() => fit({ graph }, cyclicData(60), { ...FAST, seed: 1, resume })).toThrow('does not belong here')
  expect(() => fit({ graph }, cyclicData(60, 0.5), { ...FAST, resume })).toThrow('does not belong here')
})

test('schedules rise, fall and step', () => {
  const cosine = cosineRate(1, { warmup: 2, floor: 0.1 })
  expect([0, 1, 2, 7, 12].map((step) => cosine(step, 12))).toEqual([
    0.5,
    1,
    1,
    expect.closeTo(0.55, 10),
    expect.closeTo(0.1, 10),
  ])
  const steps = stepRate(1, { factor: 0.5, every: 3 })
  expect([0, 2, 3, 6].map((step) => steps(step, 9))).toEqual([1, 1, 0.5, 0.25])
  expect(constantRate(0.3)(5, 9)).toBe(0.3)
})

test('a merged batch holds each distinct example once, in order, with the weights of its equals', () => {
  const words = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(words, fc.integer(), (values, seed) => {
      const weights = Float32Array.from(values, (_, i) => 1 + (i % 3))
      const inputs = { x: { data: Int32Array.from(values), shape: [values.length] } }
      const merger = new RepeatMerger(distinctExamples(inputs, values.length), weights)
      const order = permutation(seededRandom(seed), values.length).subarray(0, Math.ceil(values.length / 2))
      merger.merge(order)
      const merged = merger.merge(order)
      const expected = new Map<number, number>()
      for (const row of order) expected.set(values[row], (expected.get(values[row]) ?? 0) + weights[row])
      expect(Array.from(merged.rows, (row) => values[row])).toEqual([...expected.keys()])
      expect(Array.from(merged.weights)).toEqual([...expected.values()])
    }),
  )
})
