import { availableParallelism } from 'node:os'
import type { Options } from 'yargs'
import { openSources, type ReadOptions, type SkippedFile, type SourceList } from '@sp/log-reader'
import { UsageError } from './errors.js'
import { number } from './text.js'

/** Flags that say how lines are read. */
export const sourceOptions = {
  format: {
    type: 'string',
    describe: 'header format of all inputs; found for each input when left out (see "sp formats")',
  },
  year: { type: 'number', describe: 'year of the first line, for formats without one; else taken from the file time' },
  'boot-time': { type: 'string', describe: 'when the machine booted (ISO 8601), to turn dmesg uptimes into times' },
  multiline: { type: 'boolean', default: true, describe: 'join stack traces to the line before them' },
  workers: {
    type: 'number',
    describe: 'threads that read big files as a whole; default: one a processor core, at most 8',
  },
} as const satisfies Record<string, Options>

/** The values of {@link sourceOptions}. */
export interface SourceFlags {
  readonly format?: string
  readonly year?: number
  readonly bootTime?: string
  readonly multiline: boolean
  readonly workers?: number
}

/** What `-` on the command line is called until the inputs are opened. */
export const STDIN = 'stdin:'

/**
 * Opens what the user named: files, directories, globs, `-` for standard input. Says on stderr what was passed over.
 * @param options.quiet say nothing: inputs that are opened again and again
 */
export async function openInputs(
  inputs: readonly string[],
  { quiet = false, maxDepth }: { readonly quiet?: boolean; readonly maxDepth?: number } = {},
): Promise<SourceList> {
  const names = inputs.map((input) => (input === STDIN ? '-' : input))
  const sources = await openSources(names, { maxDepth, stdin: process.stdin, stdinTimeMs: Date.now() })
  if (sources.skipped.length > 0 && !quiet) process.stderr.write(`sp: ${skippedText(sources.skipped)}\n`)
  return sources
}

/** `skipped 2 files: a.png (binary), b.log (empty)`. */
function skippedText(skipped: readonly SkippedFile[]): string {
  const named = skipped.slice(0, MOST_NAMED).map(({ name, reason }) => `${name} (${reason.replace('-', ' ')})`)
  const others = skipped.length > named.length ? `, and ${number(skipped.length - named.length)} more` : ''
  return `skipped ${number(skipped.length)} ${skipped.length === 1 ? 'file' : 'files'}: ${named.join(', ')}${others}`
}

const MOST_NAMED = 5

/** How many threads may read. @throws {UsageError} when the flag is no whole number from 1 to 64 */
export function workersFrom({ workers }: SourceFlags): number {
  if (workers === undefined) return Math.min(availableParallelism(), MOST_WORKERS_BY_DEFAULT)
  if (Number.isInteger(workers) && workers >= 1 && workers <= 64) return workers
  throw new UsageError(`--workers ${workers} is no whole number from 1 to 64; give a number of threads`)
}

/** More threads only wait for the one that puts their rows together. */
const MOST_WORKERS_BY_DEFAULT = 8

/** The reading options that the flags ask for. @throws {UsageError} when the year or the boot time is none */
export function readingFrom(flags: SourceFlags): ReadOptions {
  const bootTimeMs = flags.bootTime === undefined ? undefined : Date.parse(flags.bootTime)
  if (Number.isNaN(bootTimeMs)) {
    throw new UsageError(`--boot-time "${flags.bootTime}" is no ISO 8601 time; write it like 2026-01-31T08:00:00Z`)
  }
  const { year } = flags
  if (year !== undefined && !(Number.isInteger(year) && year >= 1970 && year <= 9999)) {
    throw new UsageError(`--year ${year} is no year from 1970 to 9999; give the year of the first line`)
  }
  return { format: flags.format, year, bootTimeMs, multiline: flags.multiline }
}
