import type { DetectorStats } from './detector-types.js'
import type { JudgedBatch, SourceDetector } from './source-detector.js'

/** Nothing seen. */
export const NO_STATS: DetectorStats = {
  sources: 0,
  lines: 0,
  bytes: 0,
  records: 0,
  unknown: 0,
  windows: 0,
  flaggedWindows: 0,
  sessions: 0,
  flaggedSessions: 0,
  habitSessions: 0,
  findings: 0,
}

/** What one batch adds, but for lines and bytes, which the reader counts. */
export function batchStats(
  { findings, rows, windows, sessions }: JudgedBatch,
  detector: Pick<SourceDetector, 'isKnown'>,
): DetectorStats {
  return {
    ...NO_STATS,
    records: rows?.rowCount ?? 0,
    unknown: rows?.template.reduce((sum, code) => sum + Number(!detector.isKnown(code)), 0) ?? 0,
    windows: windows.length,
    flaggedWindows: windows.filter(({ isAnomaly }) => isAnomaly).length,
    sessions: sessions.length,
    flaggedSessions: sessions.filter(({ isAnomaly }) => isAnomaly).length,
    habitSessions: sessions.filter(({ isHabit }) => isHabit).length,
    findings: findings.length,
  }
}

/** Both together. */
export function addStats(a: DetectorStats, b: DetectorStats): DetectorStats {
  const names = Object.keys(NO_STATS) as (keyof DetectorStats)[]
  return Object.fromEntries(names.map((name) => [name, a[name] + b[name]])) as unknown as DetectorStats
}
