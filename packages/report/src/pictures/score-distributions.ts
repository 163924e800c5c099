import type { JudgedUnit } from './score-timeline.js'

/** How the scores of one detector are distributed: plain data, part of `timeline.json`. */
export interface DistributionPicture {
  readonly detector: string
  /** Score above which a unit is flagged; `null` where none was given. */
  readonly threshold: number | null
  /** Units judged, those without a score included. */
  readonly units: number
  readonly flagged: number
  /** Ascending; those that hold no score are left out. */
  readonly bins: readonly DistributionBin[]
}

/** Scores `from <= score < to`. */
export interface DistributionBin {
  readonly from: number
  readonly to: number
  readonly units: number
}

/** Distributions as plain data that they can go on from. */
export type DistributionsState = readonly {
  readonly detector: string
  readonly threshold: number | null
  readonly units: number
  readonly flagged: number
  readonly bins: readonly (readonly [number, number])[]
}[]

interface Histogram {
  readonly threshold: number | null
  units: number
  flagged: number
  readonly bins: Map<number, number>
}

/** Bins on the axis below: 45 up to the threshold. */
const STEP = 0.04
/** Scores that lie this far beyond are drawn at the end. */
const MOST_RATIO = 1e6

/**
 * Counts the scores of every detector on an axis that is even around 0 and logarithmic far from it (asinh of three times
 * the score over the threshold), so that the bulk, the threshold and the strangest unit are all seen. Memory is bounded:
 * at most about 800 bins a detector.
 */
export class ScoreDistributions {
  readonly #histograms = new Map<string, Histogram>()

  /** Empty distributions. @param thresholds by detector, known before the first unit: they are the unit of the axis */
  constructor(thresholds: Readonly<Record<string, number | null>> = {}) {
    for (const [detector, threshold] of Object.entries(thresholds)) {
      this.#histograms.set(detector, { threshold, units: 0, flagged: 0, bins: new Map() })
    }
  }

  /** Adds a unit; one without a score is counted only. */
  add({ detector, score, isFlagged }: Pick<JudgedUnit, 'detector' | 'score' | 'isFlagged'>): void {
    const histogram = this.#histogramOf(detector)
    histogram.units++
    if (isFlagged) histogram.flagged++
    if (Number.isNaN(score)) return
    const ratio = Math.max(-MOST_RATIO, Math.min(MOST_RATIO, score / scaleOf(histogram)))
    const bin = Math.floor(Math.asinh(3 * ratio) / STEP)
    histogram.bins.set(bin, (histogram.bins.get(bin) ?? 0) + 1)
  }

  /** The pictures so far, of the detectors that judged anything. */
  toJSON(): DistributionPicture[] {
    return [...this.#histograms].flatMap(([detector, histogram]) => {
      const { threshold, units, flagged, bins } = histogram
      const scale = scaleOf(histogram)
      const sorted = [...bins].sort((a, b) => a[0] - b[0])
      const shown = sorted.map(([bin, count]) => ({ from: edge(bin, scale), to: edge(bin + 1, scale), units: count }))
      return units > 0 ? [{ detector, threshold, units, flagged, bins: shown }] : []
    })
  }

  /** All it holds as plain data. */
  snapshot(): DistributionsState {
    return Array.from(this.#histograms, ([detector, { bins, ...facts }]) => ({ detector, ...facts, bins: [...bins] }))
  }

  /** Distributions that go on where a snapshot was taken. */
  static restore(state: DistributionsState): ScoreDistributions {
    const distributions = new ScoreDistributions()
    for (const { detector, bins, ...facts } of state) {
      distributions.#histograms.set(detector, { ...facts, bins: new Map(bins) })
    }
    return distributions
  }

  #histogramOf(detector: string): Histogram {
    const known = this.#histograms.get(detector)
    if (known) return known
    const fresh = { threshold: null, units: 0, flagged: 0, bins: new Map() }
    this.#histograms.set(detector, fresh)
    return fresh
  }
}

function scaleOf({ threshold }: Histogram): number {
  return threshold !== null && Number.isFinite(threshold) && threshold > 0 ? threshold : 1
}

function edge(bin: number, scale: number): number {
  return Number(((Math.sinh(bin * STEP) / 3) * scale).toPrecision(6))
}
