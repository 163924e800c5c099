/** The files that the DeepLog commands leave; the first five names are those of the reference system. */
export const DEEPLOG_FILES = {
  vocabulary: 'vocab.json',
  sequences: 'sequences.parquet',
  events: 'deeplog_infer.parquet',
  alerts: 'deeplog_alerts.parquet',
  summary: 'deeplog_summary.json',
  sequencesSummary: 'sequences_summary.json',
  sessions: 'deeplog_sessions.parquet',
} as const
