import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { buildSessions, UNK, Vocabulary, type SessionKey, type Sessions } from '@sp/builders'
import type { DeepLogModel, SessionRule } from '@sp/deeplog'
import { ParsedLogFile, type ParsedLog, type TemplateTable } from '@sp/log-table'
import { PipelineError } from '../errors.js'
import { jsonText, readJsonFile } from '../json-file.js'
import type { OutputFolder } from '../output-folder.js'
import type { RunControl } from '../progress.js'
import { DEEPLOG_FILES } from './deeplog-files.js'
import { type SequenceTable, writeSequences } from './sequence-table.js'
import { vocabularyText } from './vocabulary-file.js'

/** How sequences are built. */
export interface BuildSequencesOptions extends RunControl {
  /** What groups lines; default the process that wrote them, on its host, in its file. */
  readonly key?: SessionKey
  /** A silence longer than this ends a session, in milliseconds; default never. */
  readonly timeoutMs?: number
  /** Events after which a session without a key goes on as another; default 200. */
  readonly maxEvents?: number
  /** A vocabulary to keep to: other templates are unknown. Default a new one of the templates that occur. */
  readonly vocabulary?: Vocabulary
  /** A vocabulary to extend by the templates that occur, for updating its model. */
  readonly extending?: Vocabulary
}

const summarySchema = z.looseObject({
  format: z.literal('sp-sequences'),
  version: z.literal(1),
  /** Name of the rule, or the expression; `null` without a key. */
  sessionKey: z.string().nullable(),
  timeoutMs: z.number().nullable(),
  /** Rows of the parsed log. */
  rows: z.number(),
  /** SHA-256 of the parsed log, hexadecimal: rows are numbered by it. */
  parsedSha256: z.string(),
  sessions: z.number(),
  rowsWithoutSession: z.number(),
  /** Indices, `<PAD>` and `<UNK>` included. */
  vocabularySize: z.number(),
  unknownRows: z.number(),
})

/** What was built: `sequences_summary.json`. */
export type SequencesSummary = z.infer<typeof summarySchema>

/** The summary beside a `sequences.parquet`. @throws {PipelineError} `bad-folder` */
export function readSequencesSummary(sequences: string): Promise<SequencesSummary> {
  return readJsonFile(join(dirname(sequences), DEEPLOG_FILES.sequencesSummary), summarySchema, 'sp build-deeplog')
}

/**
 * Refuses a parsed log that sequences were not built from: their rows would be other lines.
 * @throws {PipelineError} `bad-folder`
 */
export async function requireParsedOf({ parsedSha256, rows }: SequencesSummary, parsed: string): Promise<void> {
  if ((await sha256Of(parsed)) === parsedSha256) return
  throw new PipelineError(
    'bad-folder',
    `${parsed} is not the parsed log that these sequences were built from (${rows} rows); ` +
      'give that one, or run "sp build-deeplog" on this one',
  )
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new PipelineError('bad-folder', `cannot read ${path} (${reason}); run "sp parse"`, { cause })
  }
  return hash.digest('hex')
}

/**
 * Refuses sequences whose sessions were taken in another way than those a model learned.
 * @throws {PipelineError} `bad-folder`
 */
export function requireSessionsOf({ sessionRule }: DeepLogModel, { sessionKey, timeoutMs }: SequencesSummary): void {
  if (sessionRule === null) return
  if (sessionRule.key === sessionKey && sessionRule.timeoutMs === timeoutMs) return
  const [seen, expected] = [ruleText({ key: sessionKey, timeoutMs }), ruleText(sessionRule)]
  throw new PipelineError(
    'bad-folder',
    `these sequences have sessions ${seen}, the model learned sessions ${expected}; ` +
      'run "sp build-deeplog" with the --session-key and --session-timeout of the model',
  )
}

function ruleText({ key, timeoutMs }: SessionRule): string {
  const by = key === null ? 'by process' : `by the key ${key}`
  return timeoutMs === null ? `${by} without a timeout` : `${by} with a timeout of ${timeoutMs / 1000} s`
}

const COLUMNS = ['lineNo', 'source', 'host', 'process', 'timestamp', 'template'] as const
const MOST_EVENTS = 200

/**
 * Turns a `parsed.parquet` into what DeepLog reads: `vocab.json`, `sequences.parquet`, `sequences_summary.json`.
 * Memory: all rows, some 200 bytes each.
 * @throws {PipelineError} `too-little-data` when no line belongs to a session
 */
