import type { NamedTemplate } from '@sp/log-table'
import type { StreamingDetector } from '@sp/pipeline'
import type { Activity } from './flow/activity.js'
import type { FindingLog } from './flow/finding-log.js'
import type { LineJudge } from './flow/line-judge.js'
import type { ServiceCounters } from './flow/service-counters.js'
import type { TemplateBook } from './flow/template-book.js'
import type { IncidentBook } from './incidents/incident-book.js'
import type { SinkQueue } from './sinks/sink-queue.js'
import type { LineSource } from './sources/line-source.js'
import type { Surroundings } from './surroundings.js'

/** The parts of a running service, as its HTTP side sees them. */
export interface ServiceCore {
  readonly version: string
  readonly detector: StreamingDetector
  readonly judge: LineJudge
  readonly log: FindingLog
  readonly incidents: IncidentBook
  readonly templates: TemplateBook
  /** Templates that the bundle knows. */
  knownTemplates(): readonly NamedTemplate[]
  readonly activity: Activity
  readonly counters: ServiceCounters
  readonly sinks: readonly SinkQueue[]
  readonly inputs: readonly LineSource[]
  readonly surroundings: Surroundings
  readonly startedMs: number
  readonly mostQueuedBytes: number
  readonly mostSources: number
  lastSaveMs(): number | null
  /** Why the service is not ready; `null` where it is. */
  unready(): string | null
  /** Goes on with another bundle. @returns findings in what was open with the old one */
  swap(name?: string): Promise<number>
}
