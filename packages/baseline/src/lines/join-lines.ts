import type { LogLines } from './log-lines.js'

/** Lines of several parts as one, in the order given. */
export function joinLines(parts: readonly LogLines[], firstRow: number): LogLines {
  const count = parts.reduce((sum, part) => sum + part.count, 0)
  const valueCount = parts.reduce((sum, { values }) => sum + values.length, 0)
  const joined = {
    count,
    firstRow,
    template: new Int32Array(count),
    at: new Float64Array(count),
    hostName: [] as string[],
    host: new Int32Array(count),
    program: new Int32Array(count),
    process: new Int32Array(count),
    firstHeard: new Uint8Array(count),
    valueOffsets: new Int32Array(count + 1),
    values: new Float64Array(valueCount),
  }
  const stretches: number[] = []
  let [line, value] = [0, 0]
  for (const part of parts) {
    for (const start of part.stretches) stretches.push(line + start)
    joined.template.set(part.template, line)
    joined.at.set(part.at, line)
    for (const name of part.hostName) joined.hostName.push(name)
    joined.host.set(part.host, line)
    joined.program.set(part.program, line)
    joined.process.set(part.process, line)
    joined.firstHeard.set(part.firstHeard, line)
    for (let i = 1; i <= part.count; i++) joined.valueOffsets[line + i] = value + part.valueOffsets[i]
    joined.values.set(part.values, value)
    line += part.count
    value += part.values.length
  }
  return { ...joined, stretches: Int32Array.from(stretches) }
}

/** Some of the lines, views of their columns; stretches that begin before begin with the first of them. */
export function sliceLines(lines: LogLines, from: number, to: number): LogLines {
  const { valueOffsets, stretches } = lines
  return {
    count: to - from,
    firstRow: lines.firstRow + from,
    template: lines.template.subarray(from, to),
    at: lines.at.subarray(from, to),
    hostName: lines.hostName.slice(from, to),
    host: lines.host.subarray(from, to),
    program: lines.program.subarray(from, to),
    process: lines.process.subarray(from, to),
    firstHeard: lines.firstHeard.subarray(from, to),
    stretches: stretches.filter((start) => start >= from && start < to).map((start) => start - from),
    valueOffsets: valueOffsets.subarray(from, to + 1),
    values: lines.values,
  }
}
