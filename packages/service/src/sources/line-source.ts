import type { Intake } from '../flow/line-batch.js'
import type { ServiceCounters } from '../flow/service-counters.js'
import type { Surroundings } from '../surroundings.js'

/** What a source of lines works with. */
export interface SourceContext {
  readonly intake: Intake
  readonly counters: ServiceCounters
  readonly surroundings: Surroundings
}

/** Something that lines come from: a socket, files, a journal, a stream. */
export interface LineSource {
  /** Short, for the status. */
  readonly name: string
  /** Begins to read. @throws {ServiceError} when it cannot */
  open(context: SourceContext): Promise<void>
  /** Stops to read; resolves when everything that was read has been given to the intake. */
  close(): Promise<void>
  /** One word or two on how it fares, for the status. */
  status?(): string
}
