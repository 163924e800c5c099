import type { MultivariateSeries } from '@sp/builders'
import { autoregressionResidual, fitAutoregression } from '../src/multivariate/autoregression.js'
import { calibrateParts, heldOutScores } from '../src/multivariate/combine-parts.js'
import { ensembleDetector } from '../src/multivariate/ensemble-detector.js'
import { checkMultivariate, type MultivariateModel } from '../src/multivariate/multivariate-model.js'
import { MultivariateStream, type MultivariateStreamSnapshot } from '../src/multivariate/multivariate-stream.js'
import { componentResidual, fitPrincipalComponents } from '../src/multivariate/principal-components.js'
import { scoreMultivariate } from '../src/multivariate/score-multivariate.js'
import { plantShocks } from '../src/multivariate/self-test.js'
import { symmetricEigen } from '../src/multivariate/symmetric-eigen.js'
import { trainMultivariate, trainWithHeldOutFrames } from '../src/multivariate/train-multivariate.js'

const SIZE = 6

/** Numbers that look random and are the same each time (mulberry32), normal by the sum of twelve. */
function noiseOf(seed: number): () => number {
  let state = seed
  function uniform(): number {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return () => Array.from({ length: 12 }, uniform).reduce((sum, value) => sum + value, -6)
}

function seriesOf(count: number, valueAt: (t: number, i: number) => number): MultivariateSeries {
  const values = Float64Array.from({ length: count * SIZE }, (_, k) => valueAt(Math.floor(k / SIZE), k % SIZE))
  return { count, names: Array.from({ length: SIZE }, (_, i) => `s${i}`), values, starts: [0] }
}

/** Waves of their own: each series follows from its own past. */
function waves(count: number, seed: number): MultivariateSeries {
  const noise = noiseOf(seed)
  return seriesOf(count, (t, i) => Math.sin(t / (5 + i)) + 0.2 * noise())
}

/** One hidden factor: each series follows from the others only. */
function together(count: number, seed: number): MultivariateSeries {
  const noise = noiseOf(seed)
  const factor = Array.from({ length: count }, noise)
  return seriesOf(count, (t, i) => factor[t] * (i % 2 === 0 ? 1 : -1) + 0.2 * noise())
}

function counts(count: number, seed: number): MultivariateSeries {
  const noise = noiseOf(seed)
  return seriesOf(count, (_, i) => Math.max(0, Math.round((i + 1) * 2 + Math.sqrt((i + 1) * 2) * noise())))
}

function changed(series: MultivariateSeries, { i, from, to, by }: { i: number; from: number; to: number; by: number }) {
  const values = series.values.slice()
  for (let t = from; t < to; t++) values[t * SIZE + i] += by
  return { ...series, values }
}

async function scored(model: MultivariateModel<never>, series: MultivariateSeries) {
  const judge = await ensembleDetector().open(model.parameters, model.options)
  return scoreMultivariate(model, judge, series)
}

describe('symmetricEigen', () => {
  it('gives values and vectors of a matrix', () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 0, 1, 2, 0, 0, 0, 5), 3)
    expect([...values].map((value) => Math.round(value * 1e9) / 1e9)).toEqual([5, 3, 1])
    expect(Math.abs(vectors[3])).toBeCloseTo(Math.SQRT1_2, 9)
    expect(vectors[3]).toBeCloseTo(vectors[4], 9)
  })
})

describe('fitAutoregression', () => {
  it('finds the weights of a series that was made with them', () => {
    const noise = noiseOf(1)
    const values = new Float64Array(5000)
    for (let t = 0; t < 5000; t++) values[t] = 0.6 * (values[t - 1] ?? 0) - 0.3 * (values[t - 2] ?? 0) + noise()
    const { weights } = fitAutoregression({ count: 5000, size: 1, values, starts: [0] }, 3)
    expect(weights[0][0]).toBeCloseTo(0.6, 1)
    expect(weights[0][1]).toBeCloseTo(-0.3, 1)
    expect(weights[0][2]).toBeCloseTo(0, 1)
  })

  it('sums the products of lags as if each were multiplied out', () => {
    const noise = noiseOf(2)
    const values = Float64Array.from({ length: 40 }, noise)
    const plain = { count: 40, size: 1, values, starts: [0, 17] }
    const { weights } = fitAutoregression(plain, 2)
    const before = energyOf(plain, weights[0])
    for (const by of [0.01, -0.01]) {
      expect(energyOf(plain, [weights[0][0] + by, weights[0][1]])).toBeGreaterThan(before)
      expect(energyOf(plain, [weights[0][0], weights[0][1] + by])).toBeGreaterThan(before)
    }
  })

  /** Squares of what is left where the past is known, with the ridge. */
  function energyOf(
    plain: { count: number; size: number; values: Float64Array; starts: number[] },
    own: readonly number[],
  ) {
    const residual = autoregressionResidual(plain, { order: 2, weights: [own] })
    const known = residual.filter((_, t) => (t >= 2 && t < 17) || t >= 19)
    return known.reduce((sum, r) => sum + r * r, 0) + 1e-3 * known.length * (own[0] ** 2 + own[1] ** 2)
  }
})

