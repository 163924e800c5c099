import { voicesAgainst, type DeepLogScores, type Drift } from '@sp/deeplog'
import type { TableColumn } from '@sp/log-table'
import type { SequenceTable, TableSessions } from './sequence-table.js'

/** The columns of `deeplog_sessions.parquet`. */
export function sessionColumns(
  table: SequenceTable,
  { sessions, places }: TableSessions,
  { scores, drift }: { scores: DeepLogScores; drift: Drift | null },
): TableColumn[] {
  const { fused } = scores
  const all = Array.from({ length: sessions.count }, (_, s) => s)
  const first = all.map((s) => places[sessions.offsets[s]])
  const last = all.map((s) => places[sessions.offsets[s + 1] - 1])
  const drifted = new Set(drift?.sessions)
  return [
    { name: 'session', type: 'int32', data: all },
    { name: 'session_key', type: 'string', data: sessions.keys },
    { name: 'source', type: 'string', data: first.map((place) => table.source[place]) },
    { name: 'first_line', type: 'int32', data: first.map((place) => table.lineNo[place]) },
    { name: 'last_line', type: 'int32', data: last.map((place) => table.lineNo[place]) },
    { name: 'start_time', type: 'timestamp', data: first.map((place) => table.timestamp[place]) },
    { name: 'end_time', type: 'timestamp', data: last.map((place) => table.timestamp[place]) },
    { name: 'events', type: 'int32', data: all.map((s) => sessions.offsets[s + 1] - sessions.offsets[s]) },
    doubles('score', fused.score),
    doubles('p_value', fused.pValue),
    { name: 'is_anomaly', type: 'boolean', data: all.map((s) => isAnomalous(s, scores, drifted)) },
    { name: 'is_drift', type: 'boolean', data: all.map((s) => drifted.has(s)) },
    { name: 'spoke', type: 'json', data: all.map((s) => (fused.isAnomaly[s] ? voicesAgainst(fused, s) : [])) },
    ...fused.voices.map(({ name, pValue }) => doubles(`${SNAKE[name]}_p_value`, pValue)),
    doubles('deeplog_score', scores.score),
    doubles('deeplog_p_value', scores.pValue),
  ]
}

function doubles(name: string, data: ArrayLike<unknown>): TableColumn {
  return { name, type: 'double', data }
}

/** Whether a session was flagged and is no part of a lasting change, which is told once. */
export function isAnomalous(session: number, { fused }: DeepLogScores, drifted: ReadonlySet<number>): boolean {
  return fused.isAnomaly[session] === 1 && !drifted.has(session)
}

const SNAKE = {
  newEvent: 'new_event',
  length: 'length',
  countVectorIdf: 'count_vector',
  surprise: 'surprise',
} as const
