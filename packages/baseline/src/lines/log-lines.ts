import { Dictionary, type ParsedLog } from '@sp/log-table'

/** What of a parsed log the line detectors read; a whole `ParsedLog` fits. */
export type LineColumns = Pick<
  ParsedLog,
  'rowCount' | 'timestamp' | 'host' | 'process' | 'pid' | 'template' | 'parameters'
>

/** The lines of a log as flat arrays of `count` entries. */
export interface LogLines {
  readonly count: number
  /** Row of the first line in the stream of rows they come from, 0-based. */
  readonly firstRow: number
  /** Code of the template; negative where there is none. */
  readonly template: Int32Array
  /** Milliseconds since 1970, NaN where unknown. */
  readonly time: Float64Array
  readonly hosts: readonly string[]
  /** Index into `hosts`. */
  readonly host: Int32Array
  /** Number of the program on its host, and of the process of that program: the same number, the same thing. */
  readonly program: Int32Array
  readonly process: Int32Array
  /** Line `i` owns the values `valueOffsets[i] <= v < valueOffsets[i + 1]`. */
  readonly valueOffsets: Int32Array
  /** Its parameters as numbers, in order; NaN where one is none. */
  readonly values: Float64Array
}

/** Rows `from <= row < to`, counted from 0 within a {@link LogLines}. */
export interface RowRange {
  readonly from: number
  readonly to: number
}

/** Gathers the lines of a log. Memory: about 50 bytes a line and 8 a parameter. */
export async function collectLines(
  batches: AsyncIterable<LineColumns> | Iterable<LineColumns>,
  { firstRow = 0 }: { readonly firstRow?: number } = {},
): Promise<LogLines> {
  const [template, time, host, program, process]: number[][] = [[], [], [], [], []]
  const values: number[] = []
  const valueOffsets: number[] = [0]
  const [hosts, programs, processes] = [new Dictionary(), new Dictionary(), new Dictionary()]
  for await (const batch of batches) {
    for (let i = 0; i < batch.rowCount; i++) {
      const hostName = batch.host.at(i) ?? ''
      const programName = `${hostName}\0${batch.process.at(i) ?? ''}`
      template.push(batch.template[i])
      time.push(batch.timestamp[i])
      host.push(hosts.codeOf(hostName))
      program.push(programs.codeOf(programName))
      process.push(processes.codeOf(`${programName}\0${batch.pid[i]}`))
      batch.parameters.visit(i, (_, value) => values.push(numberOf(value)))
      valueOffsets.push(values.length)
    }
  }
  return {
    count: template.length,
    firstRow,
    template: Int32Array.from(template),
    time: Float64Array.from(time),
    hosts: [...hosts.values],
    host: Int32Array.from(host),
    program: Int32Array.from(program),
    process: Int32Array.from(process),
    valueOffsets: Int32Array.from(valueOffsets),
    values: Float64Array.from(values),
  }
}

/** A number with or without a unit (`12`, `-0.5`, `350ms`, `42C`), else NaN. */
function numberOf(text: string): number {
  const match = /^(-?\d{1,15}(?:\.\d{1,9})?)[a-zA-Z%]{0,4}$/.exec(text)
  return match === null ? NaN : Number(match[1])
}
