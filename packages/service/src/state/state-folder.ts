import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Finding, writeFileAtomically } from '@sp/log-table'
import { z } from 'zod'
import { messageOf, ServiceError } from '../errors.js'
import type { FindingLogState } from '../flow/finding-log.js'
import type { KeptSource } from '../flow/line-judge.js'
import type { IncidentBookState } from '../incidents/incident-book.js'

/** What a service keeps beside its sources. */
export interface ServiceState {
  readonly findings: FindingLogState
  readonly incidents: IncidentBookState
  /** Where reading the findings of a fleet stood; `null` outside of one. */
  readonly fleetPosition: string | null
}

const ServiceFile = z.object({
  format: z.literal('sp-service-state'),
  version: z.literal(1),
  findings: z.object({ sequence: z.number(), events: z.array(z.unknown()) }),
  incidents: z.object({
    grouper: z.unknown(),
    change: z.number(),
    times: z.array(z.unknown()),
    closed: z.array(z.unknown()),
  }),
  fleetPosition: z.string().nullable(),
})

const SourceFile = z.object({
  format: z.literal('sp-service-source'),
  version: z.literal(1),
  position: z.unknown().optional(),
  snapshot: z.object({ source: z.string() }).loose(),
})

/** From this size on the journal is begun anew after a save. */
const JOURNAL_BYTES = 1024 * 1024
const JOURNAL = 'journal.ndjson'

interface JournalEntry {
  readonly sequence: number
  readonly finding: Finding
}

/**
 * The state of a service on disk. Every file appears whole: `service.json`, and `sources/<hash>.json` for each source,
 * its state and its position from one moment. `journal.ndjson` holds the findings since `service.json` was written; a
 * finding stands there before its source is saved, so whatever moment the process dies in, none is lost.
 */
export class StateFolder {
  readonly #folder: string
  readonly #journal: FileHandle
  #journalBytes: number

  private constructor(folder: string, journal: FileHandle, journalBytes: number) {
    this.#folder = folder
    this.#journal = journal
    this.#journalBytes = journalBytes
  }

  /** Opens a folder, and makes it where it is missing. @throws {ServiceError} `bad-state` when it cannot be written */
  static async open(folder: string): Promise<StateFolder> {
    try {
      await mkdir(join(folder, 'sources'), { recursive: true, mode: 0o750 })
      const journal = await open(join(folder, JOURNAL), 'a', 0o640)
      // A line that a crash cut off must not swallow the next.
      const { size } = await journal.stat()
      if (size > 0) await journal.appendFile('\n')
      return new StateFolder(folder, journal, size)
    } catch (cause) {
      throw new ServiceError('bad-state', `cannot keep state in ${folder}: ${messageOf(cause)}`, { cause })
    }
  }

  /** What was saved; `null` where nothing was. @throws {ServiceError} `bad-state` when it is damaged */
  async readService(): Promise<ServiceState | null> {
    const file = await this.#read(join(this.#folder, 'service.json'), ServiceFile)
    return file as unknown as ServiceState | null
  }

  /** The saved sources, one after the other. @throws {ServiceError} `bad-state` when one is damaged */
  async *readSources(): AsyncGenerator<KeptSource> {
    const names = await readdir(join(this.#folder, 'sources'))
    for (const name of names.filter((name) => name.endsWith('.json')).sort()) {
      const file = await this.#read(join(this.#folder, 'sources', name), SourceFile)
      if (file !== null) yield file as unknown as KeptSource
    }
  }

  /** Findings with a higher number than `after`, in order. A line that a crash cut off is left out. */
  async readJournal(after: number): Promise<Finding[]> {
    const text = await readFile(join(this.#folder, JOURNAL), 'utf8').catch(() => '')
    const entries = text.split('\n').flatMap((line) => (jsonOrNothing(line) as JournalEntry | undefined) ?? [])
    return entries.flatMap(({ sequence, finding }) => (sequence > after ? finding : []))
  }

  /** Adds a finding to the journal. */
  async keep(sequence: number, finding: Finding): Promise<void> {
    const line = JSON.stringify({ sequence, finding } satisfies JournalEntry) + '\n'
    this.#journalBytes += line.length
    await this.#journal.appendFile(line)
  }

  /** Saves what belongs to no source. Findings that come while it is written stay in the journal. */
  async saveService(take: () => ServiceState): Promise<void> {
    const [state, keptBytes] = [take(), this.#journalBytes]
    const file = { format: 'sp-service-state', version: 1, ...state }
    await writeFileAtomically(join(this.#folder, 'service.json'), JSON.stringify(file))
    if (this.#journalBytes > JOURNAL_BYTES && keptBytes === this.#journalBytes) await this.#beginJournal()
  }

  /** Saves a source. */
  async saveSource({ snapshot, position }: KeptSource): Promise<void> {
    const file = { format: 'sp-service-source', version: 1, position, snapshot }
    await writeFileAtomically(this.#pathOf(snapshot.source), JSON.stringify(file))
  }

  /** Removes a source that has ended. */
  async removeSource(source: string): Promise<void> {
    await rm(this.#pathOf(source), { force: true })
  }

  /** Closes the journal. */
  async close(): Promise<void> {
    await this.#journal.close()
  }

  async #beginJournal(): Promise<void> {
    await this.#journal.truncate(0)
    this.#journalBytes = 0
  }

  #pathOf(source: string): string {
    const hash = createHash('sha256').update(source).digest('hex').slice(0, 32)
    return join(this.#folder, 'sources', `${hash}.json`)
  }

  async #read<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
    let text: string
    try {
      text = await readFile(path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw new ServiceError('bad-state', `cannot read ${path}: ${messageOf(error)}`, { cause: error })
    }
    const parsed = schema.safeParse(jsonOrNothing(text))
    if (parsed.success) return parsed.data
    throw new ServiceError('bad-state', `${path} is no state of this version; remove it to start without it`)
  }
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
