import { SIZE, type SeriesEvent } from './published-series.js'

/** Frames of ten points, their scores, and the rank key of each series `[F, N]`. */
export interface JudgedFrames {
  readonly end: ArrayLike<number>
  readonly score: ArrayLike<number>
  readonly ranking: ArrayLike<number>
}

/** Counts over events and alarms. */
export interface EventFigures {
  found: number
  events: number
  falseAlarms: number
  /** Root series among the three that rank highest over an event's frames. */
  hits: number
  roots: number
}

/** Points after an event in which an alarm still belongs to it, as in the published protocol. */
const AFTER = 60
/** Frames without an alarm that do not end a run of alarms. */
const GAP = 3
const FRAME = 10

/** An alarm overlapping `[from, to + 60)` finds an event; a false alarm is a maximal run of others, gaps of 3 joined. */
export function eventFigures(frames: JudgedFrames, events: readonly SeriesEvent[], threshold: number): EventFigures {
  const inTest = Array.from(frames.end, (_, f) => f).filter((f) => frames.end[f] >= SIZE.validationEnd)
  const alarms = inTest.filter((f) => frames.score[f] > threshold)
  function eventOf(f: number): number {
    return events.findIndex(({ from, to }) => frames.end[f] >= from && frames.end[f] - FRAME + 1 < to + AFTER)
  }
  const found = new Set(alarms.map(eventOf).filter((e) => e >= 0))
  const strays = alarms.filter((f) => eventOf(f) < 0)
  const falseAlarms = strays.filter((f, i) => i === 0 || f - strays[i - 1] > GAP + 1).length
  const hits = events.reduce((sum, event) => sum + rootHits(frames, event, inTest), 0)
  return { found: found.size, events: events.length, falseAlarms, hits, roots: 3 * events.length }
}

/** Roots among the three series that rank highest in the mean over the frames that lie inside an event. */
function rootHits({ end, ranking }: JudgedFrames, { from, to, roots }: SeriesEvent, inTest: readonly number[]): number {
  const size = SIZE.series
  const sums = new Float64Array(size)
  for (const f of inTest) {
    if (end[f] < from || end[f] - FRAME + 1 >= to) continue
    for (let i = 0; i < size; i++) sums[i] += ranking[f * size + i]
  }
  const top = [...sums.keys()].sort((a, b) => sums[b] - sums[a]).slice(0, 3)
  return roots.filter((root) => top.includes(root)).length
}

/** Precision, recall, F1 and hit@3 of summed counts. */
export function figuresOf(all: readonly EventFigures[]): {
  precision: number
  recall: number
  f1: number
  hit3: number
} {
  function sum(of: (figures: EventFigures) => number): number {
    return all.reduce((total, figures) => total + of(figures), 0)
  }
  const found = sum(({ found }) => found)
  const precision = found / Math.max(1, found + sum(({ falseAlarms }) => falseAlarms))
  const recall = found / sum(({ events }) => events)
  const f1 = found === 0 ? 0 : (2 * precision * recall) / (precision + recall)
  return { precision, recall, f1, hit3: sum(({ hits }) => hits) / sum(({ roots }) => roots) }
}
