import { ParsedLogFile } from '@sp/log-table'

/** Rows that a bundle keeps: enough for some hundred windows. */
const SAMPLE_ROWS = 10_000

/** The last rows of a parsed log as raw text of the last source that has enough of them, line by line. */
export async function normalSample(parsed: string): Promise<string> {
  const log = await ParsedLogFile.open(parsed)
  try {
    const startRow = Math.max(0, log.rowCount - SAMPLE_ROWS)
    const lines: string[] = []
    for await (const { rowCount, raw } of log.batches({ columns: ['raw'], startRow })) {
      for (let i = 0; i < rowCount; i++) lines.push(raw.at(i) ?? '')
    }
    return lines.join('\n') + '\n'
  } finally {
    await log.close()
  }
}
