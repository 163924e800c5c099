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

/** Stands for a value in keys. A control character, which {@link tokeniseMessage} takes for white space in messages. */
export const SLOT = '\u0001'

/** What stands behind this many tokens is one slot, so that a hostile line costs no more than a long one. */
export const MOST_TOKENS = 256

/** No word is longer: a longer piece is data. */
const LONGEST_WORD = 128
/** Of a longer piece no more is looked at. */
const LONGEST_PIECE = 4096

/**
 * Cuts a masked message at white space and at `= : , ; ( ) [ ] { } " ' | < >`, keeping the delimiters; a run of white
 * space is one space. Masks (`<IP>`, `<:NUM:>`, `<*>`) stay whole. Where a value may be missing, in `()`, `[]`, `{}`
 * and behind `name=`, an empty slot is put, so that `(host)` and `()` can be one template.
 */
export function tokeniseMessage(message: string): MessageTokens {
  const tokens: MessageTokens = { keys: [], texts: [] }
  const end = trimmedEnd(message)
  let at = spacesEnd(message, 0)
  while (at < end) {
    if (tokens.keys.length >= MOST_TOKENS) {
      push(tokens, { key: SLOT, text: message.slice(at, at + LONGEST_WORD) })
      break
    }
    const code = message.charCodeAt(at)
    if (isSpace(code)) {
      push(tokens, { key: ' ', text: ' ' })
      at = spacesEnd(message, at)
    } else if (isDelimiter(code) && maskEnd(message, at) < 0) {
      pushDelimiter(tokens, message[at], message.charCodeAt(at + 1))
      at++
    } else {
      const start = at
      while (at < end && !isSpace(message.charCodeAt(at))) {
        const mask = maskEnd(message, at)
        if (mask < 0 && isDelimiter(message.charCodeAt(at))) break
        at = mask < 0 ? at + 1 : mask
      }
      pushPiece(tokens, message.slice(start, at))
    }
  }
  return tokens
}

/** The position after the mask that starts here, −1 where none does. */
function maskEnd(text: string, at: number): number {
  if (text.charCodeAt(at) !== 60) return -1 // <
  let end = at + 1
  while (end - at <= LONGEST_MASK && isMaskCharacter(text.charCodeAt(end))) end++
  if (text.charCodeAt(end) !== 62 || end === at + 1) return -1 // >
  return end + 1
}

const LONGEST_MASK = 34

/** Capitals, figures and `_` of a type's name, the colons of Drain3's form, the star of an open place. */
function isMaskCharacter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 48 && code <= 58) || code === 95 || code === 42
}

const CLOSING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' }

function pushDelimiter(tokens: MessageTokens, delimiter: string, next: number): void {
  const { keys } = tokens
  if (CLOSING[delimiter] !== undefined && keys.at(-1) === CLOSING[delimiter]) pushEmptySlot(tokens)
  const isNamed = delimiter === '=' && HAS_LETTER_OR_FIGURE.test(keys.at(-1) ?? '')
  push(tokens, { key: delimiter, text: delimiter })
  if (isNamed && endsValue(next)) pushEmptySlot(tokens)
}

/** Whether a value that should start here is missing. `next` is NaN at the end of the message. */
function endsValue(next: number): boolean {
  return Number.isNaN(next) || isSpace(next) || next === 44 || next === 59 || next === 41 || next === 93 || next === 125 // , ; ) ] }
}

function pushEmptySlot(tokens: MessageTokens): void {
  push(tokens, { key: SLOT, text: '' })
}

/** A piece between delimiters; the signs that end a sentence are a token of their own. */
function pushPiece(tokens: MessageTokens, piece: string): void {
  let end = piece.length
  while (end > 0 && isSentenceEnd(piece.charCodeAt(end - 1))) end--
  if (end > 0) push(tokens, classifyPiece(piece.slice(0, end)))
  if (end < piece.length) push(tokens, { key: piece.slice(end), text: piece.slice(end) })
}

const MASK = /<[A-Z0-9_:*]{1,34}>/g
const HAS_LETTER_OR_FIGURE = /[\p{L}\p{N}]/u
const HAS_FIGURE = /\p{N}/u
/** `CPU#3`, `core.2275`, `exception.....0`, `f@286`: a name, a joint, a number. */
const NAMED_NUMBER = /^([^\p{N}\u0001]*[.@#])[0-9\u0001]+$/u
/** `en0`, `tty2`, `IPv6`: a name that happens to end in a figure. Only evidence makes it a value. */
const NUMBERED_NAME = /^[A-Za-z]+[0-9]$/
/** How programs print a value that is a truth value or missing. */
const LITERAL = /^(?:true|false|null|nil|None)$/i

function classifyPiece(text: string): Token {
  if (text.length > LONGEST_PIECE) return { key: SLOT, text: text.slice(0, LONGEST_PIECE) }
  const key = text.includes('<') ? text.replace(MASK, SLOT) : text
  if (key.length > LONGEST_WORD || LITERAL.test(key)) return { key: SLOT, text }
  const isPlain = !key.includes(SLOT) && !HAS_FIGURE.test(key)
  if (isPlain || NUMBERED_NAME.test(key) || !HAS_LETTER_OR_FIGURE.test(key)) return { key, text }
  const name = NAMED_NUMBER.exec(key)?.[1]
  return { key: name === undefined ? SLOT : name + SLOT, text }
}

/** Whether a key's token is a word: text that is neither a sign nor holds a value. */
export function isWord(key: string): boolean {
  return HAS_LETTER_OR_FIGURE.test(key) && !key.includes(SLOT)
}

interface Token {
  readonly key: string
  readonly text: string
}

function push(tokens: MessageTokens, { key, text }: Token): void {
  tokens.keys.push(key)
  tokens.texts.push(text)
}

function trimmedEnd(text: string): number {
  let end = text.length
  while (end > 0 && isSpace(text.charCodeAt(end - 1))) end--
  return end
}

function spacesEnd(text: string, start: number): number {
  let at = start
  while (at < text.length && isSpace(text.charCodeAt(at))) at++
  return at
}

function isSpace(code: number): boolean {
  return code <= 32 || (code >= 0x80 && WIDE_SPACES.has(code))
}

const WIDE_SPACES = new Set(
  [
    ...'\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff',
  ].map((space) => space.charCodeAt(0)),
)

const DELIMITERS = new Set([...'=:,;()[]{}"\'|<>'].map((delimiter) => delimiter.charCodeAt(0)))

function isDelimiter(code: number): boolean {
  return DELIMITERS.has(code)
}

function isSentenceEnd(code: number): boolean {
  return code === 46 || code === 33 || code === 63 // . ! ?
}
