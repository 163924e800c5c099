/** Lines that a detector judged as one. */
export interface Unit {
  readonly firstLine: number
  /** Included. */
  readonly lastLine: number
  readonly source: string | null
  readonly isFlagged: boolean
  readonly score: number | null
  readonly pValue: number | null
}

/** A table by column name. */
export type Table = Record<string, ArrayLike<unknown>>
/** What a file that does not say it covers. */
export interface Widths {
  readonly windowSize: number
  readonly sequenceLength: number
}

/** The files that results are found in, and how each is read. */
export const RESULTS: readonly { detector: string; file: string; unitsOf: (table: Table, widths: Widths) => Unit[] }[] =
  [
    { detector: 'Baseline', file: 'baseline_scores.parquet', unitsOf: baselineUnits },
    { detector: 'DeepLog', file: 'deeplog_infer.parquet', unitsOf: deepLogUnits },
    { detector: 'MS-CRED', file: 'mscred_infer.parquet', unitsOf: mscredUnits },
  ]

function baselineUnits(table: Table, { windowSize }: Widths): Unit[] {
  return Array.from(numbers(table.window_start_line), (firstLine, i) => ({
    firstLine,
    lastLine: numberAt(table.window_end_line, i) ?? firstLine + windowSize - 1,
    source: textAt(table.source, i),
    isFlagged: Boolean(table.is_anomaly[i]),
    score: numberAt(table.score, i),
    pValue: numberAt(table.p_value, i),
  }))
}

/** A line is flagged when its template was not among the predicted ones. */
function deepLogUnits(table: Table, { sequenceLength }: Widths): Unit[] {
  const isPredicted = table.prediction_ok ?? table.in_topk
  return Array.from(numbers(table.idx), (index, i) => {
    const line = numberAt(table.line_no, i) ?? index + sequenceLength
    const pValue = numberAt(table.p_value, i)
    return {
      firstLine: line,
      lastLine: line,
      source: textAt(table.source, i),
      isFlagged: !isPredicted[i],
      score: pValue === null ? null : -Math.log10(pValue),
      pValue,
    }
  })
}

function mscredUnits(table: Table, { windowSize }: Widths): Unit[] {
  return Array.from(numbers(table.start_index), (firstLine, i) => ({
    firstLine,
    lastLine: numberAt(table.window_end_line, i) ?? firstLine + windowSize - 1,
    source: textAt(table.source, i),
    isFlagged: Boolean(table.is_anomaly[i]),
    score: numberAt(table.reconstruction_error, i),
    pValue: numberAt(table.p_value, i),
  }))
}

function numbers(column: ArrayLike<unknown>): number[] {
  return Array.from(column, Number)
}

function numberAt(column: ArrayLike<unknown> | undefined, i: number): number | null {
  const value = column?.[i]
  return value === undefined || value === null ? null : Number(value)
}

function textAt(column: ArrayLike<unknown> | undefined, i: number): string | null {
  const value = column?.[i]
  return typeof value === 'string' ? value : null
}
