import type { WindowCounts } from '@sp/builders'
import type { LogLines } from '../lines/log-lines.js'

/** The highest score of the lines of each window. */
export function highestOfLines(
  scores: Float64Array,
  { windows, lines }: { readonly windows: WindowCounts; readonly lines: LogLines },
): Float64Array {
  return Float64Array.from({ length: windows.count }, (_, w) => {
    let highest = 0
    for (let row = windows.startRow[w]; row < windows.endRow[w]; row++) {
      highest = Math.max(highest, scores[row - lines.firstRow])
    }
    return highest
  })
}
