import { LogClock, type BatchRange, type LogClockSnapshot } from '@sp/builders'
import type { ParsedLog } from '@sp/log-table'
import { EntityNames } from './entity-names.js'
import { FIRST_HEARD, type LogLines } from './log-lines.js'
import { visitNumbers } from './parameter-numbers.js'
import { RecentTable, type RecentTableSnapshot } from './recent-table.js'

/** What of a parsed log the line detectors read; a whole `ParsedLog` fits. */
export type LineColumns = Pick<
  ParsedLog,
  'rowCount' | 'timestamp' | 'host' | 'process' | 'pid' | 'template' | 'parameters'
> &
  Partial<Pick<ParsedLog, 'source'>>

/** State of a {@link LineReader}: plain data, fit for JSON. */
export interface LineReaderSnapshot {
  readonly nextRow: number
  readonly clock: LogClockSnapshot
  readonly hosts: RecentTableSnapshot
  readonly programs: RecentTableSnapshot
  readonly processes: RecentTableSnapshot
}

/** Slots that are still in use, in the order in which another reader, opened on the snapshot, numbers them. */
export interface UsedSlots {
  readonly hosts: readonly number[]
  readonly programs: readonly number[]
  readonly processes: readonly number[]
}

/** Process ids are given anew: after an hour of silence it is another process, and so is a program. */
const LONGEST_PAUSE_MS = 3_600_000
const MOST_HOSTS = 4_096
const MOST_PROCESSES = 16_384

/**
 * Reads the rows of one source as the line detectors want them: times by the clock of the source, hosts, programs and
 * processes by slots. It remembers the 4,096 hosts and the 16,384 programs and processes heard last; one that was
 * forgotten, or a program or process silent for more than an hour, is heard for the first time again.
 */
export class LineReader {
  readonly #names = new EntityNames()
  readonly #clock: LogClock
  readonly #hosts: RecentTable
  readonly #programs: RecentTable
  readonly #processes: RecentTable
  readonly #readsValues: ((template: number) => boolean) | null
  #nextRow: number

  /**
   * A reader at the beginning of a source, or where another one was.
   * @param options `readsValues` says of which templates parameters are wanted; default all
   */
  constructor(
    options: { readonly firstRow?: number; readonly readsValues?: (template: number) => boolean } = {},
    snapshot?: LineReaderSnapshot,
  ) {
    this.#readsValues = options.readsValues ?? null
    this.#nextRow = snapshot?.nextRow ?? options.firstRow ?? 0
    this.#clock = new LogClock(snapshot?.clock)
    this.#hosts = new RecentTable(MOST_HOSTS, snapshot?.hosts)
    this.#programs = new RecentTable(MOST_PROCESSES, snapshot?.programs)
    this.#processes = new RecentTable(MOST_PROCESSES, snapshot?.processes)
  }

  /** Number of the next row. */
  get nextRow(): number {
    return this.#nextRow
  }

  /** The next rows as lines; the first rows of all begin a stretch. */
  read(batch: LineColumns, { from, to }: BatchRange = { from: 0, to: batch.rowCount }): LogLines {
    const count = to - from
    const lines = {
      count,
      firstRow: this.#nextRow,
      template: batch.template.subarray(from, to),
      at: new Float64Array(count),
      hostName: new Array<string>(count),
      host: new Int32Array(count),
      program: new Int32Array(count),
      process: new Int32Array(count),
      firstHeard: new Uint8Array(count),
      valueOffsets: new Int32Array(count + 1),
      stretches: Int32Array.from(this.#hosts.size === 0 && count > 0 ? [0] : []),
    }
    const values: number[] = []
    function keep(value: number) {
      values.push(value)
    }
    this.#names.use(batch.host, batch.process)
    for (let i = 0; i < count; i++) {
      this.#readEntities(batch, { row: from + i, lines, i })
      if (this.#readsValues === null || this.#readsValues(lines.template[i])) {
        visitNumbers(batch.parameters, from + i, keep)
      }
      lines.valueOffsets[i + 1] = values.length
    }
    this.#nextRow += count
    return { ...lines, values: Float64Array.from(values) }
  }

  /** Slots that the lines to come can still mean something to. */
  usedSlots(): UsedSlots {
    const since = this.#clock.now - LONGEST_PAUSE_MS
    return {
      hosts: this.#hosts.slotsSince(-Infinity),
      programs: this.#programs.slotsSince(since),
      processes: this.#processes.slotsSince(since),
    }
  }

  /** What the reader knows, for another one to go on from; slots are numbered anew, in the order of `used`. */
  snapshot(used: UsedSlots): LineReaderSnapshot {
    return {
      nextRow: this.#nextRow,
      clock: this.#clock.snapshot(),
      hosts: this.#hosts.snapshot(used.hosts),
      programs: this.#programs.snapshot(used.programs),
      processes: this.#processes.snapshot(used.processes),
    }
  }

  #readEntities(batch: LineColumns, { row, lines, i }: { row: number; lines: EntityColumns; i: number }): void {
    const at = this.#clock.tick(batch.timestamp[row])
    const entity = this.#names.entityOf(batch.host.codes[row], batch.process.codes[row])
    lines.at[i] = at
    lines.hostName[i] = entity.hostName
    lines.host[i] = this.#hosts.see(entity.host, 0, at)
    let firstHeard: number = this.#hosts.isNew ? FIRST_HEARD.host : 0
    lines.program[i] = this.#programs.see(entity.host, entity.program, at)
    if (isAnother(this.#programs, at)) firstHeard |= FIRST_HEARD.program
    lines.process[i] = this.#processes.see(entity.process, batch.pid[row], at)
    if (isAnother(this.#processes, at)) firstHeard |= FIRST_HEARD.process
    lines.firstHeard[i] = firstHeard
  }
}

type EntityColumns = Pick<LogLines, 'at' | 'host' | 'program' | 'process' | 'firstHeard'> & {
  readonly hostName: string[]
}

function isAnother({ isNew, before }: RecentTable, at: number): boolean {
  return isNew || at - before > LONGEST_PAUSE_MS
}
