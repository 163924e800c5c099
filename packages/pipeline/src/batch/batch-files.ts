import { basename, dirname, relative, resolve } from 'node:path'
import type { Source } from '@sp/log-reader'
import { PipelineError } from '../errors.js'

/** A log of a batch. */
export interface BatchFile {
  readonly source: Source
  /** Folder of it within that of the batch, `.` for its top, `(outside)` for a target from elsewhere. */
  readonly category: string
}

/** Which log of a folder is judged, and which ones teach. */
export interface BatchChoice {
  readonly target: BatchFile
  /** Largest first. */
  readonly baselines: readonly BatchFile[]
}

const OUTSIDE = '(outside)'
/** Names that are suggested. */
const MOST_NAMES = 10

/**
 * Chooses the log to judge among those of a folder; the others teach.
 * @param folder of the batch
 * @param sources the logs in it, each once
 * @param target a log from elsewhere, or the name or path of one in the folder; without one the largest is judged
 * @throws {PipelineError} `bad-options` when no log, or several, have that name; `too-little-data` when none is left to teach
 */
export function chooseTarget(
  folder: string,
  sources: readonly Source[],
  target: { readonly elsewhere: Source } | { readonly name: string } | null,
): BatchChoice {
  const files = sources
    .map((source) => ({ source, category: relative(folder, dirname(source.name)) || '.' }))
    .sort((a, b) => sizeOf(b) - sizeOf(a) || (a.source.name < b.source.name ? -1 : 1))
  const chosen =
    target !== null && 'elsewhere' in target
      ? { source: target.elsewhere, category: OUTSIDE }
      : target === null
        ? files[0]
        : named(files, target.name)
  const baselines = files.filter(({ source }) => resolve(source.name) !== resolve(chosen?.source.name ?? ''))
  if (chosen === undefined || baselines.length === 0) {
    throw new PipelineError(
      'too-little-data',
      `${files.length} logs in ${folder}: one is judged by what the others teach, so two or more are needed; name another folder`,
    )
  }
  return { target: chosen, baselines }
}

function named(files: readonly BatchFile[], name: string): BatchFile {
  const found = files.filter(({ source }) => resolve(source.name) === resolve(name) || basename(source.name) === name)
  const similar = found.length > 0 ? found : files.filter(({ source }) => source.name.includes(name))
  if (similar.length === 1) return similar[0]
  const all = (similar.length > 0 ? similar : files).map(({ source }) => source.name)
  const shown = all.slice(0, MOST_NAMES).join(', ') + (all.length > MOST_NAMES ? ', …' : '')
  const seen = similar.length > 0 ? `${similar.length} logs are called` : 'no log is called'
  throw new PipelineError('bad-options', `${seen} "${name}"; name one of ${shown}`)
}

function sizeOf({ source }: BatchFile): number {
  return source.sizeBytes ?? 0
}
