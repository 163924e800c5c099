import type { BaseMiner } from '@sp/drain'
import type { LogLayout, ReadSummary } from '@sp/log-reader'
import { distinctTemplates, ParsedLogWriter, type TemplateTable, writeFileAtomically } from '@sp/log-table'
import { jsonText } from '../json-file.js'
import { type LogSegment, newDictionaries, parseLog, type ParseLogOptions } from '../parse-log.js'

/** What reading the normal logs showed. */
export interface NormalLogs {
  readonly sources: number
  readonly lines: number
  readonly records: number
  readonly templates: number
  /** Milliseconds since 1970; `null` without times. */
  readonly firstTime: number | null
  readonly lastTime: number | null
  /** How they are written, that of most records first. */
  readonly layouts: readonly LogLayout[]
  /** How each log was read. */
  readonly summaries: readonly ReadSummary[]
}

/** Parses normal logs into a `parsed.parquet`, and keeps what the miner has learned. */
export async function parseNormal(
  segments: readonly LogSegment[],
  to: { readonly parsed: string; readonly miner: string },
  options: ParseLogOptions & { readonly miner: BaseMiner },
): Promise<NormalLogs> {
  const writer = await ParsedLogWriter.create(to.parsed)
  let [firstTime, lastTime] = [Infinity, -Infinity]
  try {
    const parse = parseLog(segments, { ...options, dictionaries: newDictionaries() })
    for await (const batch of parse) {
      for (const time of batch.timestamp) {
        if (time < firstTime) firstTime = time
        if (time > lastTime) lastTime = time
      }
      await writer.write(batch)
    }
    const templates = options.miner.templates()
    await writer.finish(templates)
    await writeFileAtomically(to.miner, jsonText(options.miner.snapshot()))
    return normalLogsOf(parse.summaries, { records: writer.rowCount, templates, firstTime, lastTime })
  } finally {
    await writer.abort()
  }
}

/**
 * What logs showed.
 * @param summaries how each was read
 * @param found.firstTime of all records, Infinity without times; `lastTime` then −Infinity
 */
export function normalLogsOf(
  summaries: readonly ReadSummary[],
  {
    records,
    templates,
    firstTime,
    lastTime,
  }: { records: number; templates: TemplateTable; firstTime: number; lastTime: number },
): NormalLogs {
  return {
    sources: summaries.length,
    lines: sum(summaries.map(({ lines }) => lines)),
    records,
    templates: distinctTemplates(templates).templates.length,
    firstTime: Number.isFinite(firstTime) ? firstTime : null,
    lastTime: Number.isFinite(lastTime) ? lastTime : null,
    layouts: layoutsOf(summaries),
    summaries: summaries.map((summary) => ({ ...summary })),
  }
}

/** Each different layout once, that of most records first. */
function layoutsOf(summaries: readonly ReadSummary[]): LogLayout[] {
  const records = new Map<string, number>()
  for (const { format, confidence, fallbacks, timestamps, records: count } of summaries) {
    const layout = { format, confidence, fallbacks, hasTimestamps: timestamps > 0, firstByte: 0, year: null }
    const key = JSON.stringify(layout)
    records.set(key, (records.get(key) ?? 0) + count)
  }
  const byRecords = [...records].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  return byRecords.map(([layout]) => JSON.parse(layout) as LogLayout)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
