import { mkdir, readFile, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { writeFileAtomically } from '@sp/log-table'
import { PipelineError } from '../errors.js'
import { jsonText } from '../json-file.js'

const STATE = 'state.json'

/**
 * What a training has finished so far, in a hidden folder beside the bundle to be: a training that was killed goes on
 * behind its last finished step. It belongs to one combination of logs and settings; for any other it begins anew.
 */
export class TrainingState {
  readonly #steps: Record<string, unknown>

  private constructor(
    readonly path: string,
    private readonly key: string,
    steps: Record<string, unknown>,
  ) {
    this.#steps = { ...steps }
  }

  /**
   * The state of a training of this bundle.
   * @param key names logs and settings: equal keys give equal bundles
   * @throws {PipelineError} `write-failed`
   */
  static async open(bundlePath: string, key: string): Promise<TrainingState> {
    const path = trainingFolder(bundlePath)
    const known = await readState(path)
    try {
      if (known?.key !== key) {
        await rm(path, { recursive: true, force: true })
        await mkdir(path, { recursive: true })
        // What a first step leaves before it ends is of use later too.
        await writeState(path, { key, steps: {} })
      }
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new PipelineError('write-failed', `cannot write to ${path} (${reason}); choose another folder`, { cause })
    }
    return new TrainingState(path, key, known?.key === key ? known.steps : {})
  }

  /** Names of the finished steps, in order. */
  get finished(): string[] {
    return Object.keys(this.#steps)
  }

  /** Where a step keeps a file. It must be written whole or not at all. */
  file(name: string): string {
    return join(this.path, name)
  }

  /**
   * What a step has found, from an earlier run where it had finished; else it is done now.
   * @param work does the step and returns what it found: plain data, fit for JSON
   */
  async step<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (Object.hasOwn(this.#steps, name)) return this.#steps[name] as T
    const found = await work()
    this.#steps[name] = found
    await writeState(this.path, { key: this.key, steps: this.#steps })
    return found
  }

  /** Removes all of it: the bundle is written. */
  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true })
  }
}

/** The hidden folder of an unfinished training. */
export function trainingFolder(bundlePath: string): string {
  const whole = resolve(bundlePath)
  return join(dirname(whole), `.${basename(whole)}.training`)
}

async function writeState(path: string, state: { key: string; steps: Record<string, unknown> }): Promise<void> {
  await writeFileAtomically(join(path, STATE), jsonText(state))
}

async function readState(path: string): Promise<{ key: string; steps: Record<string, unknown> } | null> {
  try {
    const state = JSON.parse(await readFile(join(path, STATE), 'utf8')) as { key: string; steps: object }
    return { key: state.key, steps: { ...state.steps } }
  } catch {
    // None, or one of a version that wrote otherwise: the training begins anew.
    return null
  }
}
