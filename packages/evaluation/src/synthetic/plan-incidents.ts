import { ANOMALY_KINDS, ANOMALY_SCRIPTS, type AnomalyKind, type Variant } from './anomaly-scripts.js'
import type { Step } from './log-event.js'
import type { Random } from './random.js'

/** How many incidents, and of which kinds. */
export interface AnomalyOptions {
  /** Exact number of incidents. Leave it out to ask for a `rate`. */
  readonly count?: number
  /**
   * Share of the lines that incidents write, 0 … 0.3, met exactly (rounded to a line) unless all `kinds` are stories that
   * cannot be cut short: the last incident of a kind that can be is cut. Unused with `count`.
   */
  readonly rate?: number
  /** The kinds, used in turn so that each comes equally often (to within one); default all. */
  readonly kinds?: readonly AnomalyKind[]
}

/** An incident before it has a place in the log. */
export interface PlannedIncident {
  readonly kind: AnomalyKind
  /** Written by each of `hosts` hosts. */
  readonly steps: readonly Step[]
  readonly hosts: number
}

/** Kinds of which a part is as wrong as the whole. */
const CUT_SHORT: readonly AnomalyKind[] = ['unseen', 'error', 'attack', 'crash', 'burst']

/** Kinds in turn, variants of a kind in turn, both in a random order; then all in a random order. */
export function planIncidents(
  random: Random,
  { lines, hosts }: { readonly lines: number; readonly hosts: number },
  { count, rate = 0, kinds = ANOMALY_KINDS }: AnomalyOptions,
): PlannedIncident[] {
  const draw = incidentsInTurn(random, kinds, hosts)
  const incidents: PlannedIncident[] = []
  if (count !== undefined) {
    while (incidents.length < count) incidents.push(draw.next().value)
    return slowOnesEarlier(random.shuffle(incidents))
  }
  let left = Math.round(rate * lines)
  // A story that does not fit any more is passed over; when only such are asked for, the rate is not met exactly.
  for (let passedOver = 0; left > 0 && passedOver < kinds.length;) {
    const incident = draw.next().value
    const written = linesOf(incident)
    if (written <= left) {
      incidents.push(incident)
      left -= written
      passedOver = 0
    } else if (CUT_SHORT.includes(incident.kind)) {
      incidents.push({ ...incident, steps: incident.steps.slice(0, left) })
      left = 0
    } else passedOver++
  }
  return slowOnesEarlier(random.shuffle(incidents))
}

/** What takes half an hour must not be among the last: it would not end within the log. */
function slowOnesEarlier(incidents: PlannedIncident[]): PlannedIncident[] {
  for (let i = Math.max(incidents.length - 3, 0); i < incidents.length; i++) {
    const early = incidents.findIndex(({ kind }) => kind !== 'slow')
    if (incidents[i].kind !== 'slow' || early < 0 || early >= i) continue
    ;[incidents[i], incidents[early]] = [incidents[early], incidents[i]]
  }
  return incidents
}

/** Lines that an incident will write. */
export function linesOf({ steps, hosts }: PlannedIncident): number {
  return steps.length * hosts
}

function* incidentsInTurn(
  random: Random,
  kinds: readonly AnomalyKind[],
  hosts: number,
): Generator<PlannedIncident, never> {
  const turn = random.shuffle(kinds)
  const variants = new Map(turn.map((kind) => [kind, random.shuffle<Variant>(ANOMALY_SCRIPTS[kind])]))
  for (let round = 0; ; round++) {
    for (const kind of turn) {
      const scripts = variants.get(kind)!
      const script = scripts[round % scripts.length]
      yield { kind, steps: script === undefined ? [] : script(random), hosts: kind === 'correlated' ? hosts : 1 }
    }
  }
}
