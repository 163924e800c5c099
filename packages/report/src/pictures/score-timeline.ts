import { AdaptiveBins, COUNT_WIDTHS, TIME_WIDTHS } from './adaptive-bins.js'

/** What a detector said of one unit (a window, a session, a line), flagged or not. */
export interface JudgedUnit {
  readonly source: string
  readonly detector: string
  /** Milliseconds since 1970 at which it is drawn; `null` without time. */
  readonly time: number | null
  /** Line at which it is drawn, from 0 within the source. */
  readonly line: number
  /** Its own score; higher is stranger. NaN where it has none. */
  readonly score: number
  /** Share of held-out normal units that score at least as high; NaN where it is not known. */
  readonly pValue: number
  /** Whether the score lies above the threshold. */
  readonly isFlagged: boolean
}

/** The scores of a run along its time: plain data, part of `timeline.json`. */
export interface TimelinePicture {
  /** In order of first appearance; the index is that of `strength` and `flagged`. */
  readonly detectors: readonly string[]
  /** All sources together first (named `null`), then each on its own where there are several. */
  readonly sources: readonly SourceTimeline[]
  /** Sources that are only in the timeline of all. */
  readonly moreSources: number
}

/** The scores of one source, or of all. */
export interface SourceTimeline {
  readonly source: string | null
  /** `time`: milliseconds since 1970; `line`: lines from 0, of all sources units in the order in which they were judged. */
  readonly axis: 'time' | 'line'
  /** Width of a bin, in the unit of the axis. */
  readonly width: number
  /** Starts of the bins that hold units, ascending. */
  readonly starts: readonly number[]
  /** By detector, then by bin: the highest −log10 p of its units there; 0 where it judged none. */
  readonly strength: readonly (readonly number[])[]
  /** By detector, then by bin: its flagged units. */
  readonly flagged: readonly (readonly number[])[]
  /** Units that are not drawn: those without a time where the others have one. */
  readonly notDrawn: number
}

/** A timeline as plain data that it can go on from. */
export interface TimelineState {
  readonly detectors: readonly string[]
  readonly count: number
  readonly moreSources: readonly string[]
  readonly sources: readonly {
    readonly source: string | null
    readonly axes: readonly { readonly width: number; readonly units: number; readonly bins: readonly SavedBin[] }[]
  }[]
}

/** Start, strengths by detector, flagged by detector. */
type SavedBin = readonly [number, readonly number[], readonly number[]]

interface Cell {
  readonly strength: number[]
  readonly flagged: number[]
}

const MAX_SOURCES = 24
/** Bins of a source; a screen shows no more. */
const MAX_BINS = 360
/** Names of further sources that are told apart when they are counted. */
const MAX_NAMES = 10_000
/** A log is drawn along its time where so large a share of its units has one. */
const TIMED = 0.9
/** Strengths are drawn up to this: smaller probabilities are guesses of a tail, and would hide all else. */
const MAX_STRENGTH = 12

/**
 * The scores of all detectors along the log, stacked by a report. Add every judged unit, not only the flagged ones.
 * Memory is bounded whatever the length of the log: {@link MAX_BINS} bins for each of at most 24 sources and for all
 * together; the result does not depend on the order of the units, but for the order of names.
 */
export class ScoreTimeline {
  readonly #detectors: string[] = []
  readonly #all = new TwoAxes()
  readonly #sources = new Map<string, TwoAxes>()
  readonly #more = new Set<string>()
  #count = 0

  /** Adds a unit. */
  add({ source, detector, time, line, pValue, isFlagged }: JudgedUnit): void {
    const index = this.#indexOf(detector)
    const strength = strengthOf(pValue, isFlagged)
    this.#all.add({ time, place: this.#count++ }, index, strength, isFlagged)
    this.#axesOf(source)?.add({ time, place: line }, index, strength, isFlagged)
  }

