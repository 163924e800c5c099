import { bootstrapInterval } from '@sp/evaluation'
import type { BundleMeasure } from '../validate/measure-bundle.js'
import { TOLD_WITHIN } from '../validate/tells-incident.js'
import { type JudgedPair, type Pair, toldByBoth } from './judged-pair.js'

/** A figure of both bundles and by how much the second is above the first. */
export interface PairedFigure {
  readonly first: number
  readonly second: number
  /** second − first. */
  readonly difference: number
  /** 95 % interval of the difference, by a paired bootstrap; `null` where there are no units. */
  readonly interval: { readonly low: number; readonly high: number } | null
  /** Independent units that were drawn. */
  readonly units: number
}

/** What both bundles say of incidents and of normal lines. */
export interface PairedFigures {
  /** Share of the known incidents that are found. */
  readonly recall: PairedFigure | null
  /** Share of normal windows that are flagged. */
  readonly flaggedNormal: PairedFigure | null
  /** recall − flagged normal windows (Youden 1950): what a bundle finds beyond what it flags anyhow. */
  readonly informedness: PairedFigure | null
}

/** Lines of a stretch that is drawn as one: windows overlap, and false alarms come together. */
const STRETCH = 500
const SEED = 1

/** An incident, or a stretch of normal lines: windows and flagged windows of each bundle. */
type Unit =
  | { readonly kind: 'incident'; readonly told: Pair<boolean> }
  | { readonly kind: 'stretch'; readonly windows: [number, number]; readonly flagged: [number, number] }

/** Compares both bundles on logs of which something is known. */
export function pairedFigures(judged: readonly JudgedPair[]): PairedFigures {
  const known = judged.filter(({ incidents }) => incidents !== null)
  const incidents = known.flatMap((pair) => toldByBoth(pair).map((told): Unit => ({ kind: 'incident', told })))
  const stretches = known.flatMap(normalStretches)
  return {
    recall: paired(incidents, recallOf),
    flaggedNormal: paired(stretches, flaggedOf),
    informedness: paired([...incidents, ...stretches], (units, bundle) => {
      const [recall, flagged] = [recallOf(units, bundle), flaggedOf(units, bundle)]
      return recall === null || flagged === null ? null : recall - flagged
    }),
  }
}

function paired(
  units: readonly Unit[],
  figureOf: (units: readonly Unit[], bundle: 0 | 1) => number | null,
): PairedFigure | null {
  const [first, second] = [figureOf(units, 0), figureOf(units, 1)]
  if (first === null || second === null) return null
  const interval = bootstrapInterval(
    units.length,
    (indices) => {
      const drawn = Array.from(indices, (i) => units[i])
      const [a, b] = [figureOf(drawn, 0), figureOf(drawn, 1)]
      return a === null || b === null ? null : b - a
    },
    { seed: SEED },
  )
  return { first, second, difference: second - first, interval, units: units.length }
}

function recallOf(units: readonly Unit[], bundle: 0 | 1): number | null {
  let [all, told] = [0, 0]
  for (const unit of units) {
    if (unit.kind !== 'incident') continue
    all++
    told += Number(unit.told[bundle])
  }
  return all === 0 ? null : told / all
}

function flaggedOf(units: readonly Unit[], bundle: 0 | 1): number | null {
  let [all, flagged] = [0, 0]
  for (const unit of units) {
    if (unit.kind !== 'stretch') continue
    all += unit.windows[bundle]
    flagged += unit.flagged[bundle]
  }
  return all === 0 ? null : flagged / all
}

/** The windows of both bundles away from what is known to be wrong, by stretches of lines. */
function normalStretches({ measures, incidents }: JudgedPair): Unit[] {
  const stretches = new Map<string, { kind: 'stretch'; windows: [number, number]; flagged: [number, number] }>()
  measures.forEach(({ windows }: BundleMeasure, bundle) => {
    for (const { source, firstLine, lastLine, isAnomaly } of windows) {
      const isNear = incidents!.some(
        (incident) =>
          incident.source === source && firstLine <= incident.lastLine + TOLD_WITHIN && lastLine >= incident.firstLine,
      )
      if (isNear) continue
      const key = `${source}\0${Math.floor(firstLine / STRETCH)}`
      const stretch = stretches.get(key) ?? { kind: 'stretch', windows: [0, 0], flagged: [0, 0] }
      stretches.set(key, stretch)
      stretch.windows[bundle]++
      stretch.flagged[bundle] += Number(isAnomaly)
    }
  })
  return [...stretches.values()]
}
