import { writeTable } from '@sp/log-table'
import { ANOMALY_KINDS, type AnomalyKind } from './anomaly-scripts.js'
import type { SyntheticLog } from './synthetic-log.js'

/**
 * Writes the labels of a log line by line as parquet, a row a line: `line_no` (0-based) and `is_anomaly` (0 or 1) as in
 * the reference system, then `anomaly_type` (the kind, `normal` for others) and `incident_id` (null for others). The
 * lines of a `missing` incident's silence are normal lines: what is absent has no line.
 */
export async function writeLineLabels(path: string, { lines, labels }: SyntheticLog): Promise<void> {
  const incidents = new Array<SyntheticLog['labels'][number] | undefined>(lines.length)
  for (const incident of labels) for (const line of incident.lines) incidents[line] = incident
  await writeTable(path, [
    { name: 'line_no', type: 'int32', data: Int32Array.from(lines.keys()) },
    { name: 'is_anomaly', type: 'int32', data: Int32Array.from(incidents, (incident) => (incident ? 1 : 0)) },
    { name: 'anomaly_type', type: 'string', data: Array.from(incidents, (incident) => incident?.kind ?? 'normal') },
    { name: 'incident_id', type: 'string', data: Array.from(incidents, (incident) => incident?.id ?? null) },
  ])
}

/** What `<log>.meta.json` says; the first five keys are those of the reference system. */
export interface SyntheticMeta {
  readonly total_lines: number
  /** Lines that incidents wrote. */
  readonly anomaly_count: number
  readonly anomaly_rate_actual: number
  readonly anomaly_types_used: readonly AnomalyKind[]
  /** Lines of each kind. */
  readonly anomaly_type_distribution: Readonly<Partial<Record<AnomalyKind, number>>>
  readonly incident_count: number
  readonly seed: number
  readonly hosts: readonly string[]
  readonly first_time: string
  readonly last_time: string
}

/** The figures of a log, for its meta file. */
export function syntheticMeta({ lines, labels, meta }: SyntheticLog): SyntheticMeta {
  const used = ANOMALY_KINDS.filter((kind) => labels.some((incident) => incident.kind === kind))
  function linesOfKind(kind: AnomalyKind): number {
    return labels.reduce((sum, incident) => sum + (incident.kind === kind ? incident.lines.length : 0), 0)
  }
  return {
    total_lines: lines.length,
    anomaly_count: meta.labelledLines,
    anomaly_rate_actual: meta.labelledLines / lines.length,
    anomaly_types_used: used,
    anomaly_type_distribution: Object.fromEntries(used.map((kind) => [kind, linesOfKind(kind)])),
    incident_count: labels.length,
    seed: meta.seed,
    hosts: meta.hosts,
    first_time: new Date(meta.firstMs).toISOString(),
    last_time: new Date(meta.lastMs).toISOString(),
  }
}
