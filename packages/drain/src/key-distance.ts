import type { Key } from './key-openings.js'
import { isWord, SLOT } from './token-key.js'

/**
 * How unlike two keys are: 1 − 2 · common / (tokens of both), the common tokens being those of a longest common
 * subsequence of their words and values (Dice's coefficient). Signs count only where nothing else differs.
 */
export function keyDistance(one: Key, other: Key): number {
  const distance = tellingDistance(one, other)
  const areEqual = one.length === other.length && one.every((token, place) => token === other[place])
  return distance > 0 || areEqual ? distance : SIGNS_ALONE
}

/** The distance of keys that differ in signs alone. */
const SIGNS_ALONE = 0.01

function tellingDistance(one: Key, other: Key): number {
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
  return token.includes(SLOT) || isWord(token)
}
