import { availableParallelism } from 'node:os'
import type { Options } from 'yargs'
import { openSources, type ReadOptions, type Source } from '@sp/log-reader'
import { UsageError } from './errors.js'

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
    describe: 'threads that read big files as a whole; default: one less than the processor cores, at most 8',
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

/** Opens what the user named: files, directories, globs, `-` for standard input. */
export function openInputs(inputs: readonly string[], options: { readonly maxDepth?: number } = {}): Promise<Source[]> {
  const names = inputs.map((input) => (input === STDIN ? '-' : input))
  return openSources(names, { ...options, stdin: process.stdin, stdinTimeMs: Date.now() })
}

/** How many threads may read. @throws {UsageError} when the flag is no whole number from 1 to 64 */
export function workersFrom({ workers }: SourceFlags): number {
  // One core is left to the thread that puts the rows together.
  if (workers === undefined) return Math.max(1, Math.min(availableParallelism() - 1, MOST_WORKERS_BY_DEFAULT))
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
