/** What a network says of an event. */
export interface EventVerdict {
  /** −ln of its probability; `Infinity` for one that training did not hold. */
  readonly surprise: number
  /** 1 is the likeliest event; the size of the vocabulary for one that training did not hold. */
  readonly rank: number
  /** Probability of all that is likelier, 0 to 1. */
  readonly massBefore: number
}

/**
 * Judges an event by the probabilities of what could follow.
 * @param row logarithms of probabilities, one per vocabulary index
 * @param isKnown one per vocabulary index, 1 where training held it
 */
export function judgeEvent(row: Float32Array, target: number, isKnown: Uint8Array): EventVerdict {
  if (isKnown[target] !== 1) return { surprise: Infinity, rank: row.length, massBefore: 1 }
  const own = row[target]
  let higher = 0
  let mass = 0
  for (let other = 0; other < row.length; other++) {
    // Of equal probabilities the lower index comes first, as in a stable sort.
    if (row[other] < own || (row[other] === own && other >= target)) continue
    higher++
    mass += Math.exp(row[other])
  }
  return { surprise: -own, rank: higher + 1, massBefore: Math.min(mass, 1) }
}

/** The `k` events of the highest log-probability, highest first, of equal ones the lower index. */
export function likeliestEvents(row: Float32Array, k: number): Int32Array {
  const chosen = new Int32Array(k)
  let filled = 0
  for (let event = 0; event < row.length; event++) {
    if (filled === k && row[event] <= row[chosen[k - 1]]) continue
    let place = filled < k ? filled++ : k - 1
    for (; place > 0 && row[chosen[place - 1]] < row[event]; place--) chosen[place] = chosen[place - 1]
    chosen[place] = event
  }
  return chosen
}

/** One per vocabulary index: 1 where training held the event. */
export function knownEvents(events: readonly number[], vocabularySize: number): Uint8Array {
  const isKnown = new Uint8Array(vocabularySize)
  for (const event of events) isKnown[event] = 1
  return isKnown
}
