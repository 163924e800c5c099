import type { ServerResponse } from 'node:http'
import { eventId, type FindingLog, type LoggedEvent } from '../flow/finding-log.js'

/** What of the findings is sent to one listener. */
export interface StreamQuery {
  readonly source?: string
  readonly minScore: number
  /** Id of the event seen last. */
  readonly lastId?: string
}

/** A comment is sent this often, so that neither side nor anything between takes the connection for dead. */
const HEARTBEAT_MS = 15_000
/** Bytes that may wait for a listener that does not read; then it is cut off, and may come back with its last id. */
const MOST_WAITING_BYTES = 8 * 1024 * 1024
/** Pause that a listener is asked to keep before it comes back. */
const RETRY_MS = 2000

/** Sends findings as server-sent events (HTML standard, §9.2) until either side ends it. */
export function streamFindings(
  response: ServerResponse,
  log: FindingLog,
  { source, minScore, lastId }: StreamQuery,
): void {
  function isAsked({ finding }: LoggedEvent): boolean {
    return finding.score >= minScore && (source === undefined || finding.source === source)
  }
  function send(event: LoggedEvent): void {
    if (isAsked(event)) write(`id: ${eventId(event)}\nevent: finding\ndata: ${event.json}\n\n`)
  }
  function write(text: string): void {
    response.write(text)
    if (response.writableLength > MOST_WAITING_BYTES) response.destroy()
  }

  write(`retry: ${RETRY_MS}\n\n`)
  const { events, hasGap } = log.since(lastId)
  if (hasGap) write('event: gap\ndata: {"reason":"findings after the last one seen are no longer kept"}\n\n')
  for (const event of events) send(event)
  const end = log.listen(send)
  const heartbeat = setInterval(() => write(': still here\n\n'), HEARTBEAT_MS)
  response.on('close', () => {
    end()
    clearInterval(heartbeat)
  })
}
