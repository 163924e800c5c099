import { z } from 'zod'
import { LANGUAGES, SEVERITIES } from '../incidents/grouping.js'
import { BundleName } from './bundle-choice.js'
import { SourceName } from './line-body.js'

const Count = z.number().int().min(0)
const Time = z.number().nullable().describe('Milliseconds since 1970-01-01 UTC.')
const Limit = z.coerce.number().int().min(1).max(500)
const Cursor = z.coerce.number().int().min(1)
const Search = z.string().max(200).describe('Text that the name or text holds.')

/** Query of `POST /v1/lines`. */
export const LinesQuery = z.object({
  source: SourceName.default('http').describe('Source of lines that name none.'),
})

/** Answer of `POST /v1/lines`. */
export const LinesTaken = z.object({
  lines: Count.describe('Lines that were judged.'),
  bytes: Count,
  sources: Count.describe('Sources they belong to.'),
  findings: Count.describe('Findings of the batches they were judged with.'),
})

/** Query of `GET /v1/findings`. */
export const FindingsQuery = z.object({
  source: SourceName.optional().describe('Only findings of this source.'),
  minScore: z.coerce.number().min(0).max(1000).default(0).describe('Only findings that score at least so much.'),
  lastEventId: z
    .string()
    .max(80)
    .optional()
    .describe('As the header Last-Event-ID; `0`: all findings that are kept, then those that come.'),
})

const Template = z.object({ id: z.string(), text: z.string() })
const Evidence = z
  .object({ kind: z.string(), template: Template.nullable().optional(), surprise: z.number() })
  .loose()
  .describe('What speaks for it; more keys by kind.')
const Line = z
  .object({
    role: z.enum(['evidence', 'context']),
    lineNo: Count.describe('From 0, within its source.'),
    byteOffset: Count,
    time: Time,
    severity: z.number().int().describe('Syslog severity 0 to 7, -1 where the line names none.'),
    text: z.string().describe('The raw line. It is text of strangers: escape it where it is shown.'),
    cutCharacters: Count,
  })
  .loose()

/** A finding, as the data of an event. */
export const FindingBody = z.object({
  id: z.string(),
  unit: z.enum(['window', 'session']),
  source: z.string(),
  session: z.string().nullable(),
  firstLine: Count,
  lastLine: Count,
  records: Count,
  startTime: Time,
  endTime: Time,
  hosts: z.array(z.string()),
  processes: z.array(z.string()),
  score: z.number(),
  pValue: z.number(),
  detectors: z.array(z.object({ name: z.string(), pValue: z.number() })),
  evidence: z.array(Evidence),
  lines: z.array(Line),
  incident: z.string().describe('Id of the incident it belongs to.'),
  opensIncident: z.boolean(),
})

/** Query of `GET /v1/incidents`. */
export const IncidentsQuery = z.object({
  limit: Limit.default(50),
  before: Cursor.optional().describe('`next` of the page before.'),
  severity: z
    .string()
    .max(40)
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(SEVERITIES)))
    .optional()
    .describe('One or more of high, medium, low, with commas between.'),
  source: SourceName.optional(),
  status: z.enum(['open', 'closed']).optional(),
  language: z.enum(LANGUAGES).default('en'),
})

const NameCount = z.object({ name: z.string(), count: Count })

/** An incident. */
export const IncidentBody = z
  .object({
    id: z.string(),
    severity: z.enum(SEVERITIES),
    isOpen: z.boolean().describe('Whether it may still grow.'),
    headline: z.string().describe('What it is about in one sentence.'),
    headlineParts: z
      .array(z.string())
      .describe('The same in parts: our words, and at every odd place text of the log.'),
    score: z.number(),
    pValue: z.number(),
    places: z.array(z.object({ source: z.string(), firstLine: Count, lastLine: Count, findings: Count }).loose()),
    morePlaces: Count,
    startTime: Time,
    endTime: Time,
    hosts: z.array(NameCount),
    processes: z.array(NameCount),
    detectors: z.array(z.object({ name: z.string(), pValue: z.number(), findings: Count })),
    findings: Count,
    windows: Count,
    sessions: Count,
    sessionKeys: z.array(z.string()),
    reasons: z.array(z.object({ evidence: Evidence, findings: Count }).loose()),
    reasonParts: z.array(z.array(z.string())).describe('A sentence for each reason, in parts.'),
    lines: z.array(Line.extend({ source: z.string(), reason: z.number().nullable() })),
    records: Count,
    change: Count.describe('Number of its last change.'),
    openedMs: z.number(),
    changedMs: z.number(),
  })
  .loose()

