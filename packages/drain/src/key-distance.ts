import type { Key } from './key-openings.js'
import { isWord, SLOT } from './token-key.js'

/**
 * How unlike two keys are: 1 − 2 · common / (tokens of both), the common tokens being those of a longest common
 * subsequence of their words and values (Dice's coefficient). Signs do not count.
 */
export function keyDistance(one: Key, other: Key): number {
  const [short, long] = [one.filter(isTelling), other.filter(isTelling)]
  if (short.length + long.length === 0) return 0
  let row = new Array<number>(long.length + 1).fill(0)
  for (const token of short) {
    const next = [0]
    for (const [place, opposite] of long.entries()) {
      next.push(token === opposite ? row[place] + 1 : Math.max(row[place + 1], next[place]))
    }
    row = next
  }
  return 1 - (2 * row[long.length]) / (short.length + long.length)
}

function isTelling(token: string): boolean {
  return token === SLOT || isWord(token)
}
