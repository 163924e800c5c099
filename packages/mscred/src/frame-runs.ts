import { stretchStarts, type MultivariateSeries } from '@sp/builders'

/** Frames that are a gap apart in one stretch: what a network can read one after the other. */
export interface FrameRun {
  /** Points at which the frames end, ascending by the gap. */
  readonly points: readonly number[]
  /** The places of the frames that were asked for: the last of the points, as many as these are. Those before are only read. */
  readonly asked: readonly number[]
}

/** What a network reads. */
export interface RunOptions {
  /** Points from frame to frame. */
  readonly gap: number
  /** Frames before the one that is judged. */
  readonly before: number
  /** Points of a frame. */
  readonly longest: number
}

/**
 * The runs of frames that have to be read to judge those that end with `end`. A frame with too little past in its stretch
 * is in none.
 */
export function frameRuns(series: MultivariateSeries, end: Int32Array, options: RunOptions): FrameRun[] {
  const { gap, before, longest } = options
  const starts = stretchStarts(series)
  const places = Array.from(end.keys())
    .filter((place) => end[place] - before * gap - longest + 1 >= starts[end[place]])
    .sort((a, b) => (end[a] % gap) - (end[b] % gap) || end[a] - end[b])
  const runs: FrameRun[] = []
  for (let from = 0, i = 1; i <= places.length; i++) {
    const [last, next] = [end[places[i - 1]], end[places[i]]]
    if (i < places.length && next === last + gap && starts[next] === starts[last]) continue
    const judged = places.slice(from, i)
    if (judged.length > 0) runs.push(runOf(judged, end, options))
    from = i
  }
  return runs
}

function runOf(judged: readonly number[], end: Int32Array, { gap, before }: RunOptions): FrameRun {
  const first = end[judged[0]] - before * gap
  return {
    points: Array.from({ length: before + judged.length }, (_, i) => first + i * gap),
    asked: judged,
  }
}
