/** One line of a synthetic log before it is written down. */
export interface LogEvent {
  /** Milliseconds since 1970-01-01 UTC. */
  readonly timeMs: number
  readonly host: string
  readonly process: string
  /** −1 where the line names none. */
  readonly pid: number
  readonly message: string
}

/** A line of a script: what is written some time after the script's start. */
export interface Step {
  /** Milliseconds after the script's start. */
  readonly atMs: number
  readonly process: string
  readonly pid: number
  readonly message: string
}

/** A script under construction: lines are added one after the other, with the waiting time before each. */
export class Script {
  readonly steps: Step[] = []
  #atMs = 0

  /** Adds a line; `waitMs` is the time since the line before. */
  say(waitMs: number, process: string, pid: number, message: string): this {
    this.#atMs += waitMs
    this.steps.push({ atMs: this.#atMs, process, pid, message })
    return this
  }

  /** Adds a line of the kernel, which has no process id. */
  kernel(waitMs: number, message: string): this {
    return this.say(waitMs, 'kernel', -1, message)
  }
}
