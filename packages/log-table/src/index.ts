export { type RecordColumns, type ParsedLog } from './parsed-log.js'
export { distinctTemplates, type Template, type TemplateTable } from './template-table.js'
export { type AnomalyScores } from './anomaly-scores.js'
export { type Evidence, type CountEvidence, type NamedTemplate } from './evidence.js'
export { type Finding, type FindingLine } from './finding.js'

export { Dictionary, DictionaryColumn } from './dictionary-column.js'
export { type StringColumn } from './string-column.js'
export { TextBytes } from './text-bytes.js'
export { DistinctTexts } from './distinct-texts.js'
export {
  type Parameter,
  type ParameterColumn,
  ParameterList,
  ParameterSpans,
  type SpanArrays,
} from './parameter-column.js'
export { SEVERITY_NAMES, severityName, type SeverityName } from './severity.js'

export { ParsedLogWriter, type ParsedLogWriterOptions } from './parsed-log-writer.js'
export { ParsedLogFile, type BatchOptions } from './parsed-log-file.js'
export { type ParsedLogColumn } from './parsed-log-schema.js'
export { previewRows, type PreviewRow } from './preview.js'
export { writeTable, readTable, writeTemplateTable, type TableColumn, type TableColumnType } from './table-file.js'
export { AtomicFile, writeFileAtomically } from './atomic-file.js'
export { LogTableError } from './errors.js'
