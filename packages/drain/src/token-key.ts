import { FIGURE, JOINT, LETTER, MASK_OPEN, maskEnd, traitsOf, traitsOfText, WIDE } from './characters.js'

/** Stands for a value in keys. A control character, which messages hold only as white space. */
export const SLOT = '\u0001'

/** No word is longer: a longer piece is data. */
const LONGEST_WORD = 128

/**
 * What a piece of a message is to the key: itself when it is a word or a sign, {@link SLOT} when it is a value. Where
 * signs or a name that belong to the text are glued to a value, SLOT stands among them: `//<IP>`, `core.2275`.
 */
export function keyOfPiece(piece: string): string {
  if (piece.length > LONGEST_WORD) return SLOT
  const traits = traitsOfText(piece)
  if ((traits & (MASK_OPEN | WIDE)) !== 0) return isMask(piece) ? SLOT : keyOfRarePiece(piece)
  if ((traits & FIGURE) === 0) return isLiteral(piece) ? SLOT : piece
  if ((traits & LETTER) !== 0 && isNumberedName(piece)) return piece
  return (traits & JOINT) === 0 ? SLOT : keyOfNamedNumber(piece)
}

/**
 * What a value is to the key when it is the whole message. Nothing else tells the message from others, so it keeps its
 * mask, or the name before its number: `<PATH>`, `job_12` as `job_` and a value.
 */
export function keyOfLoneValue(piece: string): string {
  if (WHOLE_MASK.test(piece)) return piece
  const name = LEADING_NAME.exec(piece)?.[0]
  return name === undefined ? SLOT : name + SLOT
}

/** Whether a key's token is a word: text that is neither a sign nor holds a value. */
export function isWord(key: string): boolean {
  const traits = traitsOfText(key)
  if (key.includes(SLOT)) return false
  return (traits & (LETTER | FIGURE)) !== 0 || ((traits & WIDE) !== 0 && HAS_LETTER_OR_FIGURE.test(key))
}

/** `CPU#3`, `core.2275`, `exception.....0`, `f@286`: a name, a joint, a number. */
const NAMED_NUMBER = /^([^\p{N}\u0001]*[.@#])[0-9\u0001]+$/u
const MASK = /<[A-Z0-9_:*]{1,34}>/g
const WHOLE_MASK = /^<[A-Z0-9_:]{1,34}>$/
/** `job_`, `web-`, `core.` of a name that holds figures further on. */
const LEADING_NAME = /^(?:[A-Za-z]{2,}[-_.])+(?=[^\u0001]{1,120}$)/
const HAS_LETTER_OR_FIGURE = /[\p{L}\p{N}]/u
const HAS_FIGURE = /\p{N}/u

/** `en0`, `tty2`, `IPv6`: a name of letters that happens to end in a figure. Only evidence makes it a value. */
function isNumberedName(piece: string): boolean {
  const last = piece.length - 1
  for (let i = 0; i < last; i++) if ((traitsOf(piece.charCodeAt(i)) & LETTER) === 0) return false
  return (traitsOf(piece.charCodeAt(last)) & FIGURE) !== 0
}

/** Whether a piece is one mask and nothing else, as most pieces with a mask are. */
function isMask(piece: string): boolean {
  return piece.charCodeAt(0) === 60 && maskEnd(piece, 0) === piece.length // <
}

/** A piece that holds masks or characters beyond ASCII. */
function keyOfRarePiece(piece: string): string {
  const key = piece.replace(MASK, SLOT)
  if (key === SLOT) return SLOT
  if (!HAS_LETTER_OR_FIGURE.test(key) || !(key.includes(SLOT) || HAS_FIGURE.test(key))) return key
  return keyOfNamedNumber(key)
}

function keyOfNamedNumber(key: string): string {
  const name = NAMED_NUMBER.exec(key)?.[1]
  return name === undefined ? SLOT : name + SLOT
}

/** How programs print a value that is a truth value or missing. */
const LITERALS = new Set(['true', 'false', 'null', 'nil', 'none'])

function isLiteral(piece: string): boolean {
  if (piece.length < 3 || piece.length > 5) return false
  const initial = piece.charCodeAt(0) | 32
  return (initial === 116 || initial === 102 || initial === 110) && LITERALS.has(piece.toLowerCase()) // t f n
}
