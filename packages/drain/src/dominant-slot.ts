import type { Key } from './key-openings.js'
import { isWord, SLOT } from './token-key.js'

/** How much more frequent the key with the slot must be: chance makes no such ratio with so close a likeness. */
const DOMINANCE = 10
const LONGEST_RUN = 9

/**
 * The far more frequent key that has a slot where this key has a run of two to nine tokens without a space:
 * `connection from LOCAL(0)` among hundreds of `connection from <IP>`. A word must be left to tell what it is.
 * @param countOf the number of lines of a key, 0 where there are none
 * @returns that key, and where the run begins and ends, or null
 */
export function findDominant(
  key: Key,
  count: number,
  countOf: (key: Key) => number,
): { readonly key: Key; readonly place: number; readonly end: number } | null {
  for (let place = 0; place < key.length; place++) {
    if (!isWord(key[place]) && key[place] !== SLOT) continue
    for (let end = place + 2; end <= Math.min(key.length, place + LONGEST_RUN) && key[end - 1] !== ' '; end++) {
      const wider = [...key.slice(0, place), SLOT, ...key.slice(end)]
      if (wider.some(isWord) && countOf(wider) >= DOMINANCE * count) return { key: wider, place, end }
    }
  }
  return null
}
