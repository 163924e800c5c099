import type { Sessions } from '@sp/builders'
import { eventsOf, keyOfEvents, remembering, sessionDetectorOf, type SessionDetector } from './session-detector.js'

/** The runs of `size` events in a row that normal sessions hold, with their marks, as text. */
export interface NgramModel {
  readonly size: number
  readonly closed: boolean
  readonly ngrams: readonly string[]
}

/**
 * Score: runs of `size` events in a row that no normal session holds. Sessions begin with `size − 1` marks (event 0,
 * which does not occur) and, when closed, end with one.
 *
 * Source: Forrest et al. 1996, IEEE S&P ("A sense of self for Unix processes"), for system calls.
 */
export function ngramDetector(size: number): SessionDetector<NgramModel> {
  return sessionDetectorOf({
    resolution: 0.1,
    train(normal: Sessions, { closed = true } = {}) {
      const ngrams = new Set<string>()
      for (let s = 0; s < normal.count; s++)
        for (const gram of ngramsOf(eventsOf(normal, s), size, closed)) ngrams.add(gram)
      return { size, closed, ngrams: [...ngrams].sort() }
    },
    open({ size, closed, ngrams }) {
      const known = new Set(ngrams)
      return remembering(keyOfEvents, ({ events, isUnfinished }) =>
        ngramsOf(events, size, closed && !isUnfinished).reduce((unseen, gram) => unseen + (known.has(gram) ? 0 : 1), 0),
      )
    },
  })
}

/** The runs of events of a session, with its marks. */
export function ngramsOf(events: Int32Array, size: number, closed: boolean): string[] {
  const marked = [...new Array<number>(size - 1).fill(0), ...events, ...(closed ? [0] : [])]
  const ngrams: string[] = []
  for (let i = 0; i + size <= marked.length; i++) ngrams.push(marked.slice(i, i + size).join(' '))
  return ngrams
}
