import { readFile } from 'node:fs/promises'
import {
  type ParameterColumn,
  ParameterList,
  type Parameter,
  ParsedLogFile,
  ParsedLogWriter,
  type StringColumn,
  type TemplateTable,
} from '@sp/log-table'
import { normalRows } from './normal-rows.js'
import type { RowSample } from './row-sample.js'

/** Rows that a bundle remembers, so that an update learns from them and the new ones together. */
export const HISTORY_ROWS = 100_000

/**
 * Writes the last rows of parsed logs without their text: times, hosts, processes, templates and numbers, which is all
 * that the detectors of windows and lines learn from.
 * @param parsed logs, of which the last is the latest
 * @param options.sample of the one log, whose rows are meant; default all
 * @param options.templates of the bundle; `renamed` ids in the logs → ids of the bundle, where they are others
 * @returns the bytes of the parquet file
 */
export async function normalHistory(
  parsed: readonly string[],
  to: string,
  {
    templates,
    renamed,
    sample = null,
  }: {
    readonly templates: TemplateTable
    readonly renamed?: ReadonlyMap<string, string>
    readonly sample?: RowSample | null
  },
): Promise<Uint8Array> {
  const counts = sample === null ? await Promise.all(parsed.map(rowCountOf)) : [sample.rows]
  const total = counts.reduce((sum, count) => sum + count, 0)
  let skip = Math.max(0, total - HISTORY_ROWS)
  const writer = await ParsedLogWriter.create(to)
  try {
    for (const [i, path] of parsed.entries()) {
      const startRow = Math.min(skip, counts[i])
      skip -= startRow
      const options = { templates, renamed, startRow, sample, step: 'remembering' }
      for await (const batch of normalRows(path, options)) {
        const nothing = emptyTexts(batch.rowCount)
        await writer.write({ ...batch, raw: nothing, masked: nothing, parameters: numbersOf(batch.parameters) })
      }
    }
    await writer.finish(templates)
  } finally {
    await writer.abort()
  }
  return readFile(to)
}

async function rowCountOf(parsed: string): Promise<number> {
  const log = await ParsedLogFile.open(parsed)
  await log.close()
  return log.rowCount
}

function emptyTexts(length: number): StringColumn {
  return { length, at: () => '' }
}

/** The same parameters, all but numbers (with or without a unit) blank. */
function numbersOf(parameters: ParameterColumn): ParameterColumn {
  const offsets = new Int32Array(parameters.length + 1)
  const entries: Parameter[] = []
  for (let row = 0; row < parameters.length; row++) {
    parameters.visit(row, (type, value) => entries.push({ type, value: isNumber(value) ? value : '' }))
    offsets[row + 1] = entries.length
  }
  return new ParameterList(offsets, entries)
}

function isNumber(value: string): boolean {
  return /^-?\d{1,15}(\.\d{1,9})?[a-zA-Z%]{0,4}$/.test(value)
}
