import { Dictionary } from '@sp/log-table'
import type { WindowCounts } from './window-counts.js'

/**
 * Windows of several parts as one, in the order given, as if they had been counted in one go.
 * @param parts of the same window size and stride
 * @param shape of the result where there are no parts
 */
export function joinWindows(
  parts: readonly WindowCounts[],
  { windowSize, stride }: Pick<WindowCounts, 'windowSize' | 'stride'> = parts[0],
): WindowCounts {
  const sources = new Dictionary()
  const places = parts.filter(({ count }) => count > 0)
  const source = joinIntegers(places.map((part) => part.source.map((code) => sources.codeOf(part.sources[code]))))
  const offsets = new Int32Array(source.length + 1)
  let [window, filled] = [0, 0]
  for (const part of places) {
    for (let w = 1; w <= part.count; w++) offsets[++window] = filled + part.offsets[w]
    filled = offsets[window]
  }
  function joined(name: 'startRow' | 'endRow' | 'startLine' | 'endLine' | 'templates' | 'counts'): Int32Array {
    return joinIntegers(places.map((part) => part[name]))
  }
  return {
    count: source.length,
    windowSize,
    stride,
    startRow: joined('startRow'),
    endRow: joined('endRow'),
    sources: [...sources.values],
    source,
    startLine: joined('startLine'),
    endLine: joined('endLine'),
    startTime: joinFloats(places.map(({ startTime }) => startTime)),
    endTime: joinFloats(places.map(({ endTime }) => endTime)),
    offsets,
    templates: joined('templates'),
    counts: joined('counts'),
  }
}

function joinIntegers(parts: readonly Int32Array[]): Int32Array {
  const joined = new Int32Array(lengthOf(parts))
  let filled = 0
  for (const part of parts) {
    joined.set(part, filled)
    filled += part.length
  }
  return joined
}

function joinFloats(parts: readonly Float64Array[]): Float64Array {
  const joined = new Float64Array(lengthOf(parts))
  let filled = 0
  for (const part of parts) {
    joined.set(part, filled)
    filled += part.length
  }
  return joined
}

function lengthOf(parts: readonly { readonly length: number }[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0)
}
