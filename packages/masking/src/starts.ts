import { CLASS, DIGIT, WORD } from './characters.js'

// What a character starts.
/** Nothing, as most do: it is stepped over. */
export const NOTHING = 0
/** A word. */
export const LETTERS = 1
/** A number, or anything else that starts with a figure. */
export const FIGURES = 2
/** What a sign begins or joins: `/ ~ . \ - + : @`. */
export const MARK = 3

/** By byte. */
export const STARTS = buildStarts()

function buildStarts(): Uint8Array {
  const starts = new Uint8Array(256).fill(LETTERS, 128)
  for (let code = 0; code < 128; code++) {
    if ((CLASS[code] & DIGIT) !== 0) starts[code] = FIGURES
    else if ((CLASS[code] & WORD) !== 0) starts[code] = LETTERS
  }
  for (const mark of '/~.\\-+:@') starts[mark.charCodeAt(0)] = MARK
  return starts
}
