import type { WindowPlace } from '@sp/baseline'
import type { Evidence } from '@sp/log-table'
import type { JudgedFrame } from '../series/series-stream.js'
import type { SeriesDetectorName } from '../series/series-detectors.js'
import type { LoadedBundle } from './loaded-bundle.js'
import type { RecentRow, RecentRows } from './recent-rows.js'

/** Windows of time that may make a window of lines strange. */
export interface StrangeFrame extends WindowPlace {
  readonly detector: SeriesDetectorName
  readonly score: number
  /** Strangest series first. */
  readonly evidence: readonly Evidence[]
  /** Rows of the templates that are told, of the last ones before its end. */
  readonly rows: readonly RecentRow[]
}

/** Rows kept of one template: the first ones and the last. */
const KEPT = 4

/** Remembers what multivariate detectors said of windows of time, for the windows of lines that are not over. */
export class StrangeFrames {
  readonly #loaded: LoadedBundle
  readonly #above: ReadonlyMap<string, number>
  #frames: readonly StrangeFrame[]

  /** Nothing remembered, or what a snapshot holds. */
  constructor(loaded: LoadedBundle, snapshot: readonly StrangeFrame[] = []) {
    this.#loaded = loaded
    this.#frames = snapshot
    // What a window is not flagged for need not be explained.
    const { others } = loaded.bundle.windows
    this.#above = new Map(others.map(({ name, calibration }) => [name, 0.9 * calibration.threshold]))
  }

  /** Takes frames that the batch at hand has ended. */
  add(frames: readonly JudgedFrame[], recent: RecentRows): void {
    for (const { causes, ...frame } of frames) {
      if (!(frame.score > (this.#above.get(frame.detector) ?? Infinity))) continue
      const evidence = causes.map((cause) => this.#evidence(frame.detector, cause))
      // Rows further back are known or not, as rows are cut into batches.
      const from = Math.max(frame.startRow, frame.endRow - this.#loaded.bundle.windows.baseline.windowSize)
      this.#frames = [...this.#frames, { ...frame, evidence, rows: rowsOf(evidence, { ...frame, from }, recent) }]
    }
  }

  /** Forgets frames that ended before a row. */
  forgetBefore(row: number): void {
    if (this.#frames.some(({ endRow }) => endRow < row))
      this.#frames = this.#frames.filter(({ endRow }) => endRow >= row)
  }

  /** The strangest frame by a detector of those that one of the rows `from <= row < to` has ended. */
  strongest(detector: string, from: number, to: number): StrangeFrame | undefined {
    const own = this.#frames.filter((frame) => frame.detector === detector && frame.endRow >= from && frame.endRow < to)
    return own.reduce<StrangeFrame | undefined>(
      (most, frame) => (most && most.score >= frame.score ? most : frame),
      undefined,
    )
  }

  /** What is remembered. */
  snapshot(): readonly StrangeFrame[] {
    return this.#frames
  }

  #evidence(detector: SeriesDetectorName, { series, deviation, surprise }: JudgedFrame['causes'][number]): Evidence {
    const { codes } = this.#loaded.series.find((loaded) => loaded.detector.name === detector)!
    const name = codes.names[series]
    const direction = deviation < 0 ? 'down' : 'up'
    // Series of single templates come first; `other` and `unknown` stand for many.
    const template = series < codes.names.length - 2 ? codes.channelOf.indexOf(series) : null
    return { kind: 'series', series: name, template, direction, deviation: Math.abs(deviation), surprise }
  }
}

function rowsOf(
  evidence: readonly Evidence[],
  { from, endRow }: { readonly from: number; readonly endRow: number },
  recent: RecentRows,
): RecentRow[] {
  const found = new Map<number, RecentRow[]>()
  for (const one of evidence) if ('template' in one && one.template !== null) found.set(one.template, [])
  for (let row = from; row < endRow; row++) {
    const own = found.get(recent.templateAt(row))
    if (own === undefined) continue
    if (own.length === KEPT) own.pop()
    own.push(recent.at(row)!)
  }
  return [...found.values()].flat().sort((a, b) => a.row - b.row)
}