describe('fitPrincipalComponents', () => {
  it('leaves of series that move together only what does not', () => {
    const { count, values } = together(2000, 3)
    const plain = { count, size: SIZE, values, starts: [0] }
    const fitted = fitPrincipalComponents(plain)
    expect(fitted.components).toHaveLength(1)
    const left = componentResidual(plain, fitted)
    expect(Math.sqrt(left.reduce((sum, r) => sum + r * r, 0) / left.length)).toBeLessThan(0.2)
  })
})

describe('heldOutScores', () => {
  it('holds a frame against the highest of all others but those around it', () => {
    // Of two series one is always silent.
    const rows = Float64Array.from({ length: 2000 }, (_, k) => (k % 2 === 0 ? 2 : 0))
    rows[2 * 10] = 12
    rows[2 * 20] = 9
    rows[2 * 70] = 6
    const energy = rows.filter((_, k) => k % 2 === 0)
    const parts = [{ name: 'one', score: energy, rows, signed: rows, isStrangestRow: true }] as const
    const score = heldOutScores([parts], calibrateParts(parts, 2), 2)
    expect([score[10], score[20], score[70], score[500]]).toEqual([12 / 6, 9 / 6, 6 / 12, 2 / 12])
  })
})

describe('trainMultivariate with the ensemble', () => {
  it.each([
    ['follow from their own past', waves],
    ['follow from one another', together],
  ])('finds a shock in series that %s, and names the series', async (_, world) => {
    const model = await trainMultivariate(ensembleDetector(), world(4000, 4), { threshold: 'highest' })
    const target = changed(world(1000, 5), { i: 2, from: 500, to: 530, by: 1 })
    const { isAnomaly, end, causes } = await scored(model as MultivariateModel<never>, target)
    const flagged = Array.from(end).filter((__, f) => isAnomaly[f] === 1)
    expect(flagged.some((last) => last >= 500 && last < 540)).toBe(true)
    expect(flagged.filter((last) => last < 500 || last > 610)).toEqual([])
    expect(causes[Array.from(end).indexOf(flagged[0])][0].series).toBe(2)
    expect(causes[Array.from(end).indexOf(flagged[0])][0].deviation).toBeGreaterThan(2)
  })

  it('leaves components out that do not last', async () => {
    // Nearly the same pace: 400 points hold a tenth of a beat, in which two components explain all six series.
    function beats(count: number, from: number): MultivariateSeries {
      const noise = noiseOf(20)
      return seriesOf(count, (t, i) => Math.sin((from + t) / (20 + 0.3 * i)) + 0.1 * noise())
    }
    const validation = beats(400, 900)
    const model = await trainMultivariate(ensembleDetector(), beats(500, 0), { validation })
    expect(model.parts.map(({ name, lasts }) => [name, lasts])).toEqual([
      ['autoregression', true],
      ['components', false],
      ['average', true],
    ])
    const steady = await trainMultivariate(ensembleDetector(), together(2000, 12))
    expect(steady.parts.every(({ lasts }) => lasts)).toBe(true)
  })

  it('keeps the false alarms it was allowed', async () => {
    let [flagged, frames] = [0, 0]
    for (const seed of [1, 2, 3, 4]) {
      const model = await trainMultivariate(ensembleDetector(), counts(4000, seed), {
        counts: true,
        step: 1,
        budget: 0.01,
      })
      const { isAnomaly } = await scored(model as MultivariateModel<never>, counts(4000, seed + 100))
      flagged += isAnomaly.reduce((sum, flag) => sum + flag, 0)
      frames += isAnomaly.length
    }
    expect(flagged / frames).toBeGreaterThan(0.005)
    expect(flagged / frames).toBeLessThan(0.015)
  })

  it('measures its own recall on planted shocks', async () => {
    const { selfTest } = await trainMultivariate(ensembleDetector(), waves(4000, 6))
    expect(selfTest!.shocks.map(({ shock }) => shock)).toEqual(['more', 'less', 'silent', 'swapped'])
    const more = selfTest!.shocks[0]
    expect(more.planted).toBeGreaterThan(3)
    expect(more.found).toBe(more.planted)
    expect(more.named).toBe(more.planted)
  })

  it('is plain data: a model that went through JSON says the same', async () => {
    const model = await trainMultivariate(ensembleDetector(), counts(600, 7), { counts: true, step: 2 })
    const read = checkMultivariate(JSON.parse(JSON.stringify(model)))
    const target = counts(200, 8)
    expect(await scored(read as MultivariateModel<never>, target)).toEqual(
      await scored(model as MultivariateModel<never>, target),
    )
  })

  it('says why no shocks were planted', async () => {
    const { selfTest } = await trainMultivariate(ensembleDetector(), counts(300, 7), { counts: true, step: 1 })
    expect(selfTest!.shocks.every(({ planted }) => planted === 0) === (selfTest!.why !== null)).toBe(true)
    const short = { ...counts(300, 7), starts: Array.from({ length: 20 }, (_, i) => 15 * i) }
    const { selfTest: none } = await trainMultivariate(ensembleDetector(), short, { counts: true, step: 1, frame: 8 })
    expect(none!.why).toMatch(/^a shock needs \d+ held-out windows in a row, at most 15 are there/)
  })

  it('says of a series in which nothing ever happened how far it is off by what is usual in others', async () => {
    function withSilent(count: number, seed: number): MultivariateSeries {
      const normal = counts(count, seed)
      return { ...normal, values: normal.values.map((value, k) => (k % SIZE === SIZE - 1 ? 0 : value)) }
    }
    const model = await trainMultivariate(ensembleDetector(), withSilent(2000, 14), { counts: true, step: 1, frame: 5 })
    const target = changed(withSilent(400, 15), { i: SIZE - 1, from: 300, to: 301, by: 3 })
    const { causes, end, isAnomaly } = await scored(model as MultivariateModel<never>, target)
    const f = Array.from(end).indexOf(302)
    expect(isAnomaly[f]).toBe(1)
    expect(causes[f][0].series).toBe(SIZE - 1)
    expect(causes[f][0].deviation).toBeGreaterThan(1)
    expect(causes[f][0].deviation).toBeLessThan(100)
  })

  it('sees a quiet series beside one in which bursts are normal', async () => {
    const noise = noiseOf(31)
    function log(count: number, shockAt: number): MultivariateSeries {
      return seriesOf(count, (t, i) => {
        if (i === 0) return t % 97 === 0 ? 400 : 0
        if (i === 1 && t === shockAt) return 9
        return Math.max(0, Math.round(2 + noise()))
      })
    }
    const options = { counts: true, frame: 1, step: 1 }
    const model = await trainMultivariate(ensembleDetector(['average']), log(3000, -1), options)
    const { score, causes } = await scored(model as MultivariateModel<never>, log(400, 200))
    expect(score.indexOf(Math.max(...score))).toBe(200)
    expect(causes[200][0].series).toBe(1)
  })

  it('counts a frame of which no part says anything for nothing in thresholds', async () => {
    const options = { counts: true, step: 1, frame: 2, crossFit: false }
    const { model, heldOut } = await trainWithHeldOutFrames(
      ensembleDetector(['autoregression']),
      counts(800, 5),
      options,
    )
    const lags = (model.parameters as { autoregression: { order: number } }).autoregression.order
    expect(heldOut.end[0]).toBe(640 + lags + 1)
    expect(model.heldOut).toBe(160 - lags - 1)
    expect(heldOut.score).toHaveLength(model.heldOut)
  })

  it('holds out more frames than it judges where too few would be left', async () => {
    const options = { counts: true, step: 10, frame: 2, budget: 0.03, selfTest: false }
    const { heldOut } = await trainWithHeldOutFrames(ensembleDetector(['average']), counts(800, 5), options)
    expect(heldOut.end[1] - heldOut.end[0]).toBe(2)
  })

  it('holds each fifth out once, keeps what does not refit, and passes over fifths in which nothing can be judged', async () => {
    const detector = { ...ensembleDetector(['average']), refits: false, needs: 100 }
    const options = { counts: true, step: 1, frame: 1, selfTest: false }
    // The second fifth is in pieces of 50.
    const normal = { ...counts(1000, 6), starts: [0, 200, 250, 300, 350, 400] }
    const { model, heldOut } = await trainWithHeldOutFrames(detector, normal, options)
    function judged(from: number, to: number): number[] {
      return Array.from({ length: to - from }, (_, i) => from + i)
    }
    expect([...heldOut.end]).toEqual([...judged(0, 200), ...judged(400, 1000)])
    const last = await trainWithHeldOutFrames(detector, normal, { ...options, crossFit: false })
    expect([...last.heldOut.end]).toEqual(judged(800, 1000))
    expect(last.model.parameters).toEqual(model.parameters)
    const again = await trainWithHeldOutFrames({ ...detector, refits: true }, normal, options)
    expect(again.model.parameters).not.toEqual(model.parameters)
  })

  it('judges points in pieces what it judges at once, wherever its state is saved', async () => {
    const model = await trainMultivariate(ensembleDetector(), counts(800, 9), { counts: true, step: 3, frame: 4 })
    const judge = await ensembleDetector().open(model.parameters, model.options)
    const target = counts(150, 10)
    const whole = await scoreMultivariate(model, judge, target)
    for (const piece of [1, 2, 7, 150]) {
      let stream = new MultivariateStream(model, judge)
      const scores: number[] = []
      const ends: number[] = []
      const first: (number | undefined)[] = []
      for (let t = 0; t < target.count; t += piece) {
        const some = await stream.push(target.values.subarray(t * SIZE, (t + piece) * SIZE))
        scores.push(...(some?.score ?? []))
        ends.push(...Array.from(some?.end ?? [], (end) => end + t))
        first.push(...(some?.causes ?? []).map((causes) => causes[0]?.series))
        const saved = JSON.parse(JSON.stringify(stream.snapshot())) as MultivariateStreamSnapshot
        stream = new MultivariateStream(model, judge, saved)
      }
      expect(scores).toEqual([...whole.score])
      expect(ends).toEqual([...whole.end])
      expect(first).toEqual(whole.causes.map((causes) => causes[0]?.series))
    }
  })

  it('refuses too little data, other series and damaged models', async () => {
    await expect(trainMultivariate(ensembleDetector(), counts(60, 1))).rejects.toThrow('frames for the thresholds')
    await expect(trainMultivariate(ensembleDetector(), counts(600, 1), { frame: 0 })).rejects.toThrow('frame 0')
    const model = await trainMultivariate(ensembleDetector(), counts(600, 1))
    const other = { ...counts(100, 1), names: ['a', 'b', 'c', 'd', 'e', 'f'] }
    await expect(scored(model as MultivariateModel<never>, other)).rejects.toThrow('channel mapping')
    expect(() => checkMultivariate({ ...model, version: 99 })).toThrow('version 99')
    expect(() => checkMultivariate({ ...model, thresholds: { ...model.thresholds, mad: NaN } })).toThrow('damaged')
  })
})

describe('plantShocks', () => {
  it('leaves the given series as they are and changes one series for the length of a frame', () => {
    const normal = counts(400, 11)
    const before = normal.values.slice()
    const { series, planted } = plantShocks(normal, { shock: 'silent', frame: 5, history: 20 })
    expect(normal.values).toEqual(before)
    expect(planted.length).toBeGreaterThan(5)
    const changedAt = Array.from(series.values.keys()).filter((k) => series.values[k] !== before[k])
    const inside = changedAt.every((k) =>
      planted.some(({ series: i, from, to }) => k % SIZE === i && k >= from * SIZE && k < to * SIZE),
    )
    expect(inside).toBe(true)
  })

  it('plants nothing where every series is constant', () => {
    const { planted } = plantShocks(
      seriesOf(400, () => 1),
      { shock: 'more', frame: 5, history: 20 },
    )
    expect(planted).toEqual([])
  })
})
