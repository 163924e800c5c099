import fc from 'fast-check'
import { countTimeWindows } from '../src/count-time-windows.js'
import { countWindows } from '../src/count-windows.js'
import { sliceSeries, stretchStarts } from '../src/multivariate-series.js'
import { channelNames, checkChannels, chooseChannels } from '../src/series-channels.js'
import { frameEnds, signatureMatrices } from '../src/signature-matrix.js'
import { SeriesCounter, type SeriesCounterSnapshot } from '../src/series-counter.js'
import { channelCodes, seriesFromWindows } from '../src/window-series.js'
import { logOf, type Line } from './log-of.js'

const table = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, text: id, count: 0 }))

function log(templates: readonly number[], { source = 's', everyMs = 1000, from = 0 } = {}): Line[] {
  return templates.map((template, i) => ({ source, template, time: from + i * everyMs }))
}

describe('chooseChannels', () => {
  it('takes the templates with most lines and leaves the rest to `other`', async () => {
    const windows = await countWindows([logOf(log([0, 0, 0, 1, 1, 1, 1, 2, 3, 3]))], { windowSize: 2, stride: 2 })
    const channels = chooseChannels(windows, table, 4)
    expect(channels.templates.toSorted()).toEqual(['a', 'b'])
    expect(channels.other).toEqual(['c', 'd'])
    expect(channelNames(channels).slice(-2)).toEqual(['other', 'unknown'])
  })

  it('makes neighbours of templates that come together', async () => {
    const pairs = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? [0, 2, 0] : [1, 3, 1])).flat()
    const windows = await countWindows([logOf(log(pairs))], { windowSize: 3, stride: 3 })
    expect(chooseChannels(windows, table).templates).toEqual(['a', 'c', 'b', 'd'])
  })

  it('refuses too few series and a damaged mapping', async () => {
    const windows = await countWindows([logOf(log([0]))])
    expect(() => chooseChannels(windows, table, 2)).toThrow('3 or more')
    expect(() => checkChannels({ version: 1, templates: ['a', 'a'], other: [] })).toThrow('distinct')
    expect(() => checkChannels({ version: 9, templates: [], other: [] })).toThrow('version 9')
  })
})

describe('seriesFromWindows', () => {
  it('counts templates in their own series, in `other`, and in `unknown` where training held none', async () => {
    const windows = await countWindows([logOf(log([0, 1, 2, 3, -1, 0]))], { windowSize: 6, stride: 6 })
    const series = seriesFromWindows(windows, { version: 1, templates: ['b', 'a'], other: ['c'] }, table)
    expect(series.names).toEqual(['b', 'a', 'other', 'unknown'])
    expect([...series.values]).toEqual([1, 2, 1, 2])
  })

  it('leaves short windows out and starts a stretch at each source', async () => {
    const lines = [...log([0, 0, 0, 0, 0]), ...log([1, 1, 1, 1], { source: 't' })]
    const windows = await countWindows([logOf(lines)], { windowSize: 2, stride: 1 })
    const series = seriesFromWindows(windows, { version: 1, templates: ['a', 'b'], other: [] }, table)
    expect(series.starts).toEqual([0, 4])
    expect([...series.window]).toEqual([0, 1, 2, 3, 5, 6, 7])
    expect([...stretchStarts(series)]).toEqual([0, 0, 0, 0, 4, 4, 4])
  })
})

describe('SeriesCounter', () => {
  const channels = { version: 1, templates: ['a', 'b'], other: ['c'] }

  it('gives the points of all windows at once, however rows are cut and wherever its state is saved', async () => {
    const times = fc.array(fc.oneof(fc.nat(90_000), fc.constant(-7_200_000), fc.constant(NaN)), { maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(times, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), async (steps, sizes) => {
        let now = 1e12
        const lines = steps.map((step, i) => {
          if (!Number.isNaN(step)) now += step
          return { source: 's', template: (i % 6) - 1, time: Number.isNaN(step) ? NaN : now }
        })
        const windows = await countTimeWindows(lines.length > 0 ? [logOf(lines)] : [])
        const whole = seriesFromWindows(windows, channels, table)
        let counter = new SeriesCounter(channelCodes(channels, table), 60_000)
        const values: number[] = []
        const starts: number[] = []
        for (let from = 0, turn = 0; from < lines.length; turn++) {
          const size = sizes[turn % sizes.length]
          const { series } = counter.push(logOf(lines.slice(from, from + size)))
          starts.push(...series.starts.map((start) => start + values.length / series.names.length))
          values.push(...series.values)
          const saved = JSON.parse(JSON.stringify(counter.snapshot())) as SeriesCounterSnapshot
          counter = new SeriesCounter(channelCodes(channels, table), 60_000, saved)
          from += size
        }
        expect(values).toEqual([...whole.values])
        expect(starts).toEqual([...whole.starts])
      }),
    )
  })

  it('keeps no rows of a log without times', () => {
    const counter = new SeriesCounter(channelCodes(channels, table), 60_000)
    const lines = Array.from({ length: 5000 }, () => ({ source: 's', template: 0, time: NaN }))
    counter.push(logOf(lines))
    expect(JSON.stringify(counter.snapshot()).length).toBeLessThan(300)
  })
})

