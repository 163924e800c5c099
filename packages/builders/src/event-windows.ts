import { BuildersError } from './errors.js'
import type { Sessions } from './sessions.js'
import { PAD } from './vocabulary.js'

/** As an input: the session has not begun. What fills a window up is what says so. */
export const BEGIN = PAD

/** As a target: the session is over. */
export const END = PAD

/** How sessions are cut into windows. */
export interface EventWindowOptions {
  /** Events that a network reads, h. */
  readonly window: number
  /**
   * What is predicted: the event after the window (`next`, as DeepLog does), or at every step of the window what follows
   * it (`every`), which teaches as much with h times fewer windows. Default `next`.
   */
  readonly predict?: 'next' | 'every'
  /** Whether sessions are known to be over, so that their end is predicted too. Default false. */
  readonly closed?: boolean
}

/**
 * What a network reads and what it is to say, flat and row-major: N windows of h events with P predictions each, P being
 * 1 (`next`) or h (`every`). Each event of each session is predicted exactly once.
 */
export interface EventWindows {
  /** N. */
  readonly count: number
  /** h. */
  readonly window: number
  /** P. */
  readonly predictions: number
  /** `[N, h]` vocabulary indices. */
  readonly inputs: Int32Array
  /** `[N, P]`: the event that followed, or `END`. */
  readonly targets: Int32Array
  /** `[N, P]`: index of the target among `sessions.events`, {@link AT_END}, or {@link NOT_PREDICTED}. */
  readonly event: Int32Array
  /** `[N]`: session of the window. */
  readonly session: Int32Array
}

/** In place of the index of an event: the target is the end of the session. */
export const AT_END = -1

/** In place of the index of an event: nothing is predicted there. */
export const NOT_PREDICTED = -2

/**
 * The windows of sessions. `next`: the h events before each event, padded at the left with `BEGIN`. `every`: `BEGIN` and
 * the session, padded at the right; what does not fit goes on in windows that begin half a window later and predict in
 * their second half, so that every prediction sees at least half a window, or the begin.
 * @throws {BuildersError} `bad-window` when the window is not an integer of 1 or more (2 for `every`)
 */
export function eventWindows(
  sessions: Sessions,
  { window, predict = 'next', closed = false }: EventWindowOptions,
): EventWindows {
  const smallest = predict === 'every' ? 2 : 1
  if (!(Number.isInteger(window) && window >= smallest)) {
    throw new BuildersError('bad-window', `window ${window}, expected an integer of ${smallest} or more`)
  }
  return predict === 'next' ? nextWindows(sessions, window, closed) : everyWindows(sessions, window, closed)
}

function nextWindows({ count: sessionCount, offsets, events }: Sessions, h: number, closed: boolean): EventWindows {
  const windows = emptyWindows(events.length + (closed ? sessionCount : 0), h, 1)
  let w = 0
  for (let s = 0; s < sessionCount; s++) {
    const [from, to] = [offsets[s], offsets[s + 1]]
    for (let i = from; i < to + (closed ? 1 : 0); i++, w++) {
      const known = Math.min(h, i - from)
      windows.inputs.set(events.subarray(i - known, i), (w + 1) * h - known)
      windows.targets[w] = i < to ? events[i] : END
      windows.event[w] = i < to ? i : AT_END
      windows.session[w] = s
    }
  }
  return windows
}

function everyWindows({ count: sessionCount, offsets, events }: Sessions, h: number, closed: boolean): EventWindows {
  const step = Math.ceil(h / 2)
  function lengthOf(s: number): number {
    return offsets[s + 1] - offsets[s] + (closed ? 1 : 0)
  }
  let count = 0
  for (let s = 0; s < sessionCount; s++) count += 1 + Math.ceil(Math.max(lengthOf(s) - h, 0) / step)
  const windows = emptyWindows(count, h, h)
  let w = 0
  for (let s = 0; s < sessionCount; s++) {
    const [from, to] = [offsets[s], offsets[s + 1]]
    for (let start = 0; start === 0 || start - step + h < lengthOf(s); start += step, w++) {
      windows.session[w] = s
      for (let t = 0; t < h && start + t < lengthOf(s); t++) {
        // Input t is the event before target t; before the first stands BEGIN, which the array is filled with.
        const target = from + start + t
        if (target > from) windows.inputs[w * h + t] = events[target - 1]
        if (start > 0 && t < h - step) continue
        windows.targets[w * h + t] = target < to ? events[target] : END
        windows.event[w * h + t] = target < to ? target : AT_END
      }
    }
  }
  return windows
}

function emptyWindows(count: number, window: number, predictions: number) {
  return {
    count,
    window,
    predictions,
    inputs: new Int32Array(count * window),
    targets: new Int32Array(count * predictions),
    event: new Int32Array(count * predictions).fill(NOT_PREDICTED),
    session: new Int32Array(count),
  }
}
