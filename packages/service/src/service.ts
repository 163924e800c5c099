import type { NamedTemplate } from '@sp/log-table'
import type { StreamingDetector } from '@sp/pipeline'
import { messageOf, ServiceError } from './errors.js'
import { Activity } from './flow/activity.js'
import { FindingLog } from './flow/finding-log.js'
import { FindingOutput } from './flow/finding-output.js'
import { LineJudge } from './flow/line-judge.js'
import { ServiceCounters } from './flow/service-counters.js'
import { TemplateBook } from './flow/template-book.js'
import { BundleChoice } from './http/bundle-choice.js'
import { type HttpOptions, type HttpServer, listenHttp } from './http/http-server.js'
import { IncidentBook } from './incidents/incident-book.js'
import type { IncidentMaking } from './incidents/grouping.js'
import { incidentMaking } from './incidents/incident-making.js'
import { RedisFleet, type RedisFleetOptions } from './redis/redis-fleet.js'
import type { ServiceCore } from './service-core.js'
import type { FindingSink } from './sinks/sink.js'
import { SINK_QUEUE_DEFAULTS, SinkQueue, type SinkQueueOptions } from './sinks/sink-queue.js'
import type { LineSource } from './sources/line-source.js'
import { StateFolder } from './state/state-folder.js'
import { StateKeeper } from './state/state-keeper.js'
import type { Surroundings } from './surroundings.js'

/** A service. */
export interface ServiceOptions {
  /** The detector that judges. It is closed with the service. */
  readonly detector: StreamingDetector
  /** Folder of its bundle, for swaps; without it there are none. */
  readonly bundle?: string
  /** Folder whose bundles may be swapped in, default that of the bundle. */
  readonly bundleFolder?: string
  readonly surroundings: Surroundings
  /** Version that the service says it is. */
  readonly version?: string
  readonly http?: HttpOptions
  /** Where lines come from besides HTTP and Redis. */
  readonly sources?: readonly LineSource[]
  readonly redis?: RedisFleetOptions
  /** Where findings go besides HTTP. */
  readonly sinks?: readonly (FindingSink | { readonly sink: FindingSink; readonly queue: Partial<SinkQueueOptions> })[]
  /** Folder for the state; without it a restart begins anew. */
  readonly stateFolder?: string
  /** Pause between saves, default a minute. */
  readonly saveMs?: number
  /**
   * Sources with a state at a time, default 2,000; the quietest is ended when another comes. A state takes some 100 KB
   * to a few MB.
   */
  readonly mostSources?: number
  /** Bytes of lines that may wait, default 64 MiB. */
  readonly mostQueuedBytes?: number
  /** Sources that are judged at a time, default 8. */
  readonly concurrency?: number
  /** A record under way is taken as whole after a pause of so long, default 2 s. */
  readonly flushAfterMs?: number
  /** A source is ended after a pause of so long, default a day. */
  readonly endAfterMs?: number
  /** Findings kept for listeners that come back, default 1,000. */
  readonly mostKeptFindings?: number
  /** How incidents are made and told; default: as reports do. */
  readonly incidents?: IncidentMaking
  /** Templates that the bundle in use knows, for the page; default none. */
  readonly knownTemplates?: () => readonly NamedTemplate[]
}

/** A running service. */
export interface Service {
  /** Address of its HTTP side. */
  readonly url: string
  /** Goes on with another bundle of the folder, or reads the one in use again. @returns findings in what was open */
  swap(name?: string): Promise<number>
  /** Saves the state now. */
  save(): Promise<void>
  /** Opens files again and reads certificates anew, as after a rotation. */
  reopen(): Promise<void>
  /** Stops to take lines, judges what came, saves, delivers findings, closes. */
  close(): Promise<void>
}

const SWEEP_MS = 1000
const DAY_MS = 24 * 3_600_000
const MOST_LOG_CHARACTERS = 32 * 1024 * 1024
const MOST_CLOSED_INCIDENTS = 500
const MOST_TEMPLATES = 5000
/** Bytes judged in one go. */
const MOST_BATCH_BYTES = 1024 * 1024
/** Time that sinks have at the end. */
const SINK_GRACE_MS = 5000

