/** The text cut to so many columns of a terminal, `…` at the end where it was. */
export function fit(text: string, columns: number): string {
  let used = 0
  let end = 0
  let fitting = 0 // end of what leaves room for the mark
  for (const character of text) {
    used += columnsOf(character)
    if (used > columns) return `${text.slice(0, fitting)}…`
    end += character.length
    if (used < columns) fitting = end
  }
  return text
}

/** Columns of a character in a terminal: two for East Asian wide ones and emoji, none for combining marks. */
function columnsOf(character: string): number {
  if (/^\p{M}$/u.test(character)) return 0
  return WIDE.test(character) ? 2 : 1
}

const WIDE =
  /^[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u

const ESCAPE = '\u001b'

/** How a piece of text is coloured: ANSI select-graphic-rendition codes. */
export const STYLES = { high: '1;31', medium: '33', low: '36', bold: '1', dim: '2' } as const

/** The text in a colour of ours, or as it is where there are no colours. */
export function styled(text: string, style: keyof typeof STYLES, color: boolean): string {
  return color && text !== '' ? `${ESCAPE}[${STYLES[style]}m${text}${ESCAPE}[0m` : text
}
