import {
  bootScript,
  cacheScript,
  checkpointScript,
  cronScript,
  diskHealthScript,
  leaseScript,
  nightScript,
  restartScript,
  shutdownScript,
  sshScript,
  usbScript,
  visitScript,
  warmthScript,
} from './normal-scripts.js'
import type { Random } from './random.js'
import type { Step, LogEvent } from './log-event.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Process id of the program that writes the heartbeat, the same through all days. */
export const HEARTBEAT_PROCESS = 'monitord'

/**
 * The normal life of a few hosts, day by day: each day is drawn on its own from the seed, so a long log begins
 * with the same lines as a short one. Memory: one object a line of the days asked for.
 */
export class NormalDays {
  readonly #random: Random
  readonly #hosts: readonly string[]

  readonly #driftMs: number

  /** `driftMs`: from this time on the world has changed for good (see `#changesOfHost`); Infinity: never. */
  constructor(random: Random, hosts: readonly string[], driftMs = Infinity) {
    this.#random = random
    this.#hosts = hosts
    this.#driftMs = driftMs
  }

  /** All events of all hosts that begin on a day (UTC), in no order; the last may end on the next day. */
  eventsOfDay(dayMs: number): LogEvent[] {
    const changed = dayMs + DAY > this.#driftMs ? this.#hosts.flatMap((host) => this.#changesOfHost(host, dayMs)) : []
    return [...this.#heartbeats(dayMs), ...this.#hosts.flatMap((host) => this.#eventsOfHost(host, dayMs)), ...changed]
  }

  /** When a host was last started before a time. Each night one host is restarted as planned, in turn. */
  lastBootMs(host: string, timeMs: number): number {
    let dayMs = Math.floor(timeMs / DAY) * DAY
    while (!this.#isRestartedOn(host, dayMs) || this.#bootMs(host, dayMs) > timeMs) dayMs -= DAY
    return this.#bootMs(host, dayMs)
  }

  #eventsOfHost(host: string, dayMs: number): LogEvent[] {
    const random = this.#random.fork(`${host} ${dayMs}`)
    const events: LogEvent[] = []
    function happen(atMs: number, steps: readonly Step[]) {
      for (const step of steps) events.push(eventOfStep(host, dayMs + atMs, step))
    }
    // On schedule.
    for (let at = 5 * MINUTE; at < DAY; at += 10 * MINUTE)
      happen(at + random.integer(900, 1900), cronScript(random, STATISTICS))
    for (let at = 17 * MINUTE; at < DAY; at += HOUR) happen(at + random.integer(900, 1900), cronScript(random, HOURLY))
    happen(6 * HOUR + 25 * MINUTE + 1200, cronScript(random, DAILY))
    happen(2 * HOUR + random.integer(0, 40 * MINUTE), nightScript(random))
    for (let at = random.integer(0, 25 * MINUTE); at < DAY; at += random.integer(23 * MINUTE, 31 * MINUTE))
      happen(at, leaseScript(random))
    for (let at = random.integer(0, 30 * MINUTE); at < DAY; at += 30 * MINUTE) {
      if (random.chance(0.6)) happen(at, diskHealthScript(random))
    }
    // By day and night.
    for (let hour = 0; hour < 24; hour++) {
      for (const [script, perHour] of BY_DAY) {
        const times = drawCount(random, perHour * activity(hour))
        for (let i = 0; i < times; i++) happen(hour * HOUR + random.integer(0, HOUR - 1), script(random))
      }
    }
    if (!this.#isRestartedOn(host, dayMs)) return events
    const bootMs = this.#bootMs(host, dayMs)
    const downMs = bootMs - 40_000
    happen(downMs - 5000 - dayMs, shutdownScript(random))
    const alive = events.filter((event) => event.timeMs < downMs || event.timeMs > bootMs + 30_000)
    return [...alive, ...bootScript(random).map((step) => eventOfStep(host, bootMs, step))]
  }

  /** What the drift adds: twice as many visits, and a new program that speaks every quarter of an hour. */
  #changesOfHost(host: string, dayMs: number): LogEvent[] {
    const random = this.#random.fork(`drift ${host} ${dayMs}`)
    const events: LogEvent[] = []
    for (let hour = 0; hour < 24; hour++) {
      for (let quarter = 0; quarter < 4; quarter++) {
        const at = dayMs + hour * HOUR + quarter * 15 * MINUTE + random.integer(0, 5000)
        events.push(...cacheScript(random).map((step) => eventOfStep(host, at, step)))
      }
      for (let visits = drawCount(random, 5 * activity(hour)); visits > 0; visits--) {
        const at = dayMs + hour * HOUR + random.integer(0, HOUR - 1)
        events.push(...visitScript(random).map((step) => eventOfStep(host, at, step)))
      }
    }
    return events.filter((event) => event.timeMs >= this.#driftMs)
  }

  /** Once a minute the first host says that it sees the others. */
  #heartbeats(dayMs: number): LogEvent[] {
    const host = this.#hosts[0]
    const random = this.#random.fork(`heartbeat ${dayMs}`)
    return Array.from({ length: DAY / MINUTE }, (_, minute) => ({
      timeMs: dayMs + minute * MINUTE + random.integer(0, 900),
      host,
      process: HEARTBEAT_PROCESS,
      pid: 701,
      message: `heartbeat ${dayMs / MINUTE + minute}: ${this.#hosts.length} hosts answer in ${random.integer(2, 19)} ms`,
    }))
  }

  #isRestartedOn(host: string, dayMs: number): boolean {
    const day = Math.floor(dayMs / DAY)
    return this.#hosts[((day % this.#hosts.length) + this.#hosts.length) % this.#hosts.length] === host
  }

  #bootMs(host: string, dayMs: number): number {
    return dayMs + 3 * HOUR + 30 * MINUTE + this.#random.fork(`boot ${host} ${dayMs}`).integer(0, 20 * MINUTE)
  }
}

/** A script's line as it happens on a host at a time. */
export function eventOfStep(host: string, startMs: number, step: Step): LogEvent {
  return { timeMs: startMs + step.atMs, host, process: step.process, pid: step.pid, message: step.message }
}

/** How much people do at an hour of the day, 0.1 at night to 1 in the afternoon. */
function activity(hour: number): number {
  return hour < 6 || hour > 21 ? 0.1 : 0.4 + 0.6 * Math.sin(((hour - 5) / 18) * Math.PI)
}

/** A Poisson draw (Knuth's product method; the means here are below ten). */
function drawCount(random: Random, mean: number): number {
  const limit = Math.exp(-mean)
  let count = 0
  for (let product = random.float(); product > limit; product *= random.float()) count++
  return count
}

/** What happens by day and night, with its mean number of times an hour and host at full activity. */
const BY_DAY: readonly (readonly [script: (random: Random) => Step[], perHour: number])[] = [
  [visitScript, 5],
  [sshScript, 0.8],
  [checkpointScript, 2],
  [warmthScript, 0.8],
  [restartScript, 0.25],
  [usbScript, 0.2],
]

const STATISTICS = 'command -v debian-sa1 > /dev/null && debian-sa1 1 1'
const HOURLY = 'cd / && run-parts --report /etc/cron.hourly'
const DAILY = 'test -x /usr/sbin/anacron || ( cd / && run-parts --report /etc/cron.daily )'
