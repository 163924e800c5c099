import type { Finding } from '@sp/log-table'
import type { LoggedEvent } from '../flow/finding-log.js'
import { postJson } from './post-json.js'
import type { FindingSink } from './sink.js'
import { hostOf } from './webhook-sink.js'

/** A collector that speaks OTLP over HTTP. */
export interface OtlpOptions {
  /** Address of the collector, such as `http://127.0.0.1:4318`; `/v1/logs` is added where it has no path. */
  readonly endpoint: string
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
  readonly nowMs: () => number
}

/** Findings as log records of OpenTelemetry (OTLP 1.x, HTTP with JSON). */
export class OtlpSink implements FindingSink {
  readonly name: string
  readonly #url: string
  readonly #options: OtlpOptions

  /** A sink to a collector. @throws {ServiceError} `bad-options` when the address is none of http or https */
  constructor(options: OtlpOptions) {
    this.name = `otlp ${hostOf(options.endpoint)}`
    const url = new URL(options.endpoint)
    this.#url = url.pathname === '/' ? new URL('/v1/logs', url).href : url.href
    this.#options = options
  }

  /** Exports findings. */
  async send(events: readonly LoggedEvent[], signal: AbortSignal): Promise<void> {
    const { headers = {}, timeoutMs, nowMs } = this.#options
    const body = JSON.stringify(logsRequest(events, nowMs()))
    await postJson(this.#url, body, { headers, signal, timeoutMs })
  }

  /** Nothing is held open. */
  async close(): Promise<void> {}
}

/** An `ExportLogsServiceRequest` as JSON: times as text of nanoseconds, as protobuf maps 64-bit numbers. */
export function logsRequest(events: readonly LoggedEvent[], nowMs: number): object {
  const logRecords = events.map(({ finding, incident, opensIncident }) => ({
    timeUnixNano: nanoseconds(finding.endTime ?? nowMs),
    observedTimeUnixNano: nanoseconds(nowMs),
    // WARN for what is strange, ERROR where the log itself calls a line an error.
    severityNumber: isGrave(finding) ? 17 : 13,
    severityText: isGrave(finding) ? 'ERROR' : 'WARN',
    body: { stringValue: finding.lines.find(({ role }) => role === 'evidence')?.text ?? 'unusual lines' },
    attributes: [
      text('log.file.path', finding.source),
      text('sp.finding.id', finding.id),
      text('sp.incident.id', incident),
      { key: 'sp.incident.opens', value: { boolValue: opensIncident } },
      text('sp.unit', finding.unit),
      { key: 'sp.score', value: { doubleValue: finding.score } },
      { key: 'sp.p_value', value: { doubleValue: finding.pValue } },
      { key: 'sp.first_line', value: { intValue: String(finding.firstLine) } },
      { key: 'sp.last_line', value: { intValue: String(finding.lastLine) } },
      ...(finding.session === null ? [] : [text('sp.session', finding.session)]),
      ...finding.hosts.slice(0, 1).map((host) => text('host.name', host)),
      list('sp.evidence', [...new Set(finding.evidence.map(({ kind }) => kind))]),
      list(
        'sp.detectors',
        finding.detectors.map(({ name }) => name),
      ),
    ],
  }))
  const resource = { attributes: [text('service.name', 'sp')] }
  return { resourceLogs: [{ resource, scopeLogs: [{ scope: { name: '@sp/service' }, logRecords }] }] }
}

function isGrave({ lines }: Finding): boolean {
  return lines.some(({ role, severity }) => role === 'evidence' && severity >= 0 && severity <= 3)
}

function text(key: string, value: string) {
  return { key, value: { stringValue: value } }
}

function list(key: string, values: readonly string[]) {
  return { key, value: { arrayValue: { values: values.map((value) => ({ stringValue: value })) } } }
}

function nanoseconds(ms: number): string {
  return `${Math.round(ms)}000000`
}