  /** The picture so far. */
  toJSON(): TimelinePicture {
    const detectors = this.#detectors.length
    const own = this.#sources.size > 1 ? [...this.#sources] : []
    return {
      detectors: this.#detectors,
      sources: [[null, this.#all] as const, ...own].map(([source, axes]) => ({ source, ...axes.picture(detectors) })),
      moreSources: this.#more.size,
    }
  }

  /** All it holds as plain data. */
  snapshot(): TimelineState {
    const sources = [[null, this.#all] as const, ...this.#sources].map(([source, axes]) => {
      return { source, axes: axes.snapshot() }
    })
    return { detectors: [...this.#detectors], count: this.#count, moreSources: [...this.#more], sources }
  }

  /** A timeline that goes on where a snapshot was taken. */
  static restore({ detectors, count, moreSources, sources }: TimelineState): ScoreTimeline {
    const timeline = new ScoreTimeline()
    timeline.#detectors.push(...detectors)
    timeline.#count = count
    for (const name of moreSources) timeline.#more.add(name)
    for (const { source, axes } of sources) {
      const restored = source === null ? timeline.#all : new TwoAxes()
      restored.restore(axes)
      if (source !== null) timeline.#sources.set(source, restored)
    }
    return timeline
  }

  #indexOf(detector: string): number {
    const known = this.#detectors.indexOf(detector)
    return known >= 0 ? known : this.#detectors.push(detector) - 1
  }

  #axesOf(source: string): TwoAxes | undefined {
    const known = this.#sources.get(source)
    if (known) return known
    if (this.#sources.size >= MAX_SOURCES) {
      if (this.#more.size < MAX_NAMES) this.#more.add(source)
      return undefined
    }
    const fresh = new TwoAxes()
    this.#sources.set(source, fresh)
    return fresh
  }
}

/** −log10 of a p-value; of a unit without one 1 where it was flagged, which draws it, and 0 else. */
function strengthOf(pValue: number, isFlagged: boolean): number {
  if (Number.isNaN(pValue)) return isFlagged ? 1 : 0
  return pValue > 0 ? Math.min(MAX_STRENGTH, Math.max(0, -Math.log10(pValue))) : MAX_STRENGTH
}

/** Units by time and by place: which of the two is drawn is known only in the end. */
class TwoAxes {
  readonly #time = binsOf(TIME_WIDTHS)
  readonly #place = binsOf(COUNT_WIDTHS)
  #timed = 0
  #units = 0

  add(at: { time: number | null; place: number }, detector: number, strength: number, isFlagged: boolean): void {
    this.#units++
    addTo(this.#place.at(at.place), detector, strength, isFlagged)
    if (at.time === null) return
    this.#timed++
    addTo(this.#time.at(at.time), detector, strength, isFlagged)
  }

  picture(detectors: number): Omit<SourceTimeline, 'source'> {
    const isTimed = this.#timed > 0 && this.#timed >= TIMED * this.#units
    const bins = isTimed ? this.#time : this.#place
    const sorted = bins.sorted()
    const indices = Array.from({ length: detectors }, (_, d) => d)
    return {
      axis: isTimed ? 'time' : 'line',
      width: bins.width,
      starts: sorted.map(({ start }) => start),
      strength: indices.map((d) => sorted.map(({ content }) => rounded(content.strength[d] ?? 0))),
      flagged: indices.map((d) => sorted.map(({ content }) => content.flagged[d] ?? 0)),
      notDrawn: isTimed ? this.#units - this.#timed : 0,
    }
  }

  snapshot() {
    return [
      { width: this.#time.width, units: this.#timed, bins: savedBins(this.#time) },
      { width: this.#place.width, units: this.#units, bins: savedBins(this.#place) },
    ]
  }

  restore(saved: TimelineState['sources'][number]['axes']): void {
    const [time, place] = saved
    this.#timed = time.units
    this.#units = place.units
    for (const [bins, { width, bins: contents }] of [
      [this.#time, time],
      [this.#place, place],
    ] as const) {
      bins.restore(
        width,
        contents.map(([start, strength, flagged]) => ({
          start,
          content: { strength: [...strength], flagged: [...flagged] },
        })),
      )
    }
  }
}

function binsOf(widths: readonly number[]): AdaptiveBins<Cell> {
  return new AdaptiveBins<Cell>({
    widths,
    limit: MAX_BINS,
    create: () => ({ strength: [], flagged: [] }),
    merge: (into, from) => {
      from.strength.forEach((strength, d) => addTo(into, d, strength, false))
      from.flagged.forEach((count, d) => (into.flagged[d] = (into.flagged[d] ?? 0) + count))
    },
  })
}

function addTo(cell: Cell, detector: number, strength: number, isFlagged: boolean): void {
  for (let d = cell.strength.length; d <= detector; d++) cell.strength[d] = cell.flagged[d] = 0
  if (strength > cell.strength[detector]) cell.strength[detector] = strength
  if (isFlagged) cell.flagged[detector]++
}

function savedBins(bins: AdaptiveBins<Cell>): SavedBin[] {
  return bins.sorted().map(({ start, content }) => [start, content.strength, content.flagged])
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
