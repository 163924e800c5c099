import type { JudgedSession } from '@sp/deeplog'
import type { Finding } from '@sp/log-table'
import { buildFinding, MOST_EVIDENCE } from './build-finding.js'
import { linesOfSession } from './finding-lines.js'
import type { RecentRow } from './recent-rows.js'
import type { SourceFacts } from './window-finding.js'

/** A strange session as a finding. */
export function sessionFinding(
  session: JudgedSession<RecentRow>,
  { source, named }: Pick<SourceFacts, 'source' | 'named'>,
): Finding {
  const { key, rows, lines, lastLine, score, pValue, against, voices } = session
  const evidence = session.evidence.slice(0, MOST_EVIDENCE)
  const first = lines.get(rows[0])!
  const spoke = voices.filter(({ name }) => against.includes(name))
  return buildFinding(
    {
      unit: 'session',
      source,
      session: key,
      firstLine: first.lineNo,
      lastLine,
      firstByte: first.byteOffset,
      records: rows.length,
      startTime: Number.isNaN(session.startTime) ? null : session.startTime,
      endTime: Number.isNaN(session.endTime) ? null : session.endTime,
      score,
      pValue,
      detectors: spoke.map((voice) => ({ ...voice })).sort((a, b) => a.pValue - b.pValue),
      evidence,
    },
    linesOfSession(evidence, lines),
    named,
  )
}
