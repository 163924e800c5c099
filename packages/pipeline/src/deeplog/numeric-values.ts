import { UNK, type Vocabulary } from '@sp/builders'
import type { ValueModel, ValueSeries } from '@sp/deeplog'
import { ParsedLogFile } from '@sp/log-table'

/** A column counts as numeric where at least this share of its rows is. */
const NUMERIC = 0.95
/** Numbers as masks hide them, a unit allowed after them: `12`, `-3.5`, `15ms`. Not addresses, ids or paths. */
const NUMBER = /^[-+]?\d+(\.\d+)?(e[-+]?\d+)?\s?([a-zA-Z%]{0,5})$/

/**
 * The numbers that lines carry, per template of a vocabulary: its numeric parameters by their place, and the seconds
 * since the line before of the same template and source.
 * @param options.model judges them: its templates with its columns, whatever this log holds in them; left out, the
 * columns are those that are numeric in this log
 */
export async function readNumericValues(
  parsedPath: string,
  {
    vocabulary,
    model,
    signal,
  }: { readonly vocabulary: Vocabulary; readonly model?: ValueModel; readonly signal?: AbortSignal },
): Promise<ValueSeries[]> {
  const modelled = model && new Map(model.templates.map(({ template, columns }) => [template, columns]))
  const log = await ParsedLogFile.open(parsedPath)
  try {
    const gathered = new Map<number, GatheredRows>()
    const lastTime = new Map<string, number>()
    let row = 0
    for await (const batch of log.batches({ columns: ['template', 'parameters', 'timestamp', 'source'] })) {
      signal?.throwIfAborted()
      for (let i = 0; i < batch.rowCount; i++, row++) {
        const index = vocabulary.indexOf(log.templates[batch.template[i]]?.id ?? '')
        if (index === UNK || (modelled && !modelled.has(index))) continue
        const before = `${index} ${batch.source.codes[i]}`
        const time = batch.timestamp[i]
        const gap = (time - (lastTime.get(before) ?? NaN)) / 1000
        if (!Number.isNaN(time)) lastTime.set(before, time)
        const rows = gathered.get(index) ?? { rows: [], numbers: [] }
        rows.rows.push(row)
        rows.numbers.push([...batch.parameters.at(i).map(({ value }) => numberOf(value)), gap])
        gathered.set(index, rows)
      }
    }
    return [...gathered]
      .sort((a, b) => a[0] - b[0])
      .map(([template, rows]) => seriesOf(template, rows, modelled?.get(template) ?? numericColumns(rows)))
  } finally {
    await log.close()
  }
}

/** The original lines of a parsed log, by row. */
export async function readRawLines(
  parsedPath: string,
  { signal }: { readonly signal?: AbortSignal },
): Promise<readonly string[]> {
  const log = await ParsedLogFile.open(parsedPath)
  try {
    const lines: string[] = []
    for await (const batch of log.batches({ columns: ['raw'] })) {
      signal?.throwIfAborted()
      for (let i = 0; i < batch.rowCount; i++) lines.push(batch.raw.at(i) ?? '')
    }
    return lines
  } finally {
    await log.close()
  }
}

interface GatheredRows {
  readonly rows: number[]
  /** Of each row its parameters as numbers, NaN where they are none, and the gap. */
  readonly numbers: number[][]
}

function numberOf(value: string): number {
  return NUMBER.test(value) ? parseFloat(value) : NaN
}

function numericColumns({ numbers }: GatheredRows): string[] {
  const most = numbers.reduce((width, row) => Math.max(width, row.length - 1), 0)
  const places = Array.from({ length: most }, (_, place) => place).filter((place) => isNumeric(numbers, place))
  const hasGaps = numbers.some((row) => !Number.isNaN(row[row.length - 1]))
  return [...places.map((place) => String(place + 1)), ...(hasGaps ? ['gap'] : [])]
}

function seriesOf(template: number, { rows, numbers }: GatheredRows, columns: readonly string[]): ValueSeries {
  const values = new Float64Array(rows.length * columns.length)
  numbers.forEach((row, i) => {
    columns.forEach((name, c) => {
      const value = name === 'gap' ? row[row.length - 1] : Number(name) <= row.length - 1 ? row[Number(name) - 1] : NaN
      values[i * columns.length + c] = value
    })
  })
  return { template, columns, rows: Int32Array.from(rows), values }
}

function isNumeric(numbers: readonly number[][], place: number): boolean {
  const filled = numbers.filter((row) => place < row.length - 1 && !Number.isNaN(row[place])).length
  return filled >= NUMERIC * numbers.length
}
