import { writeFile } from 'node:fs/promises'
import { type BaseMiner, NoveltyMiner, type TemplateMiner } from '@sp/drain'
import {
  distinctTemplates,
  type ParsedLog,
  ParsedLogWriter,
  previewRows,
  type TemplateTable,
  writeTemplateTable,
} from '@sp/log-table'
import { jsonText } from './json-file.js'
import type { OutputFolder } from './output-folder.js'
import { type LogSegment, type MessageMasker, parseLog, type ParseLogOptions } from './parse-log.js'
import { PARSE_FILES, type ParseSummary } from './parse-summary.js'
import type { RunControl } from './progress.js'

/** What to parse, and how. */
export interface ParseRunOptions extends RunControl {
  readonly masker: MessageMasker
  /** Learns, unless `frozen`. */
  readonly miner: BaseMiner
  /** Match only by what the miner knows, and group what is new apart. */
  readonly frozen: boolean
  readonly reading?: ParseLogOptions['reading']
  /** Threads that read and mask, default 1; see `parseLog`. */
  readonly workers?: number
}

/**
 * Parses segments into a folder: `parsed.parquet`, `templates.parquet`, `preview.json`, `parse_summary.json`.
 * Memory: one row group.
 */
export async function parseIntoFolder(
  folder: OutputFolder,
  segments: readonly LogSegment[],
  options: ParseRunOptions,
): Promise<ParseSummary> {
  const writer = await ParsedLogWriter.create(folder.file(PARSE_FILES.parsed))
  const miner: TemplateMiner & Pick<BaseMiner, 'templates'> = options.frozen
    ? NoveltyMiner.over(options.miner)
    : options.miner
  let first: ParsedLog | undefined
  const counts: number[] = []
  try {
    const parse = parseLog(segments, { ...options, miner })
    for await (const batch of parse) {
      first ??= batch
      for (const code of batch.template) counts[code] = (counts[code] ?? 0) + 1
      await writer.write(batch)
    }
    const templates = countedTemplates(miner.templates(), counts)
    await writer.finish(templates)
    await writeTemplateTable(folder.file(PARSE_FILES.templates), templates)
    const summary: ParseSummary = {
      format: 'sp-parse',
      version: 1,
      rows: writer.rowCount,
      templates: distinctTemplates(templates).templates.length,
      target: parse.summaries.map((segment) => ({ ...segment })),
    }
    await writeFile(folder.file(PARSE_FILES.preview), jsonText(first ? previewRows(first, { templates }) : []))
    await writeFile(folder.file(PARSE_FILES.summary), jsonText(summary))
    return summary
  } finally {
    await writer.abort()
  }
}

/** The templates with the number of rows of this parse, whatever the miner counted before; codes of one template add up. */
function countedTemplates(table: TemplateTable, counts: readonly number[]): TemplateTable {
  const total = new Map<string, number>()
  for (const [code, { id }] of table.entries()) total.set(id, (total.get(id) ?? 0) + (counts[code] ?? 0))
  return table.map((template) => ({ ...template, count: total.get(template.id)! }))
}
