import { ParsedLogFile, type ParsedLog, type ParsedLogColumn, type TemplateTable } from '@sp/log-table'
import type { RunControl } from '../progress.js'

/**
 * The rows of a parsed log with the template codes of a bundle.
 * @param templates of the bundle; every template of the log is among them
 */
export async function* normalRows(
  parsed: string,
  {
    templates,
    renamed,
    columns,
    startRow,
    step,
    onProgress,
    signal,
  }: {
    readonly templates: TemplateTable
    /** Ids in the log → ids of the bundle, where they are others. */
    readonly renamed?: ReadonlyMap<string, string>
    /** Those that are needed, `template` among them; default all. */
    readonly columns?: readonly ParsedLogColumn[]
    /** First row, default 0. */
    readonly startRow?: number
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
    for await (const batch of log.batches({ columns, startRow })) {
      signal?.throwIfAborted()
      const table = log.templates
      for (let code = codes.length; code < table.length; code++) codes.push(codeOf(table[code].id))
      yield { ...batch, template: batch.template.map((code) => (code < 0 ? -1 : codes[code])) }
      done += batch.rowCount
      onProgress?.({ step, done, total: log.rowCount - (startRow ?? 0), unit: 'rows', records: done })
    }
  } finally {
    await log.close()
  }
}
