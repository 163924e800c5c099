import { type ChildProcess, spawn } from 'node:child_process'
import { z } from 'zod'
import { messageOf, ServiceError } from '../errors.js'
import { quoted } from '../surroundings.js'
import { JournalEntries } from './journal-entries.js'
import type { LineSource, SourceContext } from './line-source.js'

/** How the journal is read. */
export interface JournaldOptions {
  /** The program, default `journalctl`. */
  readonly command?: string
  /** More arguments, such as `--unit=nginx`. */
  readonly arguments?: readonly string[]
  /** Pause before the program is started again when it ends, default 1 s; it doubles up to a minute. */
  readonly restartMs?: number
}

const Position = z.object({ kind: z.literal('journal'), cursor: z.string() })
const MOST_RESTART_MS = 60_000
const SOURCE = 'journald'

/** The journal of systemd, read by `journalctl -o export -f` as a child process; it goes on behind the last entry. */
export class JournaldSource implements LineSource {
  readonly name = SOURCE
  readonly #options: Required<JournaldOptions>
  #child: ChildProcess | null = null
  #running: Promise<void> | null = null
  #cursor: string | null = null
  #isClosed = false
  #wake: () => void = () => {}
  #state = 'starting'

  constructor({ command = 'journalctl', arguments: more = [], restartMs = 1000 }: JournaldOptions = {}) {
    this.#options = { command, arguments: more, restartMs }
  }

  /** Begins to read. @throws {ServiceError} `source-failed` when there is no such program */
  async open(context: SourceContext): Promise<void> {
    this.#cursor = Position.safeParse(context.intake.positionOf(SOURCE)).data?.cursor ?? null
    const child = await this.#start()
    this.#running = this.#run(child, context)
  }

  /** Ends the program; what it said has been given to the intake. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#child?.kill('SIGTERM')
    this.#wake()
    await this.#running
  }

  /** Whether the program runs. */
  status(): string {
    return this.#state
  }

  async #start(): Promise<ChildProcess> {
    const { command, arguments: more } = this.#options
    const from = this.#cursor === null ? '--lines=0' : `--after-cursor=${this.#cursor}`
    const child = spawn(command, ['--output=export', '--follow', from, ...more], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', (cause) => {
        reject(new ServiceError('source-failed', `cannot run ${quoted(command)}: ${messageOf(cause)}`, { cause }))
      })
    })
    child.on('error', () => {})
    this.#state = 'reading'
    return child
  }

  /** Reads until closed, and starts the program again whenever it ends. */
  async #run(first: ChildProcess, { intake, surroundings }: SourceContext): Promise<void> {
    let delayMs = this.#options.restartMs
    for (let child: ChildProcess | null = first; !this.#isClosed;) {
      if (child !== null && (await this.#read(child, intake))) delayMs = this.#options.restartMs
      if (this.#isClosed) return
      this.#state = 'restarting'
      const message = `journalctl ended${said(child)}; it is started again in ${delayMs / 1000} s`
      surroundings.tell({ level: 'warn', code: 'journal-ended', message })
      await this.#pause(delayMs)
      delayMs = Math.min(delayMs * 2, MOST_RESTART_MS)
      child = this.#isClosed ? null : await this.#start().catch(() => null)
    }
  }

  /** Reads what one program says. @returns whether it said anything */
  async #read(child: ChildProcess, intake: SourceContext['intake']): Promise<boolean> {
    const entries = new JournalEntries()
    let errors = ''
    child.stderr!.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-200)))
    let hasSpoken = false
    try {
      for await (const chunk of child.stdout! as AsyncIterable<Buffer>) {
        const whole = entries.push(chunk)
        if (whole.length === 0) continue
        hasSpoken = true
        const cursor = whole[whole.length - 1].cursor
        if (cursor !== null) this.#cursor = cursor
        const bytes = Buffer.from(whole.map(({ line }) => line + '\n').join(''))
        await intake.push({ source: SOURCE, bytes, position: { kind: 'journal', cursor: this.#cursor } })
      }
    } catch (error) {
      errors = messageOf(error)
      child.kill('SIGTERM')
    }
    ERRORS.set(child, errors.trim())
    return hasSpoken
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

/** What a program that ended said last. */
const ERRORS = new WeakMap<ChildProcess, string>()

function said(child: ChildProcess | null): string {
  const text = child === null ? '' : (ERRORS.get(child) ?? '')
  return text === '' ? '' : ` (${quoted(text)})`
}
