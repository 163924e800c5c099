import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { mkdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PipelineError } from './errors.js'

/** How the names of folders with unfinished results begin. */
const UNFINISHED = '.partial-'

/**
 * The result folder of one run. Files are written into a hidden folder inside it and moved to their names together
 * when the run has succeeded, so a failed or interrupted run leaves an earlier result untouched. A run asks last for the
 * file by which others know a whole result, its summary: while files are moved, there is none.
 */
export class OutputFolder {
  /** Where the files are until they are committed. */
  readonly stagingPath: string
  readonly #names = new Set<string>()
  /** Folders that were not there before, the deepest last. */
  readonly #created: string[] = []

  private constructor(readonly path: string) {
    this.stagingPath = join(path, `${UNFINISHED}${randomUUID()}`)
  }

  /** Creates the folder, and its parents, where it does not exist. @throws {PipelineError} `write-failed` */
  static async create(path: string): Promise<OutputFolder> {
    const folder = new OutputFolder(path)
    try {
      await makeFolder(folder.stagingPath, folder.#created)
    } catch (cause) {
      await folder.#removeCreated()
      throw cannotWrite(path, cause)
    }
    return folder
  }

  /** Where to write the file that will be called `name`, which may lie in a folder: `temporal_analysis/report.md`. */
  file(name: string): string {
    this.#names.add(name)
    const path = join(this.stagingPath, name)
    mkdirSync(dirname(path), { recursive: true })
    return path
  }

  /** Gives the files their names. @returns name → path, in the order in which they were asked for */
  async commit(): Promise<Record<string, string>> {
    const paths: Record<string, string> = {}
    try {
      for (const name of this.#names) {
        paths[name] = join(this.path, name)
        await refuseFolder(paths[name])
        await makeFolder(dirname(paths[name]))
      }
      const summary = Object.values(paths).at(-1)
      if (summary !== undefined) await rm(summary, { force: true })
      for (const name of this.#names) {
        await rename(join(this.stagingPath, name), paths[name])
      }
    } catch (cause) {
      throw cannotWrite(this.path, cause)
    }
    await this.discard()
    return paths
  }

  /** Removes what was not committed, and the folders created for it that are empty; safe to call at any time. */
  async discard(): Promise<void> {
    await rm(this.stagingPath, { recursive: true, force: true })
    await this.#removeCreated()
  }

  /** Leaves those that hold anything by now. */
  async #removeCreated(): Promise<void> {
    for (const created of this.#created.splice(0).reverse()) await rmdir(created).catch(() => {})
  }
}

/**
 * Removes, at once, what a run that was ended from outside left in its folder. Only for a process that is about to
 * exit: another run may be writing there.
 */
export function removeUnfinished(path: string): void {
  if (!existsSync(path)) return
  const names = readdirSync(path).filter((name) => name.startsWith(UNFINISHED))
  for (const name of names) rmSync(join(path, name), { recursive: true, force: true })
}

/** Runs `write` on a fresh {@link OutputFolder}: commits when it succeeds, discards when it throws. */
export async function writeOutput<T>(
  path: string,
  write: (folder: OutputFolder) => Promise<T>,
): Promise<{ readonly result: T; readonly files: Record<string, string> }> {
  const folder = await OutputFolder.create(path)
  try {
    const result = await write(folder)
    return { result, files: await folder.commit() }
  } finally {
    await folder.discard()
  }
}

/** Renaming onto a folder would fail after other files were replaced; better to see it before the first. */
async function refuseFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => null)
  if (found?.isDirectory()) throw new Error(`${path} is a folder`)
}

/**
 * Like a recursive `mkdir`, which in Node.js 20 never returns where a parent exists and refuses (as in `/proc`).
 * @param created takes in every folder that was made, the deepest last
 */
export async function makeFolder(path: string, created: string[] = []): Promise<void> {
  try {
    await mkdir(path)
    created.push(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return
    if (code !== 'ENOENT' || (await exists(dirname(path)))) throw error
    await makeFolder(dirname(path), created)
    await makeFolder(path, created)
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function cannotWrite(path: string, cause: unknown): PipelineError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new PipelineError('write-failed', `cannot write to the folder ${path} (${reason}); choose another folder`, {
    cause,
  })
}
