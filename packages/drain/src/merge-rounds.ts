import { contextsOf } from './fingerprint.js'
import { isWord, SLOT } from './token-key.js'

/** The tokens of a kind of message, values written {@link SLOT}. */
export type Key = readonly string[]

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
 * - it holds a slot as well: what is a number here and a word there is a value;
 * - it holds three words that stand together in another context too: the same names come back where values are drawn
 *   from one set (users, hosts), which alternatives of a text do not;
 * - it holds three words of a family: one name with different figures, or qualified names with the same first two parts.
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

/** A key and places of it. */
interface OpenedKey {
  readonly key: Key
  readonly openings: readonly Opening[]
}

/** A place of a key that may hold a value, and the number of its context. */
interface Opening {
  readonly place: number
  readonly context: number
}

/** One place in one context, and the words found there. */
interface Bucket {
  readonly words: Set<string>
  hasSlot: boolean
}

/**
 * The proofs that the keys give.
 * @param values the sets of words that earlier rounds have taken for values
 */
function findRound(keys: readonly OpenedKey[], values: ReadonlySet<ReadonlySet<string>>): Round {
  const buckets = new Map<number, Bucket>()
  for (const { key, openings } of keys) {
    for (const { place, context } of openings) {
      let bucket = buckets.get(context)
      if (bucket === undefined) buckets.set(context, (bucket = { words: new Set(), hasSlot: false }))
      if (key[place] === SLOT) bucket.hasSlot = true
      else bucket.words.add(key[place])
    }
  }
  const sharing = findSharing([...buckets.values()], values)
  const round = new Map<number, Proof>()
  for (const [context, bucket] of buckets) {
    const strength = strengthOf(bucket, sharing.has(bucket))
    if (strength > 0) round.set(context, { strength, words: bucket.words })
  }
  return round
}

/** 0 where nothing is proven; else more for more words, most where a slot stands among them. */
function strengthOf({ words, hasSlot }: Bucket, isSharing: boolean): number {
  if (words.size === 0) return 0
  if (hasSlot) return Infinity
  return words.size >= MANY_WORDS || isSharing || hasFamily(words) ? words.size : 0
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

/** The words of a key that are proven to be values, by the strongest proof that there is; more than one on a tie. */
function strongestOpenings({ key, openings }: OpenedKey, round: Round): Opening[] {
  const proven = openings.filter(({ place, context }) => round.has(context) && key[place] !== SLOT)
  const strongest = proven.reduce((most, { context }) => Math.max(most, round.get(context)!.strength), 0)
  return proven.filter(({ context }) => round.get(context)!.strength === strongest)
}

function rewriteAt({ key, openings }: OpenedKey): Key {
  if (openings.length === 0) return key
  const rewritten = [...key]
  for (const { place } of openings) rewritten[place] = SLOT
  return rewritten
}

/** A key with all places where a value may stand while another word remains to tell the key from everything else. */
function openKey(key: Key): OpenedKey {
  const areWords = key.map(isWord)
  const words = areWords.filter(Boolean).length
  if (words === 0) return { key, openings: [] }
  const contexts = contextsOf(key)
  const openings: Opening[] = []
  for (const [place, token] of key.entries()) {
    if (areWords[place] ? words > 1 : token === SLOT) openings.push({ place, context: contexts[place] })
  }
  return { key, openings }
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