describe('sliceSeries', () => {
  it('keeps the starts of stretches inside', () => {
    const series = { count: 6, names: ['x'], values: Float64Array.of(0, 1, 2, 3, 4, 5), starts: [0, 3] }
    const part = sliceSeries(series, 2, 5)
    expect([...part.values]).toEqual([2, 3, 4])
    expect(part.starts).toEqual([0, 1])
  })
})

describe('signatureMatrices', () => {
  it('holds the inner products of the last points, divided by how many they are', () => {
    const values = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8) // 4 points of 2 series
    const matrices = signatureMatrices(
      { count: 4, names: ['x', 'y'], values, starts: [0] },
      { scales: [1, 2], step: 2 },
    )
    expect([...matrices.end]).toEqual([1, 3])
    expect([...matrices.values.subarray(0, 4)]).toEqual([9, 12, 12, 16])
    expect([...matrices.values.subarray(4, 8)]).toEqual([5, 7, 7, 10])
    expect([...matrices.values.subarray(12, 16)]).toEqual([37, 43, 43, 50])
  })

  it('makes no frame across the start of a stretch', () => {
    const { end, follows } = frameEnds({ count: 12, starts: [0, 5] }, { longest: 3, step: 2 })
    expect([...end]).toEqual([2, 4, 7, 9, 11])
    expect([...follows]).toEqual([0, 1, 0, 1, 1])
  })

  it('refuses a step of nothing', () => {
    const series = { count: 1, names: ['x'], values: new Float64Array(1), starts: [0] }
    expect(() => signatureMatrices(series, { step: 0 })).toThrow('1 or more')
  })
})

describe('countTimeWindows', () => {
  it('gives a window to every minute, also to one without a line', async () => {
    const lines = [...log([0, 1]), ...log([0], { from: 150_000 }), ...log([2], { from: 185_000 })]
    const windows = await countTimeWindows([logOf(lines)], { windowMs: 60_000 })
    expect([...windows.startTime]).toEqual([0, 60_000, 120_000, 180_000])
    expect([...windows.endRow].map((end, w) => end - windows.startRow[w])).toEqual([2, 0, 1, 1])
    expect([...windows.endTime]).toEqual([60_000, 120_000, 180_000, 185_000])
  })

  it('leaves the window that is not over out of the series', async () => {
    const lines = [...log([0, 1]), ...log([0], { from: 150_000 })]
    const windows = await countTimeWindows([logOf(lines)], { windowMs: 60_000 })
    const series = seriesFromWindows(windows, { version: 1, templates: ['a', 'b'], other: [] }, table)
    expect(series.count).toBe(2)
    expect(series.starts).toEqual([0])
  })

  it('starts anew after a long silence and when the clock is set back', async () => {
    const lines = [...log([0]), ...log([0], { from: 1e9 }), ...log([0], { from: 5e8 }), ...log([0], { from: 5e8 + 1 })]
    const windows = await countTimeWindows([logOf(lines)], { windowMs: 1000 })
    expect([...windows.startTime]).toEqual([0, 1e9, 5e8])
    const series = seriesFromWindows(windows, { version: 1, templates: ['a'], other: [] }, table)
    expect(series.starts).toEqual([0])
  })

  it('does not depend on how rows are cut into batches', async () => {
    const lines = [...log([0, 1, 2], { everyMs: 400 }), ...log([3, 3], { from: 9000 })]
    const whole = await countTimeWindows([logOf(lines)], { windowMs: 500 })
    const parts = lines.map((_, i) => logOf(lines, i, i + 1))
    expect(await countTimeWindows(parts, { windowMs: 500 })).toEqual(whole)
  })

  it('refuses windows of no length', async () => {
    await expect(countTimeWindows([], { windowMs: 0 })).rejects.toThrow('more than 0')
  })
})
