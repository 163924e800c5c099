// What the service answers, as far as the page reads it. The schemas are in `../http/schemas.ts`.

/** A line of an incident. */
export interface Line {
  readonly role: 'evidence' | 'context'
  readonly lineNo: number
  readonly severity: number
  readonly text: string
  readonly cutCharacters: number
  readonly source: string
}

/** An incident. */
export interface Incident {
  readonly id: string
  readonly severity: 'high' | 'medium' | 'low'
  readonly isOpen: boolean
  readonly headlineParts: readonly string[]
  readonly reasonParts: readonly (readonly string[])[]
  readonly score: number
  readonly places: readonly { readonly source: string; readonly firstLine: number; readonly lastLine: number }[]
  readonly morePlaces: number
  readonly startTime: number | null
  readonly endTime: number | null
  readonly hosts: readonly { readonly name: string; readonly count: number }[]
  readonly processes: readonly { readonly name: string; readonly count: number }[]
  readonly detectors: readonly { readonly name: string }[]
  readonly findings: number
  readonly sessionKeys: readonly string[]
  readonly lines: readonly Line[]
  readonly records: number
  readonly change: number
  readonly openedMs: number
  readonly changedMs: number
}

/** A page of incidents. */
export interface IncidentPage {
  readonly incidents: readonly Incident[]
  readonly next: number | null
}

/** A source by minutes. */
export interface Source {
  readonly name: string
  readonly lines: number
  readonly records: number
  readonly unknown: number
  readonly findings: number
  readonly lastMs: number | null
  readonly activity: {
    readonly fromMs: number
    readonly lines: readonly number[]
    readonly findings: readonly number[]
    readonly scores: readonly number[]
  } | null
}

/** A page of sources. */
export interface SourcePage {
  readonly total: number
  readonly sources: readonly Source[]
}

/** A template that findings have told of. */
export interface Template {
  readonly id: string
  readonly text: string
  readonly findings: number
  readonly kinds: readonly { readonly kind: string; readonly count: number }[]
  readonly sources: readonly string[]
  readonly lastMs: number | null
  readonly example: string | null
}

/** A page of templates. */
export interface TemplatePage {
  readonly total: number
  readonly templates: readonly Template[]
}

/** The state of the service. */
export interface Status {
  readonly version: string
  readonly bundle: string
  readonly startedMs: number
  readonly nowMs: number
  readonly isReady: boolean
  readonly lines: number
  readonly unknownShare: number
  readonly incidents: { readonly opened: number; readonly open: number }
  readonly drift: { readonly findings: number; readonly sessions: number }
  readonly queue: { readonly bytes: number; readonly mostBytes: number }
  readonly sources: { readonly open: number; readonly most: number; readonly evicted: number }
  readonly latencyMs: { readonly p50: number | null; readonly p99: number | null }
  readonly memoryBytes: number
  readonly listeners: number
  readonly lost: { readonly udp: number; readonly tooLong: number }
  readonly lastSaveMs: number | null
  readonly inputs: readonly { readonly name: string; readonly status: string }[]
  readonly sinks: readonly {
    readonly name: string
    readonly waiting: number
    readonly sent: number
    readonly givenUp: number
    readonly lastError: string | null
  }[]
}
