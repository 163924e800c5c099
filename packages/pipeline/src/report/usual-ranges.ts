import type { ParsedLogFile } from '@sp/log-table'

/** Name of the column of seconds since the line before of the same template and source. */
export const GAP = 'gap'
/** Values of a column that are kept; more would not move its quantiles. */
const MAX_VALUES = 100_000
/** Share of the values at each end that are not usual: the strange ones are among them. */
const TAIL = 0.005

/** Columns whose usual range is asked for: by template id, numbers of parameters from 1 and {@link GAP}. */
export type AskedColumns = ReadonlyMap<string, ReadonlySet<string>>

/** What numbers of a log usually are: by template and column the range without its ends. */
export class UsualRanges {
  readonly #values = new Map<string, number[]>()

  /** Reads the values of the columns asked for in one pass; of none it reads nothing. */
  static async read(log: ParsedLogFile, asked: AskedColumns): Promise<UsualRanges> {
    const ranges = new UsualRanges()
    if (asked.size === 0) return ranges
    const lastTime = new Map<string, number>()
    for await (const batch of log.batches({ columns: ['template', 'parameters', 'timestamp', 'source'] })) {
      for (let i = 0; i < batch.rowCount; i++) {
        const id = log.templates[batch.template[i]]?.id ?? ''
        const columns = asked.get(id)
        if (columns === undefined) continue
        const time = batch.timestamp[i]
        const place = `${id} ${batch.source.codes[i]}`
        ranges.#add(id, GAP, (time - (lastTime.get(place) ?? NaN)) / 1000)
        lastTime.set(place, time)
        const parameters = batch.parameters.at(i)
        for (const column of columns) ranges.#add(id, column, parseFloat(parameters[Number(column) - 1]?.value ?? ''))
      }
    }
    return ranges
  }

  /** The usual range of a column; from 0 to 0 where it has no numbers. */
  rangeOf(id: string, column: string): { readonly low: number; readonly high: number } {
    const sorted = Float64Array.from(this.#values.get(`${id} ${column}`) ?? []).sort()
    if (sorted.length === 0) return { low: 0, high: 0 }
    const cut = Math.ceil(TAIL * sorted.length)
    const last = sorted.length - 1
    return { low: sorted[Math.min(last, cut)], high: sorted[Math.max(0, last - cut)] }
  }

  #add(id: string, column: string, value: number): void {
    if (Number.isNaN(value)) return
    const key = `${id} ${column}`
    const values = this.#values.get(key)
    if (values === undefined) this.#values.set(key, [value])
    else if (values.length < MAX_VALUES) values.push(value)
  }
}
