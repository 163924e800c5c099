import { messageOf } from '../errors.js'
import type { FindingOutput } from '../flow/finding-output.js'
import type { FindingLog } from '../flow/finding-log.js'
import type { KeptSource, LineJudge } from '../flow/line-judge.js'
import type { ServiceCounters } from '../flow/service-counters.js'
import type { IncidentBook } from '../incidents/incident-book.js'
import { quoted, type Surroundings } from '../surroundings.js'
import type { StateFolder } from './state-folder.js'

/** What is saved and restored. */
export interface KeeperParts {
  readonly folder: StateFolder
  readonly judge: LineJudge
  readonly log: FindingLog
  readonly incidents: IncidentBook
  readonly output: FindingOutput
  readonly counters: ServiceCounters
  readonly surroundings: Surroundings
  /** Where reading the findings of a fleet stands. */
  readonly fleetPosition: () => string | null
}

/** Saves the state of a service from time to time and at its end, and restores it at its start. */
export class StateKeeper {
  readonly #parts: KeeperParts
  /** Sources with a file. */
  readonly #saved = new Set<string>()
  #saving: Promise<void> | null = null
  #lastSaveMs: number | null = null

  constructor(parts: KeeperParts) {
    this.#parts = parts
  }

  /** When the state was saved last, in milliseconds since 1970; `null` before the first time. */
  get lastSaveMs(): number | null {
    return this.#lastSaveMs
  }

  /**
   * Goes on from what was saved.
   * @returns where reading the findings of a fleet stood
   */
  async restore(): Promise<string | null> {
    const { folder, log, incidents, output } = this.#parts
    const state = await folder.readService()
    if (state !== null) {
      log.restore(state.findings)
      incidents.restore(state.incidents)
      for (const { finding } of log.snapshot().events) output.remember(finding)
    }
    for (const finding of await folder.readJournal(log.sequence)) output.recall(finding)
    for await (const kept of folder.readSources()) await this.#restoreSource(kept)
    return state?.fleetPosition ?? null
  }

  /** Saves what has changed; a save under way is waited for and followed by another. */
  async save(): Promise<void> {
    while (this.#saving !== null) await this.#saving
    this.#saving = this.#saveNow().finally(() => (this.#saving = null))
    await this.#saving
  }

  async #saveNow(): Promise<void> {
    const { folder, judge, log, incidents, counters, surroundings, fleetPosition } = this.#parts
    try {
      // A source whose thread has ended has no state any more; that is no reason to lose the others.
      let lost: Error | null = null
      for (const source of judge.dirtySources()) {
        const kept = await judge.snapshot(source).catch((error: Error) => {
          lost ??= error
          return null
        })
        if (kept === null) continue
        await folder.saveSource(kept)
        this.#saved.add(source)
      }
      const known = new Set(judge.sources())
      for (const source of this.#saved) {
        if (known.has(source)) continue
        this.#saved.delete(source)
        await folder.removeSource(source)
      }
      await folder.saveService(() => ({
        findings: log.snapshot(),
        incidents: incidents.snapshot(),
        fleetPosition: fleetPosition(),
      }))
      if (lost !== null) throw lost
      counters.saves++
      this.#lastSaveMs = surroundings.nowMs()
    } catch (error) {
      counters.failedSaves++
      surroundings.tell({ level: 'error', code: 'save-failed', message: messageOf(error) })
    }
  }

  /** A state of another bundle is let go, but reading goes on where it stood. */
  async #restoreSource(kept: KeptSource): Promise<void> {
    const { judge, counters, surroundings } = this.#parts
    const { source } = kept.snapshot
    this.#saved.add(source)
    try {
      await judge.restore(kept)
    } catch (error) {
      counters.refusedStates++
      judge.restorePosition(source, kept.position)
      const message = `${quoted(source)} begins anew: ${messageOf(error)}`
      surroundings.tell({ level: 'warn', code: 'state-refused', message })
    }
  }
}
