import type { LogLines, RowRange } from './log-lines.js'

/**
 * A detector that looks at one line after the other. `Model` is plain data, fit for JSON; template codes and positions
 * are those of the run. Scores are 0 or more and finite, and depend on earlier lines only.
 */
export interface LineDetector<Model> {
  /** The smallest difference of scores that means something. */
  readonly resolution: number
  /** Learns from normal lines, as if those of `heldOut` were not there. */
  train(normal: LogLines, heldOut?: RowRange): Model
  /** One score a line. */
  score(model: Model, lines: LogLines): Float64Array
}

/** Nothing held out. */
export const NOTHING: RowRange = { from: 0, to: 0 }

/** Calls back with each line and the one before it in the same process or program, unless one is held out or too old. */
export function forEachStep(
  lines: LogLines,
  { within, heldOut = NOTHING }: { readonly within: 'process' | 'program'; readonly heldOut?: RowRange },
  visit: (line: number, before: number) => void,
): void {
  const entity = lines[within]
  const last = new Map<number, number>()
  for (let i = 0; i < lines.count; i++) {
    const isHeldOut = i >= heldOut.from && i < heldOut.to
    const before = last.get(entity[i])
    const isRecent = before !== undefined && !(lines.time[i] - lines.time[before] > LONGEST_PAUSE_MS)
    if (!isHeldOut && isRecent && (before < heldOut.from || before >= heldOut.to)) visit(i, before)
    last.set(entity[i], i)
  }
}

/** Process ids are given anew: after an hour of silence it is another process. */
const LONGEST_PAUSE_MS = 3_600_000
