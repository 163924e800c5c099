import { DELIMITER, maskEnd, SPACE, traitsOf } from './characters.js'
import { keyOfLoneValue, keyOfPiece, SLOT } from './token-key.js'

/** The tokens of a message, as parallel lists. */
export interface MessageTokens {
  /**
   * What the tokens are to the key: words and signs are themselves, a value is {@link SLOT}, and where signs or a name
   * that belong to the text are glued to a value, it stands among them: `//<IP>`, `core.2275`.
   */
  readonly keys: string[]
  /** The tokens as they stand in the message. */
  readonly texts: string[]
}

/** What stands behind this many tokens is one slot, so that a hostile line costs no more than a long one. */
export const MOST_TOKENS = 256

/** Of a value no more is remembered. */
const LONGEST_VALUE = 128

/**
 * Cuts a masked message at white space and at `= : , ; ( ) [ ] { } " ' | < >`, keeping the delimiters; a run of white
 * space is one space. Masks (`<IP>`, `<:NUM:>`, `<*>`) stay whole. Where a value may be missing, in `()`, `[]`, `{}`
 * and behind `name=`, an empty slot is put, so that `(host)` and `()` can be one template. A value that is the whole
 * message keeps its mask.
 */
export function tokeniseMessage(message: string): MessageTokens {
  const tokens: MessageTokens = { keys: [], texts: [] }
  const end = trimmedEnd(message)
  let at = spacesEnd(message, 0)
  while (at < end) {
    if (tokens.keys.length >= MOST_TOKENS) {
      push(tokens, SLOT, message.slice(at, at + LONGEST_VALUE))
      break
    }
    const traits = traitsOf(message.charCodeAt(at))
    const piece = pieceEnd(message, at, end)
    if (piece > at) {
      pushPiece(tokens, message.slice(at, piece))
      at = piece
    } else if ((traits & SPACE) !== 0) {
      push(tokens, ' ', ' ')
      at = spacesEnd(message, at)
    } else {
      pushDelimiter(tokens, message[at], message.charCodeAt(at + 1))
      at++
    }
  }
  if (tokens.keys.length === 1 && tokens.keys[0] === SLOT) tokens.keys[0] = keyOfLoneValue(tokens.texts[0])
  return tokens
}

/** The position after the piece that starts here: up to white space, or a delimiter that is not part of a mask. */
function pieceEnd(text: string, start: number, limit: number): number {
  let at = start
  while (at < limit) {
    const code = text.charCodeAt(at)
    const mask = code === 60 ? maskEnd(text, at) : -1 // <
    if (mask < 0 && (traitsOf(code) & (SPACE | DELIMITER)) !== 0) break
    at = mask < 0 ? at + 1 : mask
  }
  return at
}

function pushDelimiter(tokens: MessageTokens, delimiter: string, next: number): void {
  const before = tokens.keys.length === 0 ? '' : tokens.keys[tokens.keys.length - 1]
  if (closes(delimiter, before)) push(tokens, SLOT, '')
  push(tokens, delimiter, delimiter)
  if (delimiter === '=' && endsValue(next) && HAS_LETTER.test(before)) push(tokens, SLOT, '')
}

function closes(delimiter: string, before: string): boolean {
  if (before === '(') return delimiter === ')'
  if (before === '[') return delimiter === ']'
  return before === '{' && delimiter === '}'
}

const HAS_LETTER = /\p{L}/u

/** Whether a value that should start here is missing. `next` is NaN at the end of the message. */
function endsValue(next: number): boolean {
  return Number.isNaN(next) || (traitsOf(next) & SPACE) !== 0 || VALUE_ENDS.has(next)
}

const VALUE_ENDS = new Set([...',;)]}'].map((sign) => sign.charCodeAt(0)))

/** A piece between delimiters; the signs that end a sentence are a token of their own. */
function pushPiece(tokens: MessageTokens, piece: string): void {
  let end = piece.length
  while (end > 0 && isSentenceEnd(piece.charCodeAt(end - 1))) end--
  if (end > 0) {
    const text = end === piece.length ? piece : piece.slice(0, end)
    push(tokens, keyOfPiece(text), text)
  }
  if (end < piece.length) push(tokens, piece.slice(end), piece.slice(end))
}

function isSentenceEnd(code: number): boolean {
  return code === 46 || code === 33 || code === 63 // . ! ?
}

function push(tokens: MessageTokens, key: string, text: string): void {
  tokens.keys.push(key)
  tokens.texts.push(text.length > LONGEST_VALUE && key.includes(SLOT) ? text.slice(0, LONGEST_VALUE) : text)
}

function trimmedEnd(text: string): number {
  let end = text.length
  while (end > 0 && (traitsOf(text.charCodeAt(end - 1)) & SPACE) !== 0) end--
  return end
}

function spacesEnd(text: string, start: number): number {
  let at = start
  while (at < text.length && (traitsOf(text.charCodeAt(at)) & SPACE) !== 0) at++
  return at
}
