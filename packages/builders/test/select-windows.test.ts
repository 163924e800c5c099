import { countWindows } from '../src/count-windows.js'
import { BuildersError } from '../src/errors.js'
import { selectWindows } from '../src/select-windows.js'
import { windowSegments } from '../src/window-segments.js'
import { logOf } from './log-of.js'

const log = Array.from({ length: 12 }, (_, i) => ({ source: i < 8 ? 'a' : 'b', template: i % 4, time: i }))
const options = { windowSize: 4, stride: 2 }

describe('selectWindows', () => {
  it('returns the same windows when all are selected', async () => {
    const windows = await countWindows([logOf(log)], options)
    expect(selectWindows(windows, [...windows.startRow.keys()])).toEqual(windows)
  })

  it('keeps rows, times, sources and counts of what it selects', async () => {
    const windows = await countWindows([logOf(log)], options)
    const picked = selectWindows(windows, [4, 1])
    expect([...picked.startRow]).toEqual([8, 2])
    expect([...picked.startTime]).toEqual([8, 2])
    expect([...picked.source]).toEqual([1, 0])
    expect([...picked.templates]).toEqual([0, 1, 2, 3, 0, 1, 2, 3])
    expect([...picked.offsets]).toEqual([0, 4, 8])
  })

  it('refuses a window that is not there', async () => {
    const windows = await countWindows([logOf(log)], options)
    expect(() => selectWindows(windows, [6])).toThrow(BuildersError)
    expect(() => selectWindows(windows, [-1])).toThrow('window -1, expected 0 to 5')
  })
})

describe('windowSegments', () => {
  it('ends a run at another source and at a gap', async () => {
    const windows = await countWindows([logOf(log)], options)
    expect(windowSegments(windows)).toEqual([
      { from: 0, to: 4 },
      { from: 4, to: 6 },
    ])
    expect(windowSegments(selectWindows(windows, [0, 1, 3]))).toEqual([
      { from: 0, to: 2 },
      { from: 2, to: 3 },
    ])
    expect(windowSegments(selectWindows(windows, []))).toEqual([])
  })
})