/** Answer of `GET /v1/incidents`. */
export const IncidentPageBody = z.object({
  incidents: z.array(IncidentBody),
  next: z.number().nullable().describe('Give it as `before` for the next page; null on the last one.'),
})

/** Path of `GET /v1/incidents/:id`. */
export const IncidentPath = z.object({ id: z.string().regex(/^[0-9A-Za-z-]{1,64}$/, 'the id of an incident') })

/** Query of `GET /v1/incidents/:id`. */
export const LanguageQuery = z.object({ language: z.enum(LANGUAGES).default('en') })

/** Query of the lists of sources and templates. */
export const ListQuery = z.object({
  limit: Limit.default(100),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  search: Search.optional(),
})

const Minutes = z.array(z.number()).describe('One number a minute of arrival, 60 minutes, the oldest first.')

/** Answer of `GET /v1/sources`. */
export const SourcesBody = z.object({
  total: Count,
  sources: z.array(
    z.object({
      name: z.string(),
      lines: Count,
      records: Count,
      unknown: Count,
      findings: Count,
      lastMs: z.number().nullable(),
      activity: z.object({ fromMs: z.number(), lines: Minutes, findings: Minutes, scores: Minutes }).nullable(),
    }),
  ),
})

/** Answer of `GET /v1/templates`. */
export const TemplatesBody = z.object({
  total: Count,
  templates: z.array(
    z.object({
      id: z.string(),
      text: z.string(),
      findings: Count,
      kinds: z.array(z.object({ kind: z.string(), count: Count })),
      sources: z.array(z.string()),
      firstMs: z.number().nullable().describe('When a finding told of it first, null where none has.'),
      lastMs: z.number().nullable(),
      example: z.string().nullable(),
      isKnown: z.boolean().describe('Whether the bundle knows it.'),
    }),
  ),
})

/** Answer of `GET /v1/status`. */
export const StatusBody = z.object({
  version: z.string(),
  bundle: z.string().describe('Hash of the bundle in use.'),
  startedMs: z.number(),
  nowMs: z.number(),
  isReady: z.boolean(),
  detector: z.record(z.string(), z.number()).describe('What the detector has seen since it was opened.'),
  lines: Count.describe('Lines judged since the start.'),
  unknownShare: z.number().describe('Share of records of templates that training did not know.'),
  findings: Count,
  incidents: z.object({ opened: Count, open: Count }),
  drift: z.object({ findings: Count, sessions: Count }).describe('New habits told, and sessions that follow them.'),
  queue: z.object({ bytes: Count, mostBytes: Count, sources: Count, waiting: Count }),
  sources: z.object({ open: Count, most: Count, evicted: Count }),
  latencyMs: z.object({ p50: z.number().nullable(), p99: z.number().nullable() }).describe('Of judging a batch.'),
  memoryBytes: Count,
  listeners: Count,
  lost: z.object({ udp: Count, tooLong: Count }).describe('Lines that could not be kept back.'),
  lastSaveMs: z.number().nullable(),
  inputs: z.array(z.object({ name: z.string(), status: z.string() })),
  sinks: z.array(
    z.object({
      name: z.string(),
      waiting: Count,
      sent: Count,
      givenUp: Count,
      retries: Count,
      lastError: z.string().nullable(),
    }),
  ),
})

/** Body of `POST /v1/bundle`. */
export const BundleRequest = z.strictObject({
  name: BundleName.optional().describe('A folder beside the bundle in use; default: that bundle, read again.'),
})

/** Answer of `POST /v1/bundle`. */
export const BundleBody = z.object({
  bundle: z.string().describe('Hash of the bundle in use now.'),
  findings: Count.describe('Findings in what was open with the old one.'),
})

/** Answer of `/healthz` and `/readyz`. */
export const HealthBody = z.object({ status: z.string() })

/** Every answer that says no. */
export const ProblemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
})
