import { SESSION_KEY_RULES, type SessionKey, sessionKey } from '@sp/builders'
import { ParsedLogFile } from '@sp/log-table'

/** Rows that are looked at, evenly spread. */
const SAMPLE = 2_000
/** Share of them that must name a key of a rule for it to be what the log is about. */
const SHARE = 0.5

/**
 * What makes lines of a log a session: the first rule whose key most lines name, `null` for none, when a session is what
 * one process of a host writes.
 * @param wanted `auto`, the name of a rule, an expression, or `null` for processes
 * @throws {BuildersError} `bad-session-key`
 */
export async function chooseSessionKey(parsed: string, wanted: string | null): Promise<SessionKey | null> {
  if (wanted === null) return null
  if (wanted !== 'auto') return sessionKey(wanted)
  const lines = await sampleLines(parsed)
  for (const { name } of SESSION_KEY_RULES) {
    const key = sessionKey(name)
    const named = lines.filter(({ raw, source }) => key.keysOf(raw, source).length > 0).length
    // A key in the name of the file alone makes each file one session, which only many files can teach.
    if (named > SHARE * lines.length) return key
  }
  return null
}

async function sampleLines(parsed: string): Promise<{ raw: string; source: string }[]> {
  const log = await ParsedLogFile.open(parsed)
  try {
    const every = Math.max(1, Math.floor(log.rowCount / SAMPLE))
    const lines: { raw: string; source: string }[] = []
    let row = 0
    for await (const { rowCount, raw, source } of log.batches({ columns: ['raw', 'source'] })) {
      for (let i = 0; i < rowCount; i++, row++) {
        if (row % every === 0) lines.push({ raw: raw.at(i) ?? '', source: source.at(i) ?? '' })
      }
    }
    return lines
  } finally {
    await log.close()
  }
}
