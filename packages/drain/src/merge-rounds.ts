import { type Key, type OpenedKey, type Opening, openKey } from './key-openings.js'
import { isWord, SLOT } from './token-key.js'

/** Texts that people write have fewer alternatives in one place. Any number from 5 to 15 gives much the same. */
const MANY_WORDS = 8
/** Words that two places must share to draw from one set of values. Two happen by chance: opened and closed. */
const SHARED_WORDS = 3
/** A word found in more places says nothing about any of them, and would make the search quadratic. */
const MOST_PLACES = 1000
/** Members that make a family: two may be a pair with a meaning (`tty1` and `tty2`). */
const FAMILY = 3

/** A place that holds values, in one context. */
interface Proof {
  /** The more words, the stronger; most with a slot among them. */
  readonly strength: number
  readonly words: ReadonlySet<string>
}

/** The proofs by context. */
type Round = ReadonlyMap<number, Proof>

/**
 * Finds the places in which keys differ because a value stands there, and rewrites keys accordingly.
 *
 * Keys that are equal but for one place meet in a *bucket*, which is that place in that context. Words stay text
 * unless their bucket proves that they are values:
 * - it holds eight or more words;
 * - it holds a slot as well: what is a number here and a word or a sign there is a value;
 * - it holds three words that stand together in another context too: the same names come back where values are drawn
 *   from one set (users, hosts), which alternatives of a text do not;
 * - it holds three words of a family: one name with different figures, or qualified names with the same first two parts.
 *
 * For fields (`name=…`) the same holds, of fields of one name; one text that such a field is known to take will do. Texts
 * of several words in quotes are values if there are eight or more of them and three stand together in another context
 * too, or if one of them is known for a value: of a text that is a message in itself, the wordings differ from context
 * to context.
 *
 * In each round a key is rewritten where its proof is strongest, and then all is looked at anew: users that are
 * `opened` and `closed` are first seen to be values, whereupon two words are left, which prove nothing.
 *
 * The outcome is a function of the set of keys: neither their order nor their number of lines matters.
 */
export class MergeRounds {
  readonly #rounds: Round[] = []

  constructor(keys: Iterable<Key>) {
    let current = distinct(keys).map(openKey)
    const values = new Set<ReadonlySet<string>>()
    for (let round = findRound(current, values); round.size > 0; round = findRound(current, values)) {
      this.#rounds.push(round)
      const proven = current.map((opened) => ({ ...opened, openings: strongestOpenings(opened, round) }))
      for (const { openings } of proven) {
        for (const { context } of openings) values.add(round.get(context)!.words)
      }
      current = distinct(proven.map(rewriteAt)).map(openKey)
    }
  }

  /** A key after all rounds; also one that was not among those that the proofs were found in. */
  rewrite(key: Key): Key {
    let current = key
    for (const round of this.#rounds) {
      current = rewriteAt({ key: current, openings: strongestOpenings(openKey(current), round) })
    }
    return current
  }
}

/** One opening in one context, and what was found there. */
interface Bucket {
  /** Words, and texts of several tokens. */
  readonly words: Set<string>
  hasSlot: boolean
  hasSign: boolean
  /** Whether a text of several tokens in quotes is among the words. */
  hasQuoted: boolean
}

/**
 * The proofs that the keys give.
 * @param values the sets of words that earlier rounds have taken for values
 */
function findRound(keys: readonly OpenedKey[], values: ReadonlySet<ReadonlySet<string>>): Round {
  const buckets = new Map<number, Bucket>()
  for (const { key, openings } of keys) {
    for (const opening of openings) {
      const { context } = opening
      let bucket = buckets.get(context)
      if (bucket === undefined) {
        buckets.set(context, (bucket = { words: new Set(), hasSlot: false, hasSign: false, hasQuoted: false }))
      }
      note(bucket, key, opening)
    }
  }
  const sharing = findSharing([...buckets.values()], values)
  const known = knownTexts(values)
  const round = new Map<number, Proof>()
  for (const [context, bucket] of buckets) {
    const strength = strengthOf(bucket, { isSharing: sharing.has(bucket), known })
    if (strength > 0) round.set(context, { strength, words: bucket.words })
  }
  return round
}

function note(bucket: Bucket, key: Key, { start, end, name }: Opening): void {
  const text = end === start + 1 ? key[start] : key.slice(start, end).join('')
  if (text === SLOT) bucket.hasSlot = true
  else if (end === start + 1 && !isWord(text)) bucket.hasSign = true
  else bucket.words.add(name + text)
  if (end !== start + 1 && name === '') bucket.hasQuoted = true
}

