import { BuildersError } from './errors.js'
import type { Sessions } from './sessions.js'
import { PAD } from './vocabulary.js'

/** Before the first event of a session: what fills a window up is also what says that a session begins. */
export const BEGIN = PAD

/** After the last event of a closed session, as the event to be predicted; it is never read as an input after events. */
export const END = PAD

/** What a network reads: each position of each session with what came before it; flat, row-major. */
export interface EventWindows {
  /** Number of windows, N. */
  readonly count: number
  /** Events a window, h. */
  readonly window: number
  /** `[N, h]`: the events before; `BEGIN` where the session had not begun. */
  readonly inputs: Int32Array
  /** `[N]`: the event that followed, or `END`. */
  readonly targets: Int32Array
  /** `[N]`: session of the window. */
  readonly session: Int32Array
  /** `[N]`: index of the target among `sessions.events`; −1 for `END`. */
  readonly event: Int32Array
}

/**
 * One window per event: the `window` events before it, padded at the left, so that short sessions count too.
 * `closed` adds one per session with the target `END`; sensible only where it is known that a session is over.
 * @throws {BuildersError} `bad-window` when the window is not a positive integer
 */
export function eventWindows(
  sessions: Sessions,
  { window, closed = false }: { readonly window: number; readonly closed?: boolean },
): EventWindows {
  if (!(Number.isInteger(window) && window > 0)) {
    throw new BuildersError('bad-window', `window ${window}, expected an integer of 1 or more`)
  }
  const { offsets, events } = sessions
  const count = events.length + (closed ? sessions.count : 0)
  const windows = {
    count,
    window,
    inputs: new Int32Array(count * window),
    targets: new Int32Array(count),
    session: new Int32Array(count),
    event: new Int32Array(count),
  }
  let w = 0
  for (let session = 0; session < sessions.count; session++) {
    const [from, to] = [offsets[session], offsets[session + 1]]
    for (let i = from; i < to + (closed ? 1 : 0); i++, w++) {
      const known = Math.min(window, i - from)
      windows.inputs.set(events.subarray(i - known, i), (w + 1) * window - known)
      windows.targets[w] = i < to ? events[i] : END
      windows.session[w] = session
      windows.event[w] = i < to ? i : -1
    }
  }
  return windows
}
