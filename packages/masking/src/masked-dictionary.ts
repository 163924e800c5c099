import { MASK_RULES } from './mask-rules.js'
import type { Scanner } from './scanner.js'

const TOKENS = MASK_RULES.map((rule) => Buffer.from(`<${rule.type}>`))
const LONGEST_TOKEN = Math.max(...TOKENS.map((token) => token.length))

/** Stands for a mask in a masked text kept as bytes, before the index of the rule: UTF-8 has no such byte. */
const MASK = 0xff
/** A masked text longer than this rarely repeats and is not looked up again. */
const LONGEST_KEPT = 2048
/** Texts and bytes from which on a dictionary is full: masked logs have few distinct lines, HDFS 307 in 222,579. */
const MOST_TEXTS = 16_384
const MOST_BYTES = 2 ** 22
/** Places for texts seen lately, as a power of two: more than most logs have distinct texts. */
const RECENT_BITS = 12
const RECENT = 2 ** RECENT_BITS

/**
 * Gives each distinct masked text a code, so that what follows (mining, writing) is done once for each text and not for
 * each line. The masked text of a line is not built to find its code: its bytes are hashed around the spans, and
 * compared with those kept, since lines that meet in one hash by design must not pass for each other.
 *
 * Full, it starts afresh with other `values`; codes given out before go on meaning the `values` of their time.
 */
export class MaskedDictionary {
  #values: string[] = []
  /** Kept bytes of text `i`: `#from[i] <= at < #from[i + 1]` of `#bytes`; the masks as {@link MASK} and rule. */
  #from: number[] = [0]
  #bytes = new Uint8Array(1 << 16)
  #view = new DataView(this.#bytes.buffer)
  #size = 0
  /** Characters of texts without kept bytes. */
  #unkept = 0
  /** Open addressing with linear probing: code + 1 by hash, 0 for none. Twice as many slots as texts, or more. */
  #slots = new Int32Array(1 << 12)
  #hashes: number[] = []
  /** Code + 1 of the text seen last among those that look alike at a glance; 0 for none. */
  readonly #recent = new Int32Array(RECENT)
  readonly #strings = new Map<string, number>()

  /** The texts so far, by code. */
  get values(): readonly string[] {
    return this.#values
  }

  /** Starts afresh if it is full; not to be called while codes of one batch are collected. */
  makeRoom(): void {
    if (this.#values.length < MOST_TEXTS && this.#size + this.#unkept < MOST_BYTES) return
    this.#values = []
    this.#from = [0]
    this.#size = 0
    this.#unkept = 0
    this.#hashes = []
    this.#slots.fill(0)
    this.#recent.fill(0)
    this.#strings.clear()
  }

  /** The code of the text that a scanner has just scanned, masked. */
  codeOf(scanner: Scanner): number {
    if (scanner.to - scanner.from > LONGEST_KEPT) return this.#addUnkept(maskedText(scanner))
    const glance = glanceAt(scanner)
    const recent = this.#recent[glance] - 1
    if (recent >= 0 && this.#isSame(recent, scanner)) return recent
    const code = this.#lookUp(scanner)
    this.#recent[glance] = code + 1
    return code
  }

  #lookUp(scanner: Scanner): number {
    const hash = hashOf(scanner)
    const slots = this.#slots
    const last = slots.length - 1
    let slot = hash & last
    for (let entry = slots[slot]; entry !== 0; entry = slots[slot]) {
      if (this.#hashes[entry - 1] === hash && this.#isSame(entry - 1, scanner)) return entry - 1
      slot = (slot + 1) & last
    }
    const code = this.#values.length
    this.#keep(scanner)
    this.#add(maskedText(scanner), hash)
    slots[slot] = code + 1
    if (2 * this.#values.length > slots.length) this.#grow()
    return code
  }

  /** The code of a masked text. */
  codeOfText(masked: string): number {
    let code = this.#strings.get(masked)
    if (code === undefined) {
      code = this.#addUnkept(masked)
      this.#strings.set(masked, code)
    }
    return code
  }

  #add(masked: string, hash: number): void {
    this.#values.push(masked)
    this.#hashes.push(hash)
    this.#from.push(this.#size)
  }

  /** Of a text that is not found by its bytes, only the string counts. */
  #addUnkept(masked: string): number {
    this.#unkept += masked.length
    this.#add(masked, 0)
    return this.#values.length - 1
  }

  #isSame(code: number, { view, from, to, starts, ends, rules, count }: Scanner): boolean {
    const kept = this.#view
    const end = this.#from[code + 1]
    let at = from
    let place = this.#from[code]
    for (let index = 0; index < count; index++) {
      const length = starts[index] - at
      if (place + length + 2 > end || !isSamePiece(view, at, kept, place, length)) return false
      place += length
      if (kept.getUint8(place) !== MASK || kept.getUint8(place + 1) !== rules[index]) return false
      place += 2
      at = ends[index]
    }
    return end - place === to - at && isSamePiece(view, at, kept, place, to - at)
  }