/** 0 where nothing is proven; else more for more words, most where a slot stands among them. */
function strengthOf(
  { words, hasSlot, hasSign, hasQuoted }: Bucket,
  { isSharing, known }: { readonly isSharing: boolean; readonly known: ReadonlySet<string> },
): number {
  const isKnown = [...words].some((word) => known.has(word))
  if (hasQuoted) return isKnown || (isSharing && words.size >= MANY_WORDS) ? words.size : 0
  if (hasSlot) return words.size > 0 || hasSign ? Infinity : 0
  return isKnown || isSharing || words.size >= MANY_WORDS || hasFamily(words) ? words.size : 0
}

/** The values of fields and the values of several words: not by chance is the same one a value here and text there. */
function knownTexts(values: ReadonlySet<ReadonlySet<string>>): Set<string> {
  return new Set([...values].flatMap((words) => [...words].filter((word) => /[ =]/.test(word))))
}

/** The name of `eth0` (`eth`); the first two parts of a qualified name (`com.example.` of `com.example.sync`). */
const FAMILY_NAME = /^[A-Za-z]+(?=[0-9]$)|^[\w-]+\.[\w-]+\.(?=.)/

function hasFamily(words: ReadonlySet<string>): boolean {
  if (words.size < FAMILY) return false
  const sizes = new Map<string, number>()
  for (const word of words) {
    const family = FAMILY_NAME.exec(word)?.[0]
    if (family === undefined) continue
    const size = (sizes.get(family) ?? 0) + 1
    if (size >= FAMILY) return true
    sizes.set(family, size)
  }
  return false
}

/** The buckets that share three words with another one, or with known values. */
function findSharing(buckets: readonly Bucket[], values: ReadonlySet<ReadonlySet<string>>): Set<Bucket> {
  const candidates = buckets.filter(({ words }) => words.size >= SHARED_WORDS)
  const holders = new Map<string, number[]>()
  for (const [index, words] of [...candidates.map(({ words }) => words), ...values].entries()) {
    for (const word of words) {
      const list = holders.get(word)
      if (list === undefined) holders.set(word, [index])
      else list.push(index)
    }
  }
  return new Set(candidates.filter(({ words }, index) => isSharingWords(words, index, holders)))
}

function isSharingWords(words: ReadonlySet<string>, own: number, holders: ReadonlyMap<string, number[]>): boolean {
  const shared = new Map<number, number>()
  for (const word of words) {
    const places = holders.get(word)!
    if (places.length > MOST_PLACES) continue
    for (const holder of places) {
      if (holder === own) continue
      const count = (shared.get(holder) ?? 0) + 1
      if (count >= SHARED_WORDS) return true
      shared.set(holder, count)
    }
  }
  return false
}

/**
 * The runs of a key that are proven to be values, by the strongest proof that there is; more than one on a tie, where
 * of two that overlap the longer one is taken.
 */
function strongestOpenings({ key, openings }: OpenedKey, round: Round): Opening[] {
  const proven = openings.filter(({ start, end, context }) => round.has(context) && !isSlot(key, start, end))
  const strongest = proven.reduce((most, { context }) => Math.max(most, round.get(context)!.strength), 0)
  const best = proven.filter(({ context }) => round.get(context)!.strength === strongest)
  if (best.length < 2) return best
  best.sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start)
  const chosen: Opening[] = []
  for (const opening of best) {
    if (chosen.every(({ start, end }) => opening.start >= end || opening.end <= start)) chosen.push(opening)
  }
  return chosen.sort((a, b) => a.start - b.start)
}

function isSlot(key: Key, start: number, end: number): boolean {
  return end === start + 1 && key[start] === SLOT
}

function rewriteAt({ key, openings }: OpenedKey): Key {
  if (openings.length === 0) return key
  const rewritten: string[] = []
  let at = 0
  for (const { start, end } of openings) {
    rewritten.push(...key.slice(at, start), SLOT)
    at = end
  }
  return [...rewritten, ...key.slice(at)]
}

function distinct(keys: Iterable<Key>): Key[] {
  const seen = new Map<string, Key>()
  for (const key of keys) seen.set(keyText(key), key)
  return [...seen.values()]
}

/** A key as one string, different for different keys. */
export function keyText(key: Key): string {
  return key.join('\u0002')
}
