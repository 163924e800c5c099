/** The files that the MSCRED commands leave; the first three names are those of the reference system. */
export const MSCRED_FILES = {
  counts: 'window_counts.parquet',
  mapping: 'template_mapping.json',
  windows: 'mscred_infer.parquet',
  summary: 'mscred_summary.json',
  analysis: 'mscred_analysis.json',
  report: 'mscred_report.md',
} as const
