import type { Evidence, Finding, NamedTemplate } from '@sp/log-table'
import type { StandingParameter } from './incident.js'
import { lineValues, placeOfValue } from './line-values.js'

/** Lines and values of an incident that are looked at; more would tell the same. */
const MAX_LINES = 400
const MAX_VALUES = 256
/** A value stands out from so many lines on, and where so large a share of them has it. */
const LEAST_LINES = 3
const SHARED = 0.6
const SHOWN = 6
/** A single figure or letter is in most lines by chance. */
const SHORTEST = 2

/** A counter as plain data. */
export interface StandingParametersState {
  readonly lines: number
  readonly ofTemplate: readonly (readonly [string, number])[]
  readonly counts: readonly (readonly [string, StandingParameter])[]
}

/** Counts the values in the lines of evidence of an incident. Memory is bounded, however many lines it has. */
export class StandingParameters {
  #lines = 0
  readonly #ofTemplate = new Map<string, number>()
  readonly #counts = new Map<string, StandingParameter>()

  /** Counts the values of a finding's lines of evidence. */
  add({ evidence, lines }: Finding): void {
    for (const line of lines) {
      const shown = line.evidence === null ? undefined : evidence[line.evidence]
      const template = shown && templateOf(shown)
      if (!shown || !template || this.#lines >= MAX_LINES) continue
      this.#lines++
      this.#ofTemplate.set(template.text, (this.#ofTemplate.get(template.text) ?? 0) + 1)
      for (const { position, type, value } of lineValues(template.text, line.text)) {
        const isRange = shown.kind === 'value' && position === placeOfValue(template.text, shown)
        this.#count({ template, position, type, value, why: isRange ? 'range' : 'shared', lines: 1, ofLines: 0 })
      }
    }
  }

  /** What stands out: values outside their range first, then those that most lines share; each value once. */
  result(): StandingParameter[] {
    const all = [...this.#counts.values()].map((one) => ({
      ...one,
      ofLines: this.#ofTemplate.get(one.template.text) ?? one.lines,
    }))
    const ranges = all.filter(({ why }) => why === 'range')
    const shared = all.filter(
      ({ why, value, lines, ofLines }) =>
        why === 'shared' && value.length >= SHORTEST && lines >= LEAST_LINES && lines >= SHARED * ofLines,
    )
    return [...ranges.sort(byLines), ...onceEach(shared.sort(byLines))].slice(0, SHOWN)
  }

  /** The counts as plain data. */
  snapshot(): StandingParametersState {
    return { lines: this.#lines, ofTemplate: [...this.#ofTemplate], counts: [...this.#counts] }
  }

  /** A counter that goes on where a snapshot was taken. */
  static restore({ lines, ofTemplate, counts }: StandingParametersState): StandingParameters {
    const restored = new StandingParameters()
    restored.#lines = lines
    for (const [text, count] of ofTemplate) restored.#ofTemplate.set(text, count)
    for (const [key, one] of counts) restored.#counts.set(key, one)
    return restored
  }

  #count(found: StandingParameter): void {
    const key = `${found.why} ${found.position} ${found.value}\n${found.template.text}`
    const known = this.#counts.get(key)
    if (known) this.#counts.set(key, { ...known, lines: known.lines + 1 })
    else if (this.#counts.size < MAX_VALUES) this.#counts.set(key, found)
  }
}

/** A value that several templates hold is told once, for the one in which it is most frequent. */
function onceEach(sorted: readonly StandingParameter[]): StandingParameter[] {
  return sorted.filter(({ value }, i) => sorted.findIndex((other) => other.value === value) === i)
}

function byLines(a: StandingParameter, b: StandingParameter): number {
  return b.lines - a.lines || a.position - b.position || (a.value < b.value ? -1 : 1)
}

function templateOf(evidence: Evidence<NamedTemplate>): NamedTemplate | null {
  return 'template' in evidence ? evidence.template : null
}
