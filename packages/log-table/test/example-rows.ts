import { Dictionary, DictionaryColumn } from '../src/dictionary-column.js'
import { type Parameter, ParameterList } from '../src/parameter-column.js'
import type { ParsedLog } from '../src/parsed-log.js'
import type { TemplateTable } from '../src/template-table.js'

/** A row as tests write it and compare it; `null` where the log names none. */
export interface Row {
  readonly lineNo: number
  readonly timestamp: number | null
  readonly host: string | null
  readonly process: string | null
  readonly raw: string
  readonly masked: string
  /** Code in the template table, −1 for none. */
  readonly template: number
  readonly pid: number | null
  readonly severity: number
  readonly source: string | null
  readonly byteOffset: number | null
  readonly parameters: readonly Parameter[]
}

export interface Dictionaries {
  readonly host: Dictionary
  readonly process: Dictionary
  readonly source: Dictionary
}

export function newDictionaries(): Dictionaries {
  return { host: new Dictionary(), process: new Dictionary(), source: new Dictionary() }
}

/** A row like most rows, with the fields a test cares about replaced. */
export function exampleRow(fields: Partial<Row> = {}): Row {
  return {
    lineNo: 0,
    timestamp: Date.UTC(2024, 0, 31, 23, 59, 58, 125),
    host: 'web-1',
    process: 'sshd',
    raw: 'Jan 31 23:59:58 web-1 sshd[42]: Accepted password for root from 10.0.0.7 port 22',
    masked: 'Accepted password for root from <IP> port <NUM>',
    template: 0,
    pid: 42,
    severity: 6,
    source: 'auth.log',
    byteOffset: 0,
    parameters: [
      { type: 'IP', value: '10.0.0.7' },
      { type: 'NUM', value: '22' },
    ],
    ...fields,
  }
}

export function batchOf(rows: readonly Row[], dictionaries: Dictionaries = newDictionaries()): ParsedLog {
  const offsets = new Int32Array(rows.length + 1)
  rows.forEach((row, index) => (offsets[index + 1] = offsets[index] + row.parameters.length))
  return {
    rowCount: rows.length,
    lineNo: Int32Array.from(rows, (row) => row.lineNo),
    timestamp: Float64Array.from(rows, (row) => row.timestamp ?? NaN),
    host: coded(rows, 'host', dictionaries),
    process: coded(rows, 'process', dictionaries),
    raw: rows.map((row) => row.raw),
    masked: rows.map((row) => row.masked),
    template: Int32Array.from(rows, (row) => row.template),
    pid: Int32Array.from(rows, (row) => row.pid ?? -1),
    severity: Int8Array.from(rows, (row) => row.severity),
    source: coded(rows, 'source', dictionaries),
    byteOffset: Float64Array.from(rows, (row) => row.byteOffset ?? NaN),
    parameters: new ParameterList(
      offsets,
      rows.flatMap((row) => row.parameters),
    ),
  }
}

/** The rows of a batch with template ids in place of codes, which are numbered anew when a file is read. */
export function rowsOf(
  batch: ParsedLog,
  templates: TemplateTable,
): (Omit<Row, 'template'> & { template: string | null })[] {
  return Array.from({ length: batch.rowCount }, (_, row) => ({
    lineNo: batch.lineNo[row],
    timestamp: Number.isNaN(batch.timestamp[row]) ? null : batch.timestamp[row],
    host: batch.host.at(row),
    process: batch.process.at(row),
    raw: batch.raw.at(row) ?? '',
    masked: batch.masked.at(row) ?? '',
    template: templates[batch.template[row]]?.id ?? null,
    pid: batch.pid[row] === -1 ? null : batch.pid[row],
    severity: batch.severity[row],
    source: batch.source.at(row),
    byteOffset: Number.isNaN(batch.byteOffset[row]) ? null : batch.byteOffset[row],
    parameters: batch.parameters.at(row),
  }))
}

function coded(rows: readonly Row[], name: keyof Dictionaries, dictionaries: Dictionaries): DictionaryColumn {
  const codes = Int32Array.from(rows, (row) => dictionaries[name].codeOf(row[name]))
  return new DictionaryColumn(dictionaries[name].values, codes)
}
