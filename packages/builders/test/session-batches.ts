import { Dictionary, DictionaryColumn } from '@sp/log-table'
import type { SessionColumns } from '../src/session-keys.js'

/** A line of a test log, with what a test leaves open filled in. */
export interface Line {
  readonly source?: string
  readonly host?: string | null
  readonly process?: string | null
  readonly template?: number
  readonly time?: number
  readonly raw?: string
}

/** Lines as columns, in batches of a size; dictionaries are shared as in a stream. */
export function batchesOf(lines: readonly Line[], size = lines.length): SessionColumns[] {
  const dictionaries = { source: new Dictionary(), host: new Dictionary(), process: new Dictionary() }
  function column(name: 'source' | 'host' | 'process', part: readonly Line[], absent: string | null) {
    const dictionary = dictionaries[name]
    const codes = Int32Array.from(part, (line) => dictionary.codeOf(line[name] === undefined ? absent : line[name]!))
    return new DictionaryColumn(dictionary.values, codes)
  }
  const batches: SessionColumns[] = []
  for (let from = 0; from < lines.length; from += size) {
    const part = lines.slice(from, from + size)
    batches.push({
      rowCount: part.length,
      source: column('source', part, 'app.log'),
      host: column('host', part, null),
      process: column('process', part, null),
      timestamp: Float64Array.from(part, ({ time }) => time ?? NaN),
      template: Int32Array.from(part, ({ template }) => template ?? 0),
      raw: { length: part.length, at: (i: number) => part[i].raw ?? '' },
    })
  }
  return batches
}
