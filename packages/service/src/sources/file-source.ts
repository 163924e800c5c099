import { glob, isDynamicPattern } from 'tinyglobby'
import { messageOf } from '../errors.js'
import { quoted } from '../surroundings.js'
import { sourceNameFrom } from '../flow/line-batch.js'
import { FilePosition, FollowedFile } from './followed-file.js'
import type { LineSource, SourceContext } from './line-source.js'

/** Which files are followed, and how. */
export interface FileSourceOptions {
  /** Paths and patterns such as `/var/log/*.log`. */
  readonly paths: readonly string[]
  /** Read what stands in a file when it is seen first; default: only what comes. Files that appear later are read whole. */
  readonly fromStart?: boolean
  /** Pause between looks, default 250 ms. */
  readonly pollMs?: number
  /** Pause between looks for new files of a pattern, default 5 s. */
  readonly findMs?: number
  /** Files at a time, default 1,000. */
  readonly mostFiles?: number
}

/** What following files takes. */
type FileContext = Pick<SourceContext, 'intake' | 'surroundings'>

/** Files that grow, each a source under its path; they may be rotated, cut off, missing, or symlinks. */
export class FileSource implements LineSource {
  readonly name = 'files'
  readonly #options: Required<FileSourceOptions>
  readonly #files = new Map<string, { readonly file: FollowedFile; reading: Promise<void> | null }>()
  #context: FileContext | null = null
  #timers: NodeJS.Timeout[] = []
  #finding: Promise<void> | null = null
  #isClosed = false

  constructor({ paths, fromStart = false, pollMs = 250, findMs = 5000, mostFiles = 1000 }: FileSourceOptions) {
    this.#options = { paths, fromStart, pollMs, findMs, mostFiles }
  }

  /** Begins to follow. */
  async open(context: FileContext): Promise<void> {
    this.#context = context
    await this.#find(!this.#options.fromStart)
    this.#timers = [
      setInterval(() => this.#readAll(), this.#options.pollMs),
      setInterval(
        () => (this.#finding ??= this.#find(false).finally(() => (this.#finding = null))),
        this.#options.findMs,
      ),
    ]
  }

  /** Stops to follow; what was read has been given to the intake. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const timer of this.#timers) clearInterval(timer)
    await this.#finding
    await Promise.all([...this.#files.values()].map(({ reading }) => reading))
    await Promise.all([...this.#files.values()].map(({ file }) => file.close()))
  }

  /** How many files are followed. */
  status(): string {
    return `${this.#files.size} files`
  }

  async #find(fromEnd: boolean): Promise<void> {
    const { paths, mostFiles } = this.#options
    const { surroundings, intake } = this.#context!
    const patterns = paths.filter((path) => isDynamicPattern(path))
    const plain = paths.filter((path) => !isDynamicPattern(path))
    const found =
      patterns.length === 0 ? [] : await glob(patterns, { absolute: true, dot: true, expandDirectories: false })
    for (const path of [...plain, ...found.sort()]) {
      if (this.#files.has(path) || this.#isClosed) continue
      if (this.#files.size >= mostFiles) {
        const message = `${quoted(path)} is not followed: ${mostFiles} files are`
        surroundings.tell({ level: 'warn', code: 'too-many-files', message })
        return
      }
      const saved = FilePosition.safeParse(intake.positionOf(nameOf(path)))
      const file = new FollowedFile(path, saved.data, fromEnd)
      this.#files.set(path, { file, reading: null })
      this.#read(path)
    }
  }

  #readAll(): void {
    for (const path of this.#files.keys()) this.#read(path)
  }

  /** Reads a file to its end, unless that is being done. */
  #read(path: string): void {
    const followed = this.#files.get(path)
    if (!followed || followed.reading || this.#isClosed) return
    const { intake, surroundings } = this.#context!
    followed.reading = this.#readToEnd(followed.file, nameOf(path), intake)
      .catch((error: unknown) => {
        const message = `${quoted(path)}: ${messageOf(error)}`
        surroundings.tell({ level: 'error', code: 'source-failed', message })
      })
      .finally(() => (followed.reading = null))
  }

  async #readToEnd(file: FollowedFile, source: string, intake: SourceContext['intake']): Promise<void> {
    while (!this.#isClosed) {
      const piece = await file.read()
      if (piece === null) return
      await intake.push({ source, ...piece })
    }
  }
}

function nameOf(path: string): string {
  return sourceNameFrom(path, 'file')
}
