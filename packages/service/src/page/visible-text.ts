// The twin of `visibleText` in @sp/report, which does not reach into the browser.

/** The text with its invisible and controlling characters made visible. Line ends stay where `keepsLines`. */
export function visibleText(text: string, keepsLines = false): string {
  return text.replace(UNSAFE, (character) => (keepsLines && character === '\n' ? character : picture(character)))
}

/** Controls, line separators, marks and overrides of direction, characters of no width, tags, halves of pairs. */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}\p{Cs}]/gu

function picture(character: string): string {
  const code = character.codePointAt(0)!
  if (code === 0x09) return '    '
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  if (code === 0x7f) return '␡'
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`
}
