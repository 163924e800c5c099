/** Bits of `CLASS`: what a character can be part of. */
export const DIGIT = 1
/** A digit or a letter a–f, either case. */
export const HEX = 2
/** Any letter; every byte of a character beyond ASCII counts as one. */
export const LETTER = 4
/** A letter in upper case. */
export const UPPER = 8
/** The underscore, which joins words as letters do. */
export const UNDERSCORE = 16
/** What may stand inside a path. */
export const PATH = 32
/** What may stand inside the name of a host: letters, digits, dots, hyphens. */
export const HOST = 64
/** What ends a URL. */
export const URL_END = 128
/** What closes a sentence or a bracket, and is no part of the URL before it. */
export const CLOSING = 256
/** What ties figures behind it to what stands before it: words, and signs that join. */
export const GLUE = 512
/** What words are made of. */
export const WORD = DIGIT | LETTER | UNDERSCORE

/** The class bits of every byte; those of characters beyond ASCII are letters that paths may hold. */
export const CLASS = buildClasses()

/**
 * The bytes of a text in UTF-8 with {@link PADDING} zeros or more behind the last one: recognisers look ahead without
 * asking where the text ends, since a zero is part of nothing.
 */
export type PaddedText = Buffer

/** Farther than any recogniser looks past a character that it has not seen. */
export const PADDING = 4

/** Whether a digit stands at a position. */
export function isDigitAt(text: PaddedText, at: number): boolean {
  const code = text[at]
  return code >= 48 && code <= 57
}

/** Whether a character that words are made of stands at a position. */
export function isWordAt(text: PaddedText, at: number): boolean {
  return (CLASS[text[at]] & WORD) !== 0
}

/** Whether a word stands at a position. */
export function standsAt(text: PaddedText, at: number, word: Uint8Array): boolean {
  for (let i = 0; i < word.length; i++) if (text[at + i] !== word[i]) return false
  return true
}

/** Where a run of digits ends that starts at a position. */
export function digitsEnd(text: PaddedText, start: number): number {
  let at = start
  while (isDigitAt(text, at)) at++
  return at
}

/** Where a run of characters ends of which each has one of the class bits. */
export function classEnd(text: PaddedText, start: number, bits: number): number {
  let at = start
  while ((CLASS[text[at]] & bits) !== 0) at++
  return at
}

/**
 * Whether a value may end before a position: digits that a hyphen or dot glues to a word belong to a name
 * (`dsl-1-2.example`, `core.2275`), and so do those before `@`, `#` and `/`. A `<` after the glue is a mask in
 * waiting, so that masking twice is masking once.
 */
export function isValueEnd(text: PaddedText, at: number): boolean {
  const code = text[at]
  if (code === 46 || code === 45 || code === 37) return text[at + 1] !== 60 && !isWordAt(text, at + 1) // . - % <
  return (CLASS[code] & WORD) === 0 && code !== 64 && code !== 35 && code !== 47 // @ # /
}

/** The number that the digits between two positions spell; meant for a few digits. */
export function intBetween(text: PaddedText, start: number, end: number): number {
  let value = 0
  for (let at = start; at < end; at++) value = value * 10 + text[at] - 48
  return value
}

function buildClasses(): Uint16Array {
  const classes = new Uint16Array(256).fill(LETTER | PATH | GLUE, 128)
  addClass(classes, '0123456789', DIGIT | HEX | PATH | HOST)
  addClass(classes, 'abcdefghijklmnopqrstuvwxyz', LETTER | PATH | HOST)
  addClass(classes, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', LETTER | UPPER | PATH | HOST)
  addClass(classes, 'abcdefABCDEF', HEX)
  addClass(classes, '_', UNDERSCORE | PATH)
  addClass(classes, './-+%@~$#=&*', PATH)
  addClass(classes, '.-', HOST)
  addClass(classes, '"\'<>`|{}', URL_END)
  addClass(classes, '.,;:!?)]\\', CLOSING)
  addClass(classes, '.-+/@#%\\', GLUE)
  for (let code = 0; code < 128; code++) if ((classes[code] & WORD) !== 0) classes[code] |= GLUE
  for (let code = 0; code <= 32; code++) classes[code] |= URL_END
  return classes
}

function addClass(classes: Uint16Array, characters: string, bits: number): void {
  for (const character of characters) classes[character.charCodeAt(0)] |= bits
}