  #keep({ bytes: text, from, to, starts, ends, rules, count }: Scanner): void {
    this.#reserve(to - from + 2 * count)
    const bytes = this.#bytes
    let kept = this.#size
    let at = from
    for (let index = 0; index < count; index++) {
      while (at < starts[index]) bytes[kept++] = text[at++]
      bytes[kept++] = MASK
      bytes[kept++] = rules[index]
      at = ends[index]
    }
    while (at < to) bytes[kept++] = text[at++]
    this.#size = kept
  }

  #reserve(more: number): void {
    if (this.#size + more <= this.#bytes.length) return
    const larger = new Uint8Array(2 * this.#bytes.length + more)
    larger.set(this.#bytes)
    this.#bytes = larger
    this.#view = new DataView(larger.buffer)
  }

  #grow(): void {
    const old = this.#slots
    const slots = new Int32Array(2 * old.length)
    for (const entry of old) {
      if (entry === 0) continue
      let slot = this.#hashes[entry - 1] & (slots.length - 1)
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1)
      slots[slot] = entry
    }
    this.#slots = slots
  }
}

/**
 * A hash of how a masked text begins and how long its pieces are, 0 up to RECENT: it costs next to nothing, and the few
 * texts of a log that share one are told apart by the hash of all bytes.
 */
function glanceAt({ view, from, to, starts, ends, count }: Scanner): number {
  let glance = to - from >= 4 ? view.getInt32(from, true) : 0
  // Of a text that begins with a value the first bytes are not the text's.
  if (count > 0 && starts[0] - from < 4) glance = 0
  let at = from
  for (let index = 0; index < count; index++) {
    glance = Math.imul(glance ^ (starts[index] - at), PRIME)
    at = ends[index]
  }
  return Math.imul(glance ^ (to - at), PRIME) >>> (32 - RECENT_BITS)
}

/** A hash of the masked text, in the range of small integers: like FNV-1a, but four bytes at a time. */
function hashOf({ view, from, to, starts, ends, rules, count }: Scanner): number {
  let hash = 0x811c9dc5
  let at = from
  for (let index = 0; index < count; index++) {
    hash = Math.imul(hashPiece(hash, view, at, starts[index]) ^ (rules[index] | 0x100), PRIME)
    at = ends[index]
  }
  hash = hashPiece(hash, view, at, to)
  return (hash ^ (hash >>> 15)) & 0x3fffffff
}

const PRIME = 0x01000193

function hashPiece(hash: number, view: DataView, start: number, end: number): number {
  let at = start
  for (; at + 4 <= end; at += 4) hash = mixed(hash, view.getInt32(at, true))
  if (at === end) return hash
  // The last four bytes once more, in part, are quicker than one to three by themselves.
  if (end - start >= 4) return mixed(hash, view.getInt32(end - 4, true))
  for (; at < end; at++) hash = mixed(hash, view.getUint8(at))
  return hash
}

/** Multiplying carries upwards only; without the shift the last byte of four would hardly count. */
function mixed(hash: number, bytes: number): number {
  const product = Math.imul(hash ^ bytes, PRIME)
  return product ^ (product >>> 17)
}

function isSamePiece(one: DataView, start: number, other: DataView, from: number, length: number): boolean {
  let at = 0
  for (; at + 4 <= length; at += 4) {
    if (one.getInt32(start + at, true) !== other.getInt32(from + at, true)) return false
  }
  if (at === length) return true
  const last = length - 4
  if (last >= 0) return one.getInt32(start + last, true) === other.getInt32(from + last, true)
  for (; at < length; at++) if (one.getUint8(start + at) !== other.getUint8(from + at)) return false
  return true
}

/** Built as bytes and then one string: a string for each piece would cost more than all else. */
function maskedText({ bytes, from, to, starts, ends, rules, count }: Scanner): string {
  if (count === 0) return bytes.toString('utf8', from, to)
  const masked = Buffer.allocUnsafe(to - from + count * LONGEST_TOKEN)
  let size = 0
  let at = from
  for (let index = 0; index < count; index++) {
    while (at < starts[index]) masked[size++] = bytes[at++]
    const token = TOKENS[rules[index]]
    for (let i = 0; i < token.length; i++) masked[size++] = token[i]
    at = ends[index]
  }
  while (at < to) masked[size++] = bytes[at++]
  return masked.toString('utf8', 0, size)
}