/**
 * Starts a service: restores its state, opens its sources, listens.
 * @throws {ServiceError} whatever stands in the way; nothing is left open then
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const running = new RunningService(options)
  try {
    await running.start()
    return running
  } catch (error) {
    await running.abandon()
    throw error
  }
}

class RunningService implements Service {
  readonly #options: ServiceOptions
  readonly #core: ServiceCore
  readonly #judge: LineJudge
  readonly #output: FindingOutput
  readonly #log: FindingLog
  readonly #incidents: IncidentBook
  readonly #counters = new ServiceCounters()
  readonly #sinks: SinkQueue[]
  readonly #inputs: LineSource[] = []
  #folder: StateFolder | null = null
  #keeper: StateKeeper | null = null
  #fleet: RedisFleet | null = null
  #http: HttpServer | null = null
  #timers: NodeJS.Timeout[] = []
  #sweeping: Promise<void> | null = null
  #swapping: Promise<number> = Promise.resolve(0)
  #state: 'starting' | 'ready' | 'closing' = 'starting'

  constructor(options: ServiceOptions) {
    const { detector, surroundings, mostSources = 2000, mostQueuedBytes = 64 * 1024 * 1024 } = options
    this.#options = options
    const [activity, templates] = [new Activity(), new TemplateBook(MOST_TEMPLATES)]
    const [counters, mostEvents] = [this.#counters, options.mostKeptFindings ?? 1000]
    this.#log = new FindingLog({ mostEvents, mostCharacters: MOST_LOG_CHARACTERS })
    this.#incidents = new IncidentBook(options.incidents ?? incidentMaking, MOST_CLOSED_INCIDENTS)
    this.#sinks = (options.sinks ?? []).map((one) => {
      const { sink, queue } = 'sink' in one ? one : { sink: one, queue: {} }
      return new SinkQueue(sink, { ...SINK_QUEUE_DEFAULTS, ...queue }, surroundings)
    })
    this.#output = new FindingOutput({
      log: this.#log,
      incidents: this.#incidents,
      templates,
      sinks: this.#sinks,
      counters,
      surroundings,
      journal: options.stateFolder === undefined ? null : (sequence, finding) => this.#folder!.keep(sequence, finding),
    })
    const output = this.#output
    this.#judge = new LineJudge(
      {
        detector,
        deliver: (findings) => output.deliver(findings),
        forget: (source) => {
          output.forget(source)
          this.#fleet?.ended(source)
        },
        counters,
        activity,
        surroundings,
      },
      {
        mostBytes: mostQueuedBytes,
        concurrency: options.concurrency ?? 8,
        mostBatchBytes: MOST_BATCH_BYTES,
        mostSources,
        flushAfterMs: options.flushAfterMs ?? 2000,
        endAfterMs: options.endAfterMs ?? DAY_MS,
      },
    )
    this.#core = {
      version: options.version ?? '0.1.0',
      detector,
      judge: this.#judge,
      log: this.#log,
      incidents: this.#incidents,
      templates,
      knownTemplates: options.knownTemplates ?? (() => []),
      activity,
      counters,
      sinks: this.#sinks,
      inputs: this.#inputs,
      surroundings,
      startedMs: surroundings.nowMs(),
      mostQueuedBytes,
      mostSources,
      lastSaveMs: () => this.#keeper?.lastSaveMs ?? null,
      unready: () => this.#unready(),
      swap: (name) => this.swap(name),
    }
  }

  get url(): string {
    return this.#http!.url
  }

  async start(): Promise<void> {
    const { stateFolder, redis, sources = [], http, saveMs = 60_000, surroundings } = this.#options
    const parts = { judge: this.#judge, output: this.#output, counters: this.#counters, surroundings }
    let fleetPosition: string | null = null
    if (stateFolder !== undefined) {
      this.#folder = await StateFolder.open(stateFolder)
      this.#keeper = new StateKeeper({
        ...parts,
        folder: this.#folder,
        log: this.#log,
        incidents: this.#incidents,
        fleetPosition: () => this.#fleet?.position ?? null,
      })
      fleetPosition = await this.#keeper.restore()
    }
    if (redis !== undefined) this.#fleet = await RedisFleet.join(redis, parts, fleetPosition)
    const all = this.#fleet === null ? sources : [...sources, this.#fleet]
    for (const source of all) {
      await source.open({ intake: this.#judge, counters: this.#counters, surroundings })
      this.#inputs.push(source)
    }
    this.#http = await listenHttp(this.#core, http)
    this.#timers.push(setInterval(() => this.#sweep(), SWEEP_MS))
    if (this.#keeper !== null) this.#timers.push(setInterval(() => void this.save(), saveMs))
    this.#state = 'ready'
  }

  swap(name?: string): Promise<number> {
    const next = this.#swapping.catch(() => 0).then(() => this.#swapNow(name))
    this.#swapping = next
    next.catch(() => {})
    return next
  }

  async save(): Promise<void> {
    await this.#keeper?.save()
  }

  async reopen(): Promise<void> {
    await this.#http?.reloadTls()
    await Promise.all(this.#sinks.map((sink) => sink.reopen()))
  }

  async close(): Promise<void> {
    if (this.#state === 'closing') return
    this.#state = 'closing'
    for (const timer of this.#timers) clearInterval(timer)
    await this.#http?.close()
    await Promise.all(this.#inputs.map((input) => this.#quietly(input.name, () => input.close())))
    await this.#swapping.catch(() => {})
    await this.#sweeping
    await this.save()
    await this.#folder?.close()
    await Promise.all(this.#sinks.map((sink) => sink.close(SINK_GRACE_MS)))
    await this.#options.detector.close()
  }

  /** Closes whatever was opened before the start failed. */
  async abandon(): Promise<void> {
    await this.#quietly('stopping', () => this.close())
  }

  #unready(): string | null {
    if (this.#state === 'starting') return 'the service is starting'
    if (this.#state === 'closing') return 'the service is closing'
    return this.#fleet !== null && !this.#fleet.isReady ? 'Redis does not answer' : null
  }

  #sweep(): void {
    this.#sweeping ??= this.#quietly('sweeping', () => this.#judge.sweep()).finally(() => (this.#sweeping = null))
  }

  async #swapNow(name?: string): Promise<number> {
    const { bundle, bundleFolder, detector, surroundings } = this.#options
    if (bundle === undefined) throw new ServiceError('bad-bundle-name', 'this service has no folder of bundles')
    const path = await new BundleChoice(bundle, bundleFolder).pathOf(name)
    const findings = await detector.swap(path)
    this.#judge.markAllDirty()
    this.#fleet?.touchAll()
    this.#counters.swaps++
    await this.#output.deliver(findings)
    surroundings.tell({
      level: 'info',
      code: 'swapped',
      message: `bundle ${detector.bundleHash.slice(0, 12)} is in use`,
    })
    return findings.length
  }

  async #quietly(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      const message = `${what}: ${messageOf(error)}`
      this.#options.surroundings.tell({ level: 'error', code: 'failed', message })
    }
  }
}
