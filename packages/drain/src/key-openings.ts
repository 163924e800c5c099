import { Contexts } from './fingerprint.js'
import { isWord, SLOT } from './token-key.js'

/** The tokens of a kind of message, values written {@link SLOT}. */
export type Key = readonly string[]

/** A run of a key's tokens that may be a value, and the number of its context. */
export interface Opening {
  readonly start: number
  /** Exclusive. */
  readonly end: number
  readonly context: number
  /** `name=` of a field, else empty: what is put before its text, so that fields are compared by name. */
  readonly name: string
}

/** A key and the runs of it that may be values. */
export interface OpenedKey {
  readonly key: Key
  readonly openings: readonly Opening[]
}

/**
 * A key with all runs where a value may stand while a word remains outside to tell the key from everything else:
 * - each word, slot or sign by itself;
 * - what stands in quotes without a name, however many words;
 * - what stands behind `name=`, in the context of the key with all such fields left open: the names say what the
 *   fields are, so that in one of them may stand what it will, whatever the others hold.
 */
export function openKey(key: Key): OpenedKey {
  const wordsBefore = countWords(key)
  const words = wordsBefore[key.length]
  if (words === 0) return { key, openings: [] }
  const openings: Opening[] = []
  const contexts = new Contexts(key)
  function add(start: number, end: number, context = contexts.of(start, end), name = ''): void {
    if (words > wordsBefore[end] - wordsBefore[start]) openings.push({ start, end, context, name })
  }
  for (const [place, token] of key.entries()) {
    if (isValueLike(token)) add(place, place + 1)
  }
  for (const { start, end } of quotedTexts(key)) {
    if (end !== start + 1) add(start, end)
  }
  const fields = fieldsOf(key)
  if (fields.length > 1) {
    const frame = new Contexts(frameOf(key, fields))
    let hidden = 0
    for (const { start, end } of fields) {
      const at = start - hidden
      add(start, end, frame.of(at, at + 1), `${key[start - 2]}=`)
      hidden += end - start - 1
    }
  }
  return { key, openings }
}

/**
 * Where each token of a key stood in the key that it was rewritten from; −1 for a slot that stands for a run of any
 * other length than one.
 */
export function placesOf(rewritten: Key, original: Key): number[] {
  let at = 0
  return rewritten.map((token, place) => {
    const start = at
    const next = rewritten[place + 1]
    // What ends a run does not occur in it.
    const end = next === undefined ? original.length : original.indexOf(next, start)
    at = token === SLOT && next !== SLOT && end >= 0 ? end : start + 1
    return at === start + 1 ? start : -1
  })
}

interface Run {
  readonly start: number
  readonly end: number
}

function countWords(key: Key): Int32Array {
  const before = new Int32Array(key.length + 1)
  for (const [place, token] of key.entries()) before[place + 1] = before[place] + (isWord(token) ? 1 : 0)
  return before
}

function isValueLike(token: string): boolean {
  return token === SLOT || !(token === ' ' || token.includes(SLOT) || DELIMITERS.has(token))
}

const DELIMITERS = new Set('=:,;()[]{}"\'|<>')

/**
 * What stands between each odd quote and the next, unless it has a name: what stands in `msg="…"` or `"event":"…"` may
 * be the very text that tells the message from others.
 */
function quotedTexts(key: Key): Run[] {
  const runs: Run[] = []
  for (let open = key.indexOf('"'); open >= 0;) {
    const close = key.indexOf('"', open + 1)
    if (close < 0) break
    if (!NAMING.has(key[open - 1])) runs.push({ start: open + 1, end: close })
    open = key.indexOf('"', close + 1)
  }
  return runs
}

const NAMING = new Set(['=', ':'])

const FIELD_ENDS = new Set([...' ,;()[]{}"\'|<>'])

/** What stands behind each `name=`, up to a space or a delimiter. */
function fieldsOf(key: Key): Run[] {
  const fields: Run[] = []
  for (let place = 1; place < key.length; place++) {
    if (key[place] !== '=' || !isWord(key[place - 1])) continue
    const start = place + 1
    let end = start
    while (end < key.length && !FIELD_ENDS.has(key[end])) end++
    if (end > start) fields.push({ start, end })
    place = end
  }
  return fields
}

/** Stands for a field in a frame. Like SLOT a control character, which no token holds. */
const FIELD = '\u0003'

function frameOf(key: Key, fields: readonly Run[]): string[] {
  const frame: string[] = []
  let at = 0
  for (const { start, end } of fields) {
    frame.push(...key.slice(at, start), FIELD)
    at = end
  }
  return [...frame, ...key.slice(at)]
}