export async function buildSequencesIntoFolder(
  folder: OutputFolder,
  parsedPath: string,
  { key, timeoutMs, maxEvents = MOST_EVENTS, onProgress, signal, ...names }: BuildSequencesOptions = {},
): Promise<SequencesSummary> {
  const log = await ParsedLogFile.open(parsedPath)
  try {
    const lines = new LineColumns()
    async function* batches() {
      for await (const batch of log.batches({ columns: key ? [...COLUMNS, 'raw'] : COLUMNS })) {
        signal?.throwIfAborted()
        lines.add(batch)
        yield batch
        const done = lines.template.length
        onProgress?.({ step: 'building sequences', done, total: log.rowCount, unit: 'rows', records: done })
      }
    }
    const { sessions, rowsWithoutKey } = await buildSessions(batches(), {
      key,
      timeoutMs,
      maxEvents: key ? undefined : maxEvents,
    })
    if (sessions.count === 0) {
      const seen = `${log.rowCount} rows, none with a key by "${key?.name ?? ''}"`
      throw new PipelineError('too-little-data', `${parsedPath}: ${seen}; choose another --session-key`)
    }
    const known = names.vocabulary ?? vocabularyOf(lines.template, log.templates, names.extending)
    const table = tableOf({ lines, sessions, templates: log.templates, vocabulary: known })
    const summary: SequencesSummary = {
      format: 'sp-sequences',
      version: 1,
      sessionKey: key?.name ?? null,
      timeoutMs: timeoutMs ?? null,
      rows: log.rowCount,
      parsedSha256: await sha256Of(parsedPath),
      sessions: sessions.count,
      rowsWithoutSession: rowsWithoutKey,
      vocabularySize: known.size,
      unknownRows: table.templateIndex.reduce((sum, index) => sum + (index === UNK ? 1 : 0), 0),
    }
    await writeFile(folder.file(DEEPLOG_FILES.vocabulary), vocabularyText(known))
    await writeSequences(folder.file(DEEPLOG_FILES.sequences), table)
    await writeFile(folder.file(DEEPLOG_FILES.sequencesSummary), jsonText(summary))
    return summary
  } finally {
    await log.close()
  }
}

/** Columns of the parsed log that the sequences keep, row by row. */
class LineColumns {
  readonly lineNo: number[] = []
  readonly timestamp: number[] = []
  readonly template: number[] = []
  readonly host: (string | null)[] = []
  readonly source: (string | null)[] = []
  readonly process: (string | null)[] = []

  add(batch: ParsedLog): void {
    for (let i = 0; i < batch.rowCount; i++) {
      this.lineNo.push(batch.lineNo[i])
      this.timestamp.push(batch.timestamp[i])
      this.template.push(batch.template[i])
      this.host.push(batch.host.at(i))
      this.source.push(batch.source.at(i))
      this.process.push(batch.process.at(i))
    }
  }
}

function vocabularyOf(codes: readonly number[], templates: TemplateTable, old?: Vocabulary): Vocabulary {
  const names = [...new Set(codes)].filter((code) => code >= 0).map((code) => templates[code].id)
  return old ? old.extend(names) : Vocabulary.from(names)
}

function tableOf({
  lines,
  sessions,
  templates,
  vocabulary,
}: {
  lines: LineColumns
  sessions: Sessions
  templates: TemplateTable
  vocabulary: Vocabulary
}): SequenceTable {
  const { rows, sessionOfRow } = inLogOrder(sessions, lines.template.length)
  function pick<T>(column: readonly T[]): T[] {
    return Array.from(rows, (row) => column[row])
  }
  const codes = pick(lines.template)
  return {
    count: rows.length,
    lineNo: Int32Array.from(pick(lines.lineNo)),
    timestamp: Float64Array.from(pick(lines.timestamp)),
    host: pick(lines.host),
    templateIndex: Int32Array.from(codes, (code) => (code < 0 ? UNK : vocabulary.indexOf(templates[code].id))),
    source: pick(lines.source),
    process: pick(lines.process),
    row: rows,
    session: sessionOfRow,
    sessionKey: Array.from(sessionOfRow, (session) => (session < 0 ? null : sessions.keys[session])),
    templateId: codes.map((code) => templates[code]?.id ?? null),
    template: codes.map((code) => templates[code]?.text ?? null),
  }
}

/** Every row, as often as it is in a session, at least once. */
function inLogOrder({ count, offsets, rows }: Sessions, rowCount: number) {
  const sessionsOfRow: number[][] = Array.from({ length: rowCount }, () => [])
  for (let s = 0; s < count; s++) for (let i = offsets[s]; i < offsets[s + 1]; i++) sessionsOfRow[rows[i]].push(s)
  const places = sessionsOfRow.flatMap((sessions, row) => (sessions.length > 0 ? sessions : [-1]).map((s) => [row, s]))
  return {
    rows: Int32Array.from(places, ([row]) => row),
    sessionOfRow: Int32Array.from(places, ([, session]) => session),
  }
}
