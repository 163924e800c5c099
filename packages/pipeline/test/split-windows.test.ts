import { countWindows } from '@sp/builders'
import { DictionaryColumn } from '@sp/log-table'
import { splitWindows } from '../src/split-windows.js'

/** Windows of 50 rows every 25, of files with these numbers of lines, one line a second from `starts`. */
function windowsOf(files: readonly { readonly lines: number; readonly start: number }[]) {
  const rows = files.flatMap(({ lines, start }, file) =>
    Array.from({ length: lines }, (_, line) => ({ file, line, time: (start + line) * 1000 })),
  )
  const batch = {
    rowCount: rows.length,
    source: new DictionaryColumn(
      files.map((_, file) => `${file}.log`),
      Int32Array.from(rows, ({ file }) => file),
    ),
    lineNo: Int32Array.from(rows, ({ line }) => line),
    timestamp: Float64Array.from(rows, ({ time }) => time),
    template: new Int32Array(rows.length),
  }
  return countWindows([batch])
}

function rowsOf({ startRow, endRow, count }: Awaited<ReturnType<typeof windowsOf>>): Set<number> {
  const rows = new Set<number>()
  for (let w = 0; w < count; w++) for (let row = startRow[w]; row < endRow[w]; row++) rows.add(row)
  return rows
}

test.each([
  ['one file', [{ lines: 1000, start: 0 }]],
  [
    'the newer file first',
    [
      { lines: 700, start: 500 },
      { lines: 500, start: 0 },
    ],
  ],
  [
    'two files of the same hours',
    [
      { lines: 600, start: 0 },
      { lines: 600, start: 10 },
    ],
  ],
])('no row both teaches and is judged: %s', async (_, files) => {
  const windows = await windowsOf(files)
  const { normal, target } = splitWindows(windows, 0.5)
  expect(target.count).toBe(Math.ceil(windows.count / 2))
  expect(normal.count).toBeGreaterThan(windows.count / 2 - 4)
  const judged = rowsOf(target)
  expect([...rowsOf(normal)].filter((row) => judged.has(row))).toEqual([])
  expect(Math.min(...target.startTime)).toBeGreaterThan(Math.min(...normal.startTime))
})
