import { basename, join } from 'node:path'
import type { Options } from 'yargs'
import { UsageError } from './errors.js'
import { STDIN } from './source-options.js'

function oneFolder(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value
  throw new UsageError('--out-dir takes one folder; give it once, with a name')
}

/** Flags about what a command leaves and says. */
export const outputOptions = {
  'out-dir': {
    type: 'string',
    alias: 'o',
    coerce: oneFolder,
    describe: 'folder for the results; created when missing',
  },
  json: { type: 'boolean', default: false, describe: 'print the result as JSON' },
  'fail-on-anomaly': { type: 'boolean', default: false, describe: 'exit with 1 when anomalies were found' },
} as const satisfies Record<string, Options>

/** Where results go when nobody says: a folder named after the first log. */
export function resultsFolder(logs: readonly string[]): string {
  const name = logs[0] === STDIN ? 'stdin' : basename(logs[0]).replace(/[^\w.-]+/g, '_')
  return join('results', name || 'log')
}
