import type { AnomalyScores } from '@sp/log-table'
import { ANOMALY_KINDS, type AnomalyKind } from '../synthetic/anomaly-scripts.js'
import type { Incident } from '../labels.js'

/**
 * How well flags over windows of rows match known incidents. A window and an incident *meet* when a line of the
 * incident lies in the window, `startRow <= line < endRow`; a `missing` incident, which has no lines, is met by any
 * window that reaches into its interval. Counts of windows depend on the window size and stride: compare them only
 * between runs of equal ones. Shares are `null` where there is nothing to divide by.
 */
export interface DetectionMetrics {
  readonly incidents: number
  /** Incidents that at least one flagged window meets. */
  readonly found: number
  /** found / incidents. */
  readonly incidentRecall: number | null
  readonly windows: number
  readonly flagged: number
  /** Flagged windows that meet at least one incident. */
  readonly truePositives: number
  /** Flagged windows that meet none. */
  readonly falseAlarms: number
  /** truePositives / flagged. */
  readonly precision: number | null
  /** truePositives / windows that meet at least one incident, flagged or not. */
  readonly windowRecall: number | null
  /** falseAlarms × 1,000 / windows. */
  readonly falseAlarmsPer1000Windows: number | null
  /**
   * Time to detect, in rows: the median, over the incidents found, of the rows from an incident's first line to the end of
   * the first flagged window that meets it.
   */
  readonly rowsToDetect: number | null
  /** Kinds that occur, in the order of `ANOMALY_KINDS`. */
  readonly perKind: readonly KindMetrics[]
  /** Ids of the incidents that no flagged window meets. */
  readonly missed: readonly string[]
}

/** Incident recall of one kind. */
export interface KindMetrics {
  readonly kind: AnomalyKind
  readonly incidents: number
  readonly found: number
  readonly recall: number
}

/** The part of a detector's output that the metrics look at. */
export type FlaggedWindows = Pick<AnomalyScores, 'count' | 'startRow' | 'endRow' | 'isAnomaly'>

/**
 * Compares flags with labels; {@link DetectionMetrics} defines every figure. Rows must be lines: the log was read
 * as one source with one record a line, as it is with a synthetic log.
 */
export function evaluateDetections(windows: FlaggedWindows, incidents: readonly Incident[]): DetectionMetrics {
  const found = new Map<Incident, number>()
  let [flagged, truePositives, positives] = [0, 0, 0]
  for (let w = 0; w < windows.count; w++) {
    const met = incidents.filter((incident) => meets(incident, windows.startRow[w], windows.endRow[w]))
    if (met.length > 0) positives++
    if (windows.isAnomaly[w] === 0) continue
    flagged++
    if (met.length > 0) truePositives++
    for (const incident of met) {
      const rows = windows.endRow[w] - incident.firstLine
      found.set(incident, Math.min(found.get(incident) ?? Infinity, rows))
    }
  }
  const falseAlarms = flagged - truePositives
  return {
    incidents: incidents.length,
    found: found.size,
    incidentRecall: share(found.size, incidents.length),
    windows: windows.count,
    flagged,
    truePositives,
    falseAlarms,
    precision: share(truePositives, flagged),
    windowRecall: share(truePositives, positives),
    falseAlarmsPer1000Windows: share(falseAlarms * 1000, windows.count),
    rowsToDetect: median([...found.values()]),
    perKind: ANOMALY_KINDS.flatMap((kind) => metricsOfKind(kind, incidents, found)),
    missed: incidents.filter((incident) => !found.has(incident)).map((incident) => incident.id),
  }
}

function meets({ kind, firstLine, lastLine, lines }: Incident, startRow: number, endRow: number): boolean {
  if (lastLine < startRow || firstLine >= endRow) return false
  return kind === 'missing' || lines.some((line) => line >= startRow && line < endRow)
}

function metricsOfKind(
  kind: AnomalyKind,
  incidents: readonly Incident[],
  found: ReadonlyMap<Incident, number>,
): KindMetrics[] {
  const ofKind = incidents.filter((incident) => incident.kind === kind)
  if (ofKind.length === 0) return []
  const hits = ofKind.filter((incident) => found.has(incident)).length
  return [{ kind, incidents: ofKind.length, found: hits, recall: hits / ofKind.length }]
}

function median(values: readonly number[]): number | null {
  const ascending = [...values].sort((a, b) => a - b)
  return ascending.length === 0 ? null : ascending[(ascending.length - 1) >> 1]
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}
