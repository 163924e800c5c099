import type { SchemaElement } from 'hyparquet'
import { encodeTableColumn } from './encoded-table-column.js'
import { ParquetInput } from './parquet-input.js'
import { ParquetOutput } from './parquet-output.js'
import { distinctTemplates, type TemplateTable } from './template-table.js'

/** What the values of a {@link TableColumn} are. */
export type TableColumnType = 'string' | 'json' | 'int32' | 'int64' | 'double' | 'timestamp' | 'boolean'

/**
 * One column of a small table. `null` and `undefined` are nulls, and NaN is one in a `timestamp` and an `int64`.
 * `timestamp` takes milliseconds since 1970-01-01 UTC (microseconds are kept), `int64` integers up to 2^53,
 * `json` any value that JSON can hold, `boolean` also 0 and 1.
 */
export interface TableColumn {
  readonly name: string
  readonly type: TableColumnType
  readonly data: ArrayLike<unknown>
}

/**
 * Writes a table that fits in memory as parquet, whole or not at all.
 * @throws {LogTableError} `write-failed`
 */
export async function writeTable(path: string, columns: readonly TableColumn[]): Promise<void> {
  const output = await ParquetOutput.create(path, columns.map(elementOf))
  try {
    const rowCount = columns[0]?.data.length ?? 0
    if (rowCount > 0) {
      const group = output.beginRowGroup(rowCount)
      await output.writeColumns(
        group,
        columns.map((column) => [column.name, encodeTableColumn(column)] as const),
      )
    }
    await output.commit()
  } finally {
    await output.discard()
  }
}

/**
 * Reads a whole parquet table with flat columns, by column name. Nulls are `null`, times milliseconds,
 * JSON columns parsed values, 64-bit integers numbers.
 * @param options.columns those that are needed, default all; others cost nothing, and one that is not there is absent
 * @throws {LogTableError} `missing-file`, `read-failed`, `not-parquet`
 */
export async function readTable(
  path: string,
  { columns: wanted }: { readonly columns?: readonly string[] } = {},
): Promise<Record<string, ArrayLike<unknown>>> {
  const input = await ParquetInput.open(path)
  try {
    const names = input.columnNames.filter((name) => wanted?.includes(name) ?? true)
    const columns: Record<string, unknown[]> = Object.fromEntries(names.map((name) => [name, []]))
    for (const group of input.rowGroups) {
      for (const [name, values] of await input.readColumns(names, group)) {
        const isJson = input.isJson(name)
        for (const value of values) columns[name].push(fromDisk(value, isJson))
      }
    }
    return columns
  } finally {
    await input.close()
  }
}

/**
 * Writes the templates of a log as `templates.parquet`: `template_id`, `template`, `count`, each template once, in the order of the table.
 * @throws {LogTableError} `write-failed`
 */
export async function writeTemplateTable(path: string, table: TemplateTable): Promise<void> {
  const { templates } = distinctTemplates(table)
  await writeTable(path, [
    { name: 'template_id', type: 'string', data: templates.map(({ id }) => id) },
    { name: 'template', type: 'string', data: templates.map(({ text }) => text) },
    { name: 'count', type: 'int64', data: templates.map(({ count }) => count) },
  ])
}

const ELEMENTS: Readonly<Record<TableColumnType, Partial<SchemaElement>>> = {
  string: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  json: { type: 'BYTE_ARRAY', converted_type: 'JSON', logical_type: { type: 'JSON' } },
  int32: { type: 'INT32' },
  int64: { type: 'INT64' },
  double: { type: 'DOUBLE' },
  timestamp: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MICROS' } },
  boolean: { type: 'BOOLEAN' },
}

function elementOf({ name, type }: TableColumn): SchemaElement {
  return { name, repetition_type: 'OPTIONAL', ...ELEMENTS[type] }
}

function fromDisk(value: unknown, isJson: boolean): unknown {
  if (value === null || value === undefined) return null
  if (isJson) return JSON.parse(value as string)
  return typeof value === 'bigint' ? Number(value) : value
}
