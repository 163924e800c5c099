import type { Evidence } from '@sp/log-table'
import type { UsedSlots } from './line-reader.js'
import { FIRST_HEARD, type LogLines, type RowRange } from './log-lines.js'

/**
 * A detector that looks at one line after the other. `Model` is plain data, fit for JSON; template codes are those of the
 * run, hosts stand by name.
 */
export interface LineDetector<Model> {
  /** The smallest difference of scores that means something. */
  readonly resolution: number
  /**
   * How many logarithms of shares of normal lines a score adds up, 0 for other scores. A share that was never seen is
   * taken as the smaller, the more was seen: a model of more lines gives the same line a higher score.
   */
  readonly shares: number
  /**
   * Learns from normal lines, as if those of `heldOut` were not there. Nothing that it learns crosses from one stretch of
   * lines to the next.
   */
  train(normal: LogLines, heldOut?: RowRange): Model
  /** A scorer at the beginning of a source, or with what another one knew at its {@link LineScorer.snapshot}. */
  open(model: Model, snapshot?: unknown): LineScorer
}

/**
 * Scores the lines of one source as they come; the model stays as it is. Scores are 0 or more and finite, and depend on
 * earlier lines only, however lines are cut into batches. Memory is bounded.
 */
export interface LineScorer {
  /**
   * Scores the next lines, which the same `LineReader` read.
   * @param scores one entry a line, all of which are written
   * @param telling who wants to know why; default nobody
   */
  push(lines: LogLines, scores: Float64Array, telling?: Telling): void
  /** Whether parameters of lines of a template are looked at; default no. */
  readsValues?(template: number): boolean
  /** What the scorer knows, as plain data; slots are numbered anew, in the order of `used`. */
  snapshot(used: UsedSlots): unknown
}

/** Who wants to know why lines score high. */
export interface Telling {
  /** Lines that score above it are explained. */
  readonly above: number
  /** Strength of a score, as evidence has it. */
  surpriseOf(score: number): number
  /** Takes the reason of a line of the batch. */
  tell(line: number, evidence: Evidence): void
}

/** Nothing held out. */
export const NOTHING: RowRange = { from: 0, to: 0 }

/** What stands for no template: before the first line of a process. */
export const NO_TEMPLATE = -2

/** Calls back with each line and the one before it in the same process or program, unless one is held out. */
export function forEachStep(
  { count, firstHeard, ...lines }: LogLines,
  { within, heldOut = NOTHING }: { readonly within: 'process' | 'program'; readonly heldOut?: RowRange },
  visit: (line: number, before: number) => void,
): void {
  const slots = lines[within]
  const last: number[] = []
  for (let i = 0; i < count; i++) {
    const before = last[slots[i]]
    last[slots[i]] = i
    if ((firstHeard[i] & FIRST_HEARD[within]) !== 0) continue
    if (!isWithin(heldOut, i) && !isWithin(heldOut, before)) visit(i, before)
  }
}

/** Whether a line lies in a range. */
export function isWithin({ from, to }: RowRange, line: number): boolean {
  return line >= from && line < to
}
