import type { JudgedSession } from '@sp/deeplog'
import type { TableColumn } from '@sp/log-table'

/** What is kept of a session. */
interface SessionRow extends Pick<
  JudgedSession<unknown>,
  'key' | 'ending' | 'isHeadless' | 'score' | 'pValue' | 'isAnomaly' | 'isHabit' | 'against' | 'startTime' | 'endTime'
> {
  readonly source: string
  readonly firstLine: number
  readonly lastLine: number
  readonly events: number
}

/** Collects the sessions of a run as the columns of `deeplog_sessions.parquet`. Memory: some 200 bytes a session. */
export class SessionRows {
  readonly #rows: SessionRow[] = []

  /** Sessions so far. */
  get count(): number {
    return this.#rows.length
  }

  /** Adds sessions of a source. */
  add(source: string, sessions: readonly JudgedSession<{ readonly lineNo: number }>[]): void {
    for (const session of sessions) {
      const { key, ending, isHeadless, score, pValue, isAnomaly, isHabit, against, startTime, endTime } = session
      const about = { key, ending, isHeadless, score, pValue, isAnomaly, isHabit, against, startTime, endTime }
      const firstLine = session.lines.get(session.rows[0])!.lineNo
      this.#rows.push({ ...about, source, firstLine, lastLine: session.lastLine, events: session.rows.length })
    }
  }

  /** The columns. */
  columns(): TableColumn[] {
    const all = this.#rows
    return [
      { name: 'session', type: 'int32', data: all.map((_, s) => s) },
      { name: 'session_key', type: 'string', data: all.map(({ key }) => key) },
      { name: 'source', type: 'string', data: all.map(({ source }) => source) },
      { name: 'first_line', type: 'int32', data: all.map(({ firstLine }) => firstLine) },
      { name: 'last_line', type: 'int32', data: all.map(({ lastLine }) => lastLine) },
      { name: 'start_time', type: 'timestamp', data: all.map(({ startTime }) => startTime) },
      { name: 'end_time', type: 'timestamp', data: all.map(({ endTime }) => endTime) },
      { name: 'events', type: 'int32', data: all.map(({ events }) => events) },
      { name: 'score', type: 'double', data: all.map(({ score }) => score) },
      { name: 'p_value', type: 'double', data: all.map(({ pValue }) => pValue) },
      { name: 'is_anomaly', type: 'boolean', data: all.map(({ isAnomaly }) => isAnomaly) },
      { name: 'is_drift', type: 'boolean', data: all.map(({ isHabit }) => isHabit) },
      { name: 'spoke', type: 'json', data: all.map(({ against }) => against) },
      { name: 'ending', type: 'string', data: all.map(({ ending }) => ending) },
      { name: 'is_headless', type: 'boolean', data: all.map(({ isHeadless }) => isHeadless) },
    ]
  }
}
