import type { DetectorStats } from '@sp/pipeline'
import type { z } from 'zod'
import type { ServiceCore } from '../service-core.js'
import { MetricsText } from './metrics-text.js'
import type { SourcesBody, StatusBody, TemplatesBody } from './schemas.js'

/** Which part of a list is asked for. */
export interface ListPart {
  readonly limit: number
  readonly offset: number
  readonly search?: string
}

/** The whole state of a service on one page. */
export function statusBody(core: ServiceCore): z.infer<typeof StatusBody> {
  const { counters, judge, incidents, detector, sinks, inputs, log, surroundings } = core
  const stats = detector.stats()
  const { pushSeconds } = counters
  return {
    version: core.version,
    bundle: detector.bundleHash,
    startedMs: core.startedMs,
    nowMs: surroundings.nowMs(),
    isReady: core.unready() === null,
    detector: { ...stats },
    lines: counters.lines,
    unknownShare: unknownShare(stats),
    findings: counters.findings,
    incidents: { opened: counters.incidents, open: incidents.openCount },
    drift: { findings: counters.habitFindings, sessions: stats.habitSessions },
    queue: { ...judge.queue, mostBytes: core.mostQueuedBytes },
    sources: { open: judge.sourceCount, most: core.mostSources, evicted: counters.evictedSources },
    latencyMs: { p50: milliseconds(pushSeconds.quantile(0.5)), p99: milliseconds(pushSeconds.quantile(0.99)) },
    memoryBytes: surroundings.memoryBytes(),
    listeners: log.listeners,
    lost: { ...counters.lostLines },
    lastSaveMs: core.lastSaveMs(),
    inputs: inputs.map((input) => ({ name: input.name, status: input.status?.() ?? 'open' })),
    sinks: sinks.map(({ status }) => status),
  }
}

/** The sources with a state, the one pushed to last first. */
export function sourcesBody(core: ServiceCore, { limit, offset, search }: ListPart): z.infer<typeof SourcesBody> {
  const { judge, detector, activity, surroundings } = core
  const nowMs = surroundings.nowMs()
  const names = judge.sources().reverse()
  const found = search === undefined ? names : names.filter((name) => holds(name, search))
  const sources = found.slice(offset, offset + limit).map((name) => {
    const { lines, records, unknown, findings } = detector.stats(name)
    const lastMs = judge.lastMs(name) ?? null
    return { name, lines, records, unknown, findings, lastMs, activity: activity.of(name, nowMs) }
  })
  return { total: found.length, sources: sources.map((source) => withPlainLists(source)) }
}

/** The templates that findings have told of, the one told last first; behind them the others that the bundle knows. */
export function templatesBody(core: ServiceCore, { limit, offset, search }: ListPart): z.infer<typeof TemplatesBody> {
  const known = new Map(core.knownTemplates().map((template) => [template.id, template.text]))
  const told = core.templates.list().map((one) => {
    return { ...one, kinds: [...one.kinds], sources: [...one.sources], isKnown: known.delete(one.id) }
  })
  const others = [...known].map(([id, text]) => {
    return { id, text, findings: 0, kinds: [], sources: [], firstMs: null, lastMs: null, example: null, isKnown: true }
  })
  const all = [...told, ...others]
  const found = search === undefined ? all : all.filter(({ id, text }) => id === search || holds(text, search))
  return { total: found.length, templates: found.slice(offset, offset + limit) }
}

