import type { SchemaElement } from 'hyparquet'
import type { ParsedLog } from './parsed-log.js'

/** A column of a parsed log by its name in TypeScript. */
export type ParsedLogColumn = Exclude<keyof ParsedLog, 'rowCount'>

/** The columns of `parsed.parquet` in order. The first eight are the reference format; others may be absent. */
export const PARSED_LOG_SCHEMA: readonly SchemaElement[] = [
  { name: 'line_no', type: 'INT32', repetition_type: 'REQUIRED' },
  // Not adjusted to UTC: the time as the log wrote it, like a timestamp without zone in pandas.
  {
    name: 'timestamp',
    type: 'INT64',
    repetition_type: 'OPTIONAL',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MICROS' },
  },
  text('host', 'OPTIONAL'),
  text('process', 'OPTIONAL'),
  text('raw', 'REQUIRED'),
  text('masked', 'REQUIRED'),
  text('template_id', 'OPTIONAL'),
  text('template', 'OPTIONAL'),
  { name: 'pid', type: 'INT32', repetition_type: 'OPTIONAL' },
  text('severity', 'OPTIONAL'),
  text('source', 'OPTIONAL'),
  { name: 'byte_offset', type: 'INT64', repetition_type: 'OPTIONAL' },
  {
    name: 'parameters',
    type: 'BYTE_ARRAY',
    repetition_type: 'REQUIRED',
    converted_type: 'JSON',
    logical_type: { type: 'JSON' },
  },
]

/** The columns without which a file is no parsed log. */
export const REQUIRED_COLUMNS: readonly string[] = PARSED_LOG_SCHEMA.slice(0, 8).map(({ name }) => name)

/** Where each column lies on disk; a template code stands for two. */
export const DISK_COLUMNS: Readonly<Record<ParsedLogColumn, readonly string[]>> = {
  lineNo: ['line_no'],
  timestamp: ['timestamp'],
  host: ['host'],
  process: ['process'],
  raw: ['raw'],
  masked: ['masked'],
  template: ['template_id', 'template'],
  pid: ['pid'],
  severity: ['severity'],
  source: ['source'],
  byteOffset: ['byte_offset'],
  parameters: ['parameters'],
}

function text(name: string, repetition_type: 'REQUIRED' | 'OPTIONAL'): SchemaElement {
  return { name, type: 'BYTE_ARRAY', repetition_type, converted_type: 'UTF8', logical_type: { type: 'STRING' } }
}
