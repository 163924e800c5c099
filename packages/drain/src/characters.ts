/** Traits of characters, as bits. */
export const SPACE = 1
/** `= : , ; ( ) [ ] { } " ' | < >`. */
export const DELIMITER = 2
/** An ASCII letter. */
export const LETTER = 4
/** An ASCII figure. */
export const FIGURE = 8
/** What joins a name and its number: `.`, `@`, `#`. */
export const JOINT = 16
/** `<`, which may begin a mask. */
export const MASK_OPEN = 32
/** Beyond ASCII, and no white space. */
export const WIDE = 64
/** What may stand between the brackets of a mask: capitals, figures, `_`, the colons of Drain3's form, `*`. */
const MASK_NAME = 128

/** The traits of a character, given by its code. */
export function traitsOf(code: number): number {
  return code < 128 ? TRAITS[code] : WIDE_SPACES.has(code) ? SPACE : WIDE
}

/** The traits of all characters of a text. */
export function traitsOfText(text: string): number {
  let traits = 0
  for (let i = 0; i < text.length; i++) traits |= traitsOf(text.charCodeAt(i))
  return traits
}

const LONGEST_MASK = 34

/** The position after the mask, `<IP>`, `<:NUM:>` or `<*>`, that starts at a `<`; −1 where none does. */
export function maskEnd(text: string, start: number): number {
  let at = start + 1
  while (at - start <= LONGEST_MASK && (traitsOf(text.charCodeAt(at)) & MASK_NAME) !== 0) at++
  return text.charCodeAt(at) === 62 && at > start + 1 ? at + 1 : -1 // >
}

const WIDE_SPACES: ReadonlySet<number> = new Set([
  ...[0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff],
  ...Array.from({ length: 11 }, (_, offset) => 0x2000 + offset),
])

const TRAITS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code)
  if (code <= 32) return SPACE
  const bits: readonly [RegExp, number][] = [
    [/[=:,;()[\]{}"'|<>]/, DELIMITER],
    [/[A-Za-z]/, LETTER],
    [/[0-9]/, FIGURE],
    [/[.@#]/, JOINT],
    [/</, MASK_OPEN],
    [/[A-Z0-9_:*]/, MASK_NAME],
  ]
  return bits.reduce((traits, [pattern, bit]) => (pattern.test(character) ? traits | bit : traits), 0)
})
