import { MultivariateStream, scoreMultivariate, trainMultivariate, type MultivariateDetector } from '@sp/baseline'
import { countsDetector } from '../src/counts-detector.js'
import { detectorOfMode } from '../src/detector-of-mode.js'
import { frameRuns } from '../src/frame-runs.js'
import { decodeMultivariate, encodeMultivariate } from '../src/model-file.js'
import { mscredDetector } from '../src/mscred-detector.js'
import { lifted, waves } from './small-series.js'

const SMALL = { widths: [4, 4, 6, 8], scales: [5, 10], gap: 5, epochs: 12, steps: 3 } as const
const predictive = mscredDetector('predictive', SMALL) as MultivariateDetector<unknown>
// One fit: what cross-fitting does is tested where it is.
const FRAMES = { frame: 5, step: 5, crossFit: false }

describe('frameRuns', () => {
  const series = { ...waves(100), starts: [0, 50] }
  const options = { gap: 5, before: 2, longest: 10 }

  it('reads each frame once and leaves out those with too little past', () => {
    const runs = frameRuns(series, Int32Array.of(9, 14, 19, 24, 29, 54, 69, 74), options)
    expect(runs).toEqual([
      {
        points: [9, 14, 19, 24, 29],
        asked: [2, 3, 4],
      },
      {
        points: [59, 64, 69, 74],
        asked: [6, 7],
      },
    ])
  })

  it('follows frames at any distance from one another', () => {
    const runs = frameRuns(series, Int32Array.of(30, 31, 35, 36), options)
    expect(runs.map(({ points }) => points.at(-1))).toEqual([35, 36])
    expect(runs.flatMap(({ asked }) => asked)).toEqual([0, 2, 1, 3])
  })
})

describe('mscredDetector', () => {
  it('finds a shock, names the series, and says the same after it was stored', async () => {
    const model = await trainMultivariate(predictive, waves(1500), { ...FRAMES, threshold: 'highest', selfTest: false })
    const target = lifted(waves(600, { seed: 2 }), { i: 3, from: 300, to: 330, by: 1.5 })
    const stored = decodeMultivariate(encodeMultivariate(model))
    const judge = await predictive.open(stored.parameters, stored.options)
    const scores = await scoreMultivariate(stored, judge, target)
    const flagged = Array.from(scores.end.keys()).filter((f) => scores.isAnomaly[f] === 1)
    const inside = flagged.filter((f) => scores.end[f] >= 300 && scores.start[f] < 345)
    expect(inside.length).toBeGreaterThan(0)
    expect(flagged.length).toBe(inside.length)
    expect(scores.causes[inside[0]][0].series).toBe(3)
    const original = await predictive.open(model.parameters, model.options)
    expect(await scoreMultivariate(model, original, target)).toEqual(scores)

    const stream = new MultivariateStream(stored, judge)
    const streamed: number[] = []
    for (let t = 0; t < 200; t++) {
      const one = await stream.push(target.values.subarray(t * 6, (t + 1) * 6))
      if (one !== null) streamed.push(one.score[0])
    }
    expect(streamed).toEqual([...scores.score.subarray(0, streamed.length)])
    await judge.dispose()
    await original.dispose()
  })

  it('gives the same bytes for the same seed, and others for another', async () => {
    function train(seed: number) {
      return trainMultivariate(mscredDetector('published', { ...SMALL, epochs: 1 }), waves(900), {
        ...FRAMES,
        seed,
        selfTest: false,
      })
    }
    const bytes = encodeMultivariate(await train(1))
    expect(encodeMultivariate(await train(1))).toEqual(bytes)
    expect(encodeMultivariate(await train(2))).not.toEqual(bytes)
  })

  it('refuses too little data and bad options', async () => {
    await expect(trainMultivariate(predictive, waves(120), FRAMES)).rejects.toThrow('frames')
    expect(() => mscredDetector('published', { gap: 0 })).toThrow('gap 0')
    expect(() => detectorOfMode('magic')).toThrow('mode "magic"')
  })
})

describe('countsDetector', () => {
  it('finds windows that are rebuilt badly', async () => {
    const detector = countsDetector({ widths: [6, 8, 8], epochs: 8 }) as MultivariateDetector<unknown>
    const model = await trainMultivariate(detector, waves(1200), {
      frame: 20,
      step: 2,
      threshold: 'highest',
      selfTest: false,
    })
    const judge = await detector.open(model.parameters, model.options)
    const { end, start, isAnomaly, causes } = await scoreMultivariate(
      model,
      judge,
      lifted(waves(400, { seed: 2 }), { i: 1, from: 200, to: 220, by: 4 }),
    )
    const flagged = Array.from(end.keys()).filter((f) => isAnomaly[f] === 1)
    expect(flagged.length).toBeGreaterThan(0)
    expect(flagged.every((f) => end[f] >= 200 && start[f] < 220)).toBe(true)
    expect(flagged.some((f) => causes[f][0].series === 1)).toBe(true)
    await judge.dispose()
  })

  it.each([{ epochs: 0 }, { epochs: 1.5 }, { trainingStep: 0 }, { widths: [8, 0, 8] as const }])(
    'refuses %p',
    async (options) => {
      const detector = countsDetector(options) as MultivariateDetector<unknown>
      await expect(trainMultivariate(detector, waves(400), { frame: 20 })).rejects.toMatchObject({
        code: 'bad-options',
      })
    },
  )
})

describe('the joined mode', () => {
  it('has the parts of the ensemble and of the network', async () => {
    const joined = detectorOfMode('joined', { epochs: 1 })
    const model = await trainMultivariate(joined, waves(2400, { size: 4 }), { crossFit: false, selfTest: false })
    expect(model.parts.map(({ name }) => name)).toEqual(['autoregression', 'components', 'average', 'predictive'])
    expect(decodeMultivariate(encodeMultivariate(model)).mode).toBe('joined')
  })
})

describe('decodeMultivariate', () => {
  it('refuses what it did not write', () => {
    expect(() => decodeMultivariate(new Uint8Array(20))).toThrow('train again')
  })

  it('refuses weights that are no numbers', async () => {
    const detector = countsDetector({ widths: [4, 4, 4], epochs: 1 }) as MultivariateDetector<unknown>
    const bytes = encodeMultivariate(await trainMultivariate(detector, waves(800), { frame: 20, selfTest: false }))
    expect(() => decodeMultivariate(bytes.fill(0xff, bytes.length - 8))).toThrow('no number')
  })
})
