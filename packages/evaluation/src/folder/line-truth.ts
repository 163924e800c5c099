import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { readTable } from '@sp/log-table'
import { EvaluationError } from '../errors.js'
import { readLabels, type Incident, type Labels } from '../labels.js'

/** Which lines are anomalous. */
export class LineTruth {
  /** Anomalous lines, ascending. */
  readonly #lines: Int32Array

  constructor(
    lines: Iterable<number>,
    readonly source: string | null,
    readonly incidents: readonly Incident[] | null,
  ) {
    this.#lines = Int32Array.from(new Set(lines)).sort()
  }

  /** Whether the labels speak of a source. */
  covers(source: string | null): boolean {
    return this.source === null || source === null || basename(source) === this.source
  }

  /** Whether a labelled line lies there, both ends included. */
  anyBetween(first: number, last: number): boolean {
    let [low, high] = [0, this.#lines.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#lines[middle] < first) low = middle + 1
      else high = middle
    }
    return low < this.#lines.length && this.#lines[low] <= last
  }
}

/**
 * Reads labels: `sp-labels` JSON, or a table of lines.
 * @throws {EvaluationError} `bad-labels`
 */
export async function readTruth(path: string): Promise<LineTruth> {
  if (!path.endsWith('.parquet')) {
    const { source, incidents } = readIncidents(path, await readText(path))
    const lines = incidents.flatMap(({ kind, firstLine, lastLine, lines: own }) =>
      kind === 'missing' ? Array.from({ length: lastLine - firstLine + 1 }, (_, i) => firstLine + i) : own,
    )
    return new LineTruth(lines, source, incidents)
  }
  const table = await readTable(path)
  if (table.line_no === undefined || table.is_anomaly === undefined) {
    throw new EvaluationError(
      'bad-labels',
      `${path} lacks the columns line_no and is_anomaly; give labels that have them`,
    )
  }
  const lines = Array.from(table.line_no, Number).filter((_, i) => Number(table.is_anomaly[i]) === 1)
  return new LineTruth(lines, null, null)
}

function readIncidents(path: string, text: string): Labels {
  try {
    return readLabels(text)
  } catch (cause) {
    const other = 'a table of lines must be parquet with the columns line_no and is_anomaly'
    throw new EvaluationError('bad-labels', `${path}: ${(cause as Error).message}; ${other}`, { cause })
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new EvaluationError('bad-labels', `cannot read the labels ${path}`, { cause })
  }
}
