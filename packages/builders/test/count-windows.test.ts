import fc from 'fast-check'
import { countWindows } from '../src/count-windows.js'
import { BuildersError } from '../src/errors.js'
import { logOf, type Line } from './log-of.js'

const line = fc.record({
  source: fc.constantFrom('a', 'b'),
  template: fc.integer({ min: -1, max: 5 }),
  time: fc.option(fc.integer({ min: 0, max: 1000 }), { nil: NaN }),
})

describe('countWindows', () => {
  it('starts a window at every stride and keeps the short ones at the end, as the reference system does', async () => {
    const windows = await countWindows([logOf(lines(60))])
    expect([...windows.startRow]).toEqual([0, 25, 50])
    expect([...windows.endRow]).toEqual([50, 60, 60])
  })

  it('starts a window at the last stride even when an earlier one has reached the end', async () => {
    const windows = await countWindows([logOf(lines(50))])
    expect([...windows.startRow]).toEqual([0, 25])
    expect([...windows.endRow]).toEqual([50, 50])
  })

  it('gives one short window to a source with fewer rows than a stride', async () => {
    const windows = await countWindows([logOf(lines(3))])
    expect(windows.count).toBe(1)
    expect(windows.endRow[0]).toBe(3)
  })

  it('gives no window to an empty stream', async () => {
    const windows = await countWindows([])
    expect(windows.count).toBe(0)
    expect([...windows.offsets]).toEqual([0])
  })

  it('leaves gaps between windows when the stride is larger than the window', async () => {
    const windows = await countWindows([logOf(lines(10))], { windowSize: 2, stride: 4 })
    expect([...windows.startRow]).toEqual([0, 4, 8])
    expect([...windows.endRow]).toEqual([2, 6, 10])
  })

  it('never crosses a source boundary and starts anew when a source comes back', async () => {
    const windows = await countWindows([logOf([...lines(3, 'a'), ...lines(2, 'b'), ...lines(3, 'a')])], {
      windowSize: 4,
      stride: 2,
    })
    expect([...windows.startRow]).toEqual([0, 2, 3, 5, 7])
    expect([...windows.endRow]).toEqual([3, 3, 5, 8, 8])
    expect([...windows.source].map((s) => windows.sources[s])).toEqual(['a', 'a', 'b', 'a', 'a'])
    expect([...windows.startLine]).toEqual([0, 2, 0, 3, 5])
    expect([...windows.endLine]).toEqual([2, 2, 1, 5, 5])
  })

  it('takes the earliest and latest known time, and NaN where no row has one', async () => {
    const times = [NaN, 5, 3, NaN, NaN, NaN]
    const windows = await countWindows([logOf(times.map((time) => ({ source: 'a', template: 0, time })))], {
      windowSize: 3,
      stride: 3,
    })
    expect([...windows.startTime]).toEqual([3, NaN])
    expect([...windows.endTime]).toEqual([5, NaN])
  })

  it('numbers rows from the first row it is told', async () => {
    const windows = await countWindows([logOf(lines(60))], { firstRow: 1000 })
    expect([...windows.startRow]).toEqual([1000, 1025, 1050])
    expect([...windows.endRow]).toEqual([1050, 1060, 1060])
    expect([...windows.startLine]).toEqual([0, 25, 50])
  })

  it('refuses a window size or stride that is not a positive integer', async () => {
    await expect(countWindows([], { windowSize: 0 })).rejects.toThrow(BuildersError)
    await expect(countWindows([], { stride: 2.5 })).rejects.toThrow('stride 2.5, expected an integer of 1 or more')
  })

  it('gives the same windows whatever the batch size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 60 }), fc.integer({ min: 1, max: 9 }), async (log, size) => {
        const options = { windowSize: 7, stride: 3 }
        expect(await countWindows(inBatches(log, size), options)).toEqual(await countWindows([logOf(log)], options))
      }),
    )
  })

  it('agrees with counting each window by itself', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 60 }), async (log) => {
        const windows = await countWindows([logOf(log)], { windowSize: 7, stride: 3 })
        for (let w = 0; w < windows.count; w++) {
          const rows = log.slice(windows.startRow[w], windows.endRow[w])
          const distinct = [...new Set(rows.map((row) => row.template))].sort((a, b) => a - b)
          const [from, to] = [windows.offsets[w], windows.offsets[w + 1]]
          expect([...windows.templates.slice(from, to)]).toEqual(distinct)
          expect([...windows.counts.slice(from, to)]).toEqual(
            distinct.map((template) => rows.filter((row) => row.template === template).length),
          )
        }
      }),
    )
  })
})

function lines(count: number, source = 'a'): Line[] {
  return Array.from({ length: count }, (_, i) => ({ source, template: i % 3, time: NaN }))
}

/** Batches that share their dictionary of sources, as those of one stream do. */
function inBatches(log: Line[], size: number) {
  const batches = []
  for (let i = 0; i < log.length; i += size) batches.push(logOf(log, i, i + size))
  return batches
}
