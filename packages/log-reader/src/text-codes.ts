import type { Dictionary } from '@sp/log-table'
import type { HeaderText } from './header-fields.js'

interface Known {
  readonly bytes: Uint8Array
  readonly code: number
}

const NONE: Known = { bytes: Buffer.alloc(0), code: -1 }
/** Places for texts seen lately, at first and at most: most sources have few programs, a log of many hosts has more. */
const [FEWEST_RECENT, MOST_RECENT] = [16, 256]

/** Codes of the texts of one header field, which few lines have for themselves; found by their bytes. */
export class TextCodes {
  readonly #dictionary: Dictionary
  /** By a hash of the bytes; texts with the same hash share an entry. */
  readonly #known = new Map<number, Known[]>()
  /** The text seen last of those that look alike at a glance: comparing is cheaper than a hash of all bytes. */
  #recent = new Array<Known>(FEWEST_RECENT).fill(NONE)

  constructor(dictionary: Dictionary) {
    this.#dictionary = dictionary
  }

  /** The code of a field's text; −1 for none. */
  codeOf(bytes: Buffer, field: HeaderText): number {
    if (field.text !== null) return this.#dictionary.codeOf(field.text)
    const { start, end } = field
    if (start === end) return -1
    const glance = ((end - start) * 37 + bytes[start] * 5 + bytes[end - 1]) % this.#recent.length
    let known = this.#recent[glance]
    if (!isSame(known.bytes, bytes, start, end)) this.#recent[glance] = known = this.#lookUp(bytes, start, end)
    return known.code
  }

  #lookUp(bytes: Buffer, start: number, end: number): Known {
    const hash = hashOf(bytes, start, end)
    const alike = this.#known.get(hash) ?? []
    for (const known of alike) if (isSame(known.bytes, bytes, start, end)) return known
    const known = {
      bytes: Uint8Array.prototype.slice.call(bytes, start, end),
      code: this.#dictionary.codeOf(bytes.toString('utf8', start, end)),
    }
    this.#known.set(hash, [...alike, known])
    const places = this.#recent.length
    if (this.#known.size > places && places < MOST_RECENT) this.#recent = new Array<Known>(2 * places).fill(NONE)
    return known
  }
}

function isSame(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return false
  return true
}

/** FNV-1a, in the range of small integers. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at], 0x01000193)
  return hash & 0x3fffffff
}