/** All metrics as Prometheus reads them. */
export function metricsText(core: ServiceCore): string {
  const { counters, judge, detector, incidents, sinks, log, surroundings } = core
  const stats = detector.stats()
  const text = new MetricsText()
    .counter('sp_lines_total', 'Lines judged since the start.', counters.lines)
    .counter('sp_bytes_total', 'Bytes of lines judged since the start.', counters.bytes)
    .gauge('sp_records', 'Records that the detector has seen.', stats.records)
    .gauge('sp_unknown_records', 'Records of templates that training did not know.', stats.unknown)
    .gauge('sp_unknown_share', 'Share of records of templates that training did not know.', unknownShare(stats))
    .gauge('sp_templates', 'Templates that the bundle knows.', core.knownTemplates().length)
    .gauge('sp_templates_told', 'Templates that findings have told of.', core.templates.size)
    .gauge('sp_windows', 'Windows judged.', stats.windows)
    .gauge('sp_windows_flagged', 'Windows flagged.', stats.flaggedWindows)
    .gauge('sp_sessions', 'Sessions judged.', stats.sessions)
    .gauge('sp_sessions_flagged', 'Sessions flagged.', stats.flaggedSessions)
    .counter('sp_findings_total', 'Findings since the start.', counters.findings)
    .counter('sp_findings_repeated_total', 'Findings that came again and were not told.', counters.duplicateFindings)
    .histogram('sp_finding_score', 'Scores of findings, -log10 of a probability.', counters.scores)
    .counter('sp_incidents_total', 'Incidents opened since the start.', counters.incidents)
    .gauge('sp_incidents_open', 'Incidents that may still grow.', incidents.openCount)
    .counter('sp_drift_findings_total', 'New habits told since the start.', counters.habitFindings)
    .gauge('sp_drift_sessions', 'Sessions of kinds that have become normal since training.', stats.habitSessions)
    .gauge('sp_sources', 'Sources with a state.', judge.sourceCount)
    .counter('sp_sources_evicted_total', 'Sources ended to make room for others.', counters.evictedSources)
    .gauge('sp_queue_bytes', 'Bytes of lines that wait or are being judged.', judge.queue.bytes)
    .gauge('sp_queue_waiting', 'Batches held back until there is room.', judge.queue.waiting)
    .histogram('sp_judge_seconds', 'Time to judge a batch.', counters.pushSeconds)
    .histogram('sp_http_request_seconds', 'Time to answer a request.', counters.requestSeconds)
  for (const [key, count] of [...counters.requests].sort()) {
    const [route, status] = key.split(' ')
    text.counter('sp_http_requests_total', 'Requests answered.', count, { route, status })
  }
  for (const [reason, count] of Object.entries(counters.refusals)) {
    text.counter('sp_http_refusals_total', 'Requests refused before they were read.', count, { reason })
  }
  for (const [reason, count] of Object.entries(counters.lostLines)) {
    text.counter('sp_lines_lost_total', 'Lines that could not be kept back.', count, { reason })
  }
  for (const { status } of sinks)
    text.counter('sp_sink_sent_total', 'Findings sent.', status.sent, { sink: status.name })
  for (const { status } of sinks) {
    text.counter('sp_sink_given_up_total', 'Findings given up.', status.givenUp, { sink: status.name })
  }
  for (const { status } of sinks)
    text.gauge('sp_sink_waiting', 'Findings to send.', status.waiting, { sink: status.name })
  return text
    .counter('sp_judging_failed_total', 'Batches that the detector could not judge.', counters.failedPushes)
    .counter('sp_saves_total', 'States saved.', counters.saves)
    .counter('sp_saves_failed_total', 'States that could not be saved.', counters.failedSaves)
    .counter('sp_states_refused_total', 'Saved states that belonged to another bundle.', counters.refusedStates)
    .counter('sp_swaps_total', 'Bundles swapped.', counters.swaps)
    .gauge('sp_listeners', 'Listeners to the stream of findings.', log.listeners)
    .gauge('sp_memory_bytes', 'Memory of the process.', surroundings.memoryBytes())
    .gauge('sp_start_time_seconds', 'Start of the service, in seconds since 1970.', core.startedMs / 1000)
    .gauge('sp_ready', 'Whether the service is ready.', core.unready() === null ? 1 : 0)
    .toString()
}

function unknownShare({ records, unknown }: DetectorStats): number {
  return records === 0 ? 0 : unknown / records
}

function milliseconds(seconds: number | null): number | null {
  return seconds === null || seconds === Infinity ? null : seconds * 1000
}

function holds(text: string, search: string): boolean {
  return text.toLowerCase().includes(search.toLowerCase())
}

type Source = z.infer<typeof SourcesBody>['sources'][number]

function withPlainLists({
  activity,
  ...source
}: Omit<Source, 'activity'> & { activity: ReturnType<ServiceCore['activity']['of']> }): Source {
  if (activity === null) return { ...source, activity }
  const { fromMs, lines, findings, scores } = activity
  return { ...source, activity: { fromMs, lines: [...lines], findings: [...findings], scores: [...scores] } }
}
