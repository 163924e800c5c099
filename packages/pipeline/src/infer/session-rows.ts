import type { JudgedSession } from '@sp/deeplog'
import type { TableColumn } from '@sp/log-table'

/** Collects the sessions of a run as the columns of `deeplog_sessions.parquet`. Memory: some 200 bytes a session. */
export class SessionRows {
  readonly #columns = {
    key: [] as string[],
    source: [] as string[],
    firstLine: [] as number[],
    lastLine: [] as number[],
    startTime: [] as number[],
    endTime: [] as number[],
    events: [] as number[],
    score: [] as number[],
    pValue: [] as number[],
    isAnomaly: [] as boolean[],
    isHabit: [] as boolean[],
    against: [] as (readonly string[])[],
    ending: [] as string[],
    isHeadless: [] as boolean[],
  }

  /** Sessions so far. */
  get count(): number {
    return this.#columns.key.length
  }

  /** Adds sessions of a source. */
  add(source: string, sessions: readonly JudgedSession<{ readonly lineNo: number }>[]): void {
    const columns = this.#columns
    for (const session of sessions) {
      columns.key.push(session.key)
      columns.source.push(source)
      columns.firstLine.push(session.lines.get(session.rows[0])!.lineNo)
      columns.lastLine.push(session.lastLine)
      columns.startTime.push(session.startTime)
      columns.endTime.push(session.endTime)
      columns.events.push(session.rows.length)
      columns.score.push(session.score)
      columns.pValue.push(session.pValue)
      columns.isAnomaly.push(session.isAnomaly)
      columns.isHabit.push(session.isHabit)
      columns.against.push(session.against.length === 0 ? NOBODY : session.against)
      columns.ending.push(session.ending)
      columns.isHeadless.push(session.isHeadless)
    }
  }

  /** The columns. */
  columns(): TableColumn[] {
    const columns = this.#columns
    return [
      { name: 'session', type: 'int32', data: columns.key.map((_, s) => s) },
      { name: 'session_key', type: 'string', data: columns.key },
      { name: 'source', type: 'string', data: columns.source },
      { name: 'first_line', type: 'int32', data: columns.firstLine },
      { name: 'last_line', type: 'int32', data: columns.lastLine },
      { name: 'start_time', type: 'timestamp', data: columns.startTime },
      { name: 'end_time', type: 'timestamp', data: columns.endTime },
      { name: 'events', type: 'int32', data: columns.events },
      { name: 'score', type: 'double', data: columns.score },
      { name: 'p_value', type: 'double', data: columns.pValue },
      { name: 'is_anomaly', type: 'boolean', data: columns.isAnomaly },
      { name: 'is_drift', type: 'boolean', data: columns.isHabit },
      { name: 'spoke', type: 'json', data: columns.against },
      { name: 'ending', type: 'string', data: columns.ending },
      { name: 'is_headless', type: 'boolean', data: columns.isHeadless },
    ]
  }
}

const NOBODY: readonly string[] = []
