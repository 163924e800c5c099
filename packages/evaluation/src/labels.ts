import { ANOMALY_KINDS, type AnomalyKind } from './synthetic/anomaly-scripts.js'
import { EvaluationError } from './errors.js'

/** One thing that went wrong, and the lines that tell of it. Line numbers are 0-based. */
export interface Incident {
  /** `i1`, `i2`, … in the order of time. */
  readonly id: string
  readonly kind: AnomalyKind
  readonly firstLine: number
  /** Included. */
  readonly lastLine: number
  /**
   * The lines that the incident wrote, ascending; normal lines between them are not listed.
   * Empty for `missing`, which writes none: there the whole interval `firstLine..lastLine` is the silence.
   */
  readonly lines: readonly number[]
}

/** What is known to be wrong with one log. */
export interface Labels {
  /** Name of the log, without folder. */
  readonly source: string
  readonly incidents: readonly Incident[]
}

/** The labels as the text of a labels file: JSON, format `sp-labels` version 1, one incident a line. */
export function writeLabels(labels: Labels): string {
  const incidents = labels.incidents.map((incident) => `    ${JSON.stringify(incident)}`).join(',\n')
  const head = `  "format": "sp-labels",\n  "version": 1,\n  "source": ${JSON.stringify(labels.source)},\n`
  return `{\n${head}  "incidents": [${incidents === '' ? '' : `\n${incidents}\n  `}]\n}\n`
}

/**
 * Reads the text of a labels file.
 * @throws EvaluationError `bad-labels`, naming the key and what stood there
 */
export function readLabels(json: string): Labels {
  const file = expectObject(parseJson(json), 'the file')
  expectThat(file.format === 'sp-labels', 'format', file.format, '"sp-labels"')
  expectThat(file.version === 1, 'version', file.version, '1')
  expectThat(typeof file.source === 'string', 'source', file.source, 'a string')
  expectThat(Array.isArray(file.incidents), 'incidents', file.incidents, 'an array')
  const incidents = (file.incidents as unknown[]).map((value, i) => readIncident(value, `incidents[${i}]`))
  return { source: file.source as string, incidents }
}

function readIncident(value: unknown, key: string): Incident {
  const { id, kind, firstLine, lastLine, lines } = expectObject(value, key)
  expectThat(typeof id === 'string', `${key}.id`, id, 'a string')
  expectThat(ANOMALY_KINDS.includes(kind as AnomalyKind), `${key}.kind`, kind, `one of ${ANOMALY_KINDS.join(', ')}`)
  expectThat(isLine(firstLine), `${key}.firstLine`, firstLine, 'an integer from 0')
  expectThat(isLine(lastLine) && lastLine >= (firstLine as number), `${key}.lastLine`, lastLine, 'firstLine or more')
  const ascending = Array.isArray(lines) && lines.every((line, i) => isLine(line) && (i === 0 || line > lines[i - 1]))
  expectThat(ascending, `${key}.lines`, lines, 'line numbers in ascending order')
  return { id, kind, firstLine, lastLine, lines } as Incident
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw new EvaluationError('bad-labels', 'labels: not JSON; expected a file of format "sp-labels"', { cause })
  }
}

function expectObject(value: unknown, key: string): Record<string, unknown> {
  expectThat(typeof value === 'object' && value !== null && !Array.isArray(value), key, value, 'an object')
  return value as Record<string, unknown>
}

function expectThat(holds: boolean, key: string, seen: unknown, expected: string): void {
  if (holds) return
  const text = (JSON.stringify(seen) ?? 'nothing').slice(0, 60)
  throw new EvaluationError('bad-labels', `labels: ${key} is ${text}, expected ${expected}`)
}

function isLine(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
