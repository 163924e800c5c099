import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ParsedLogFile, type ParsedLog, type TemplateTable } from '@sp/log-table'
import type { Source } from '@sp/log-reader'
import { parseLog, type ParseLogOptions } from './parse-log.js'
import { PARSE_FILES } from './parse-summary.js'

/** A log to be looked at: raw, or parsed before. */
export type LogInput =
  { readonly name: string; readonly source: Source } | { readonly name: string; readonly parsedPath: string }

/**
 * The inputs behind a path: a `parsed.parquet` or the folder of one as it is, everything else as raw logs.
 * @param openRaw opens raw logs by path
 */
export async function inputsAt(path: string, openRaw: (path: string) => Promise<Source[]>): Promise<LogInput[]> {
  if (path.endsWith('.parquet')) return [{ name: path, parsedPath: path }]
  const inside = join(path, PARSE_FILES.parsed)
  if (await isFile(inside)) return [{ name: path, parsedPath: inside }]
  return (await openRaw(path)).map((source) => ({ name: source.name, source }))
}

/**
 * Calls back with the rows of an input, batch by batch.
 * @returns what the template codes mean; for raw logs, by the time it is called: a shared miner goes on learning
 */
export async function visitRows(
  input: LogInput,
  options: ParseLogOptions,
  visit: (batch: ParsedLog) => void,
): Promise<() => TemplateTable> {
  if ('source' in input) {
    for await (const batch of parseLog([{ source: input.source }], options)) visit(batch)
    return () => options.miner.templates()
  }
  const log = await ParsedLogFile.open(input.parsedPath)
  try {
    for await (const batch of log.batches()) {
      options.signal?.throwIfAborted()
      visit(batch)
    }
    const { templates } = log
    return () => templates
  } finally {
    await log.close()
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
