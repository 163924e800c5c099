import {
  DictionaryColumn,
  ParsedLogFile,
  type ParsedLog,
  type ParsedLogColumn,
  type TemplateTable,
} from '@sp/log-table'
import type { RunControl } from '../progress.js'
import { type RowRange, type RowSample, withoutFirst } from './row-sample.js'

/**
 * The rows of a parsed log with the template codes of a bundle; of a sample each stretch as a source of its own, since
 * nothing goes on from one to the next.
 * @param templates of the bundle; every template of the log is among them
 */
export async function* normalRows(
  parsed: string,
  {
    templates,
    renamed,
    columns,
    startRow = 0,
    sample = null,
    step,
    onProgress,
    signal,
  }: {
    readonly templates: TemplateTable
    /** Ids in the log → ids of the bundle, where they are others. */
    readonly renamed?: ReadonlyMap<string, string>
    /** Those that are needed, `template` among them; default all. */
    readonly columns?: readonly ParsedLogColumn[]
    /** First row, of those of the sample where there is one; default 0. */
    readonly startRow?: number
    /** Rows that are wanted; default all. */
    readonly sample?: RowSample | null
    /** As progress calls it. */
    readonly step: string
  } & RunControl,
): AsyncGenerator<ParsedLog, void, undefined> {
  const log = await ParsedLogFile.open(parsed)
  try {
    const codeOfId = new Map(templates.map(({ id }, code) => [id, code]))
    function codeOf(id: string): number {
      return codeOfId.get(renamed?.get(id) ?? id) ?? -1
    }
    const codes: number[] = []
    let done = 0
    const total = (sample?.rows ?? log.rowCount) - startRow
    for (const range of rangesOf(log, sample, startRow)) {
      for await (const batch of log.batches({ columns, startRow: range.from, endRow: range.to })) {
        signal?.throwIfAborted()
        const table = log.templates
        for (let code = codes.length; code < table.length; code++) codes.push(codeOf(table[code].id))
        const rows = { ...batch, template: batch.template.map((code) => (code < 0 ? -1 : codes[code])) }
        yield sample === null ? rows : { ...rows, source: ofStretch(rows.source, range) }
        done += batch.rowCount
        onProgress?.({ step, done, total, unit: 'rows', records: done })
      }
    }
  } finally {
    await log.close()
  }
}

function rangesOf(log: ParsedLogFile, sample: RowSample | null, startRow: number): readonly RowRange[] {
  return sample === null ? [{ from: startRow, to: log.rowCount }] : withoutFirst(sample, startRow).ranges
}

function ofStretch(source: DictionaryColumn | undefined, { from }: RowRange): DictionaryColumn {
  // Not every reader asks for it.
  const { values, codes } = source ?? new DictionaryColumn([], new Int32Array(0))
  return new DictionaryColumn(
    values.map((name) => `${name}#${from}`),
    codes,
  )
}
