import { writeFile } from 'node:fs/promises'
import { type BaseMiner, NoveltyMiner, type TemplateMiner } from '@sp/drain'
import type { ReadSummary } from '@sp/log-reader'
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
import { type LogSegment, type MessageMasker, newDictionaries, parseLog, type ParseLogOptions } from './parse-log.js'
import { PARSE_FILES, type ParseSummary } from './parse-summary.js'
import type { RunControl } from './progress.js'

/** What to parse, and how. */
export interface ParseRunOptions extends RunControl {
  readonly masker: MessageMasker
  /** Learns from the normal segments, and from the target too unless `frozen`. */
  readonly miner: BaseMiner
  /** Judge the target segments by the templates of the normal ones: match only, group what is new apart. */
  readonly frozen: boolean
  readonly reading?: ParseLogOptions['reading']
  /** Threads that read and mask, default 1; see `parseLog`. */
  readonly workers?: number
}

/**
 * Parses segments into a folder: `parsed.parquet`, `templates.parquet`, `preview.json`, `parse_summary.json`.
 * Normal rows come first. Memory: one row group.
 */
export async function parseIntoFolder(
  folder: OutputFolder,
  segments: { readonly normal: readonly LogSegment[]; readonly target: readonly LogSegment[] },
  options: ParseRunOptions,
): Promise<ParseSummary> {
  const writer = await ParsedLogWriter.create(folder.file(PARSE_FILES.parsed))
  const dictionaries = newDictionaries()
  let first: ParsedLog | undefined
  const counts: number[] = []
  async function writeAll(part: readonly LogSegment[], miner: TemplateMiner): Promise<readonly ReadSummary[]> {
    const parse = parseLog(part, { ...options, miner, dictionaries })
    for await (const batch of parse) {
      first ??= batch
      for (const code of batch.template) counts[code] = (counts[code] ?? 0) + 1
      await writer.write(batch)
    }
    return parse.summaries
  }
  try {
    const normal = await writeAll(segments.normal, options.miner)
    const normalRows = writer.rowCount
    const miner = options.frozen ? NoveltyMiner.over(options.miner) : options.miner
    const target = await writeAll(segments.target, miner)
    const templates = countedTemplates(miner.templates(), counts)
    await writer.finish(templates)
    await writeTemplateTable(folder.file(PARSE_FILES.templates), templates)
    const summary: ParseSummary = {
      format: 'sp-parse',
      version: 1,
      rows: writer.rowCount,
      normalRows,
      templates: distinctTemplates(templates).templates.length,
      normal: normal.map((segment) => ({ ...segment })),
      target: target.map((segment) => ({ ...segment })),
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
