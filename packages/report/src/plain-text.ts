// Log text is written by strangers. Whatever shows it calls these first: afterwards it holds no character that moves a
// cursor, changes a colour, reverses the direction, joins or splits lines, or cannot be seen.

/** The text with its invisible and controlling characters made visible; it then has no line end. Tabs become 4 spaces. */
export function visibleText(text: string): string {
  return text.replace(UNSAFE, picture)
}

/** The first characters of a text (by code point) and how many are left out. Linear in `limit`, not in the text. */
export function cutText(text: string, limit: number): { text: string; cutCharacters: number } {
  if (text.length <= limit) return { text, cutCharacters: 0 }
  const last = text.charCodeAt(limit - 1)
  const end = last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit // no half of a surrogate pair
  return { text: text.slice(0, end), cutCharacters: text.length - end }
}

/** A Markdown code span (CommonMark §6.1): its delimiter is longer than any run of backticks inside. */
export function codeSpan(text: string): string {
  const visible = visibleText(text)
  if (visible.trim() === '') return '` `'
  const delimiter = '`'.repeat(longestBacktickRun(visible) + 1)
  const pad = /^[` ]|[` ]$/.test(visible) ? ' ' : ''
  return delimiter + pad + visible + pad + delimiter
}

/** A code span for a cell of a table, where a pipe would end the cell: pipes become `¦`. */
export function codeCell(text: string): string {
  return codeSpan(text.replaceAll('|', '¦'))
}

/** A fenced code block (CommonMark §4.5) around lines that are visible text already. */
export function codeBlock(lines: readonly string[]): string {
  const longest = lines.reduce((run, line) => Math.max(run, longestBacktickRun(line)), 2)
  const fence = '`'.repeat(longest + 1)
  return [`${fence}text`, ...lines, fence].join('\n')
}

/** Log text in quotation marks, for places without markup. */
export function quoted(text: string): string {
  return `“${visibleText(text)}”`
}

function longestBacktickRun(text: string): number {
  let longest = 0
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length)
  return longest
}

/**
 * C0, DEL and C1 controls, line separators, marks and overrides of direction, characters of no width, tags, private
 * interlinear marks, the byte order mark, and halves of surrogate pairs.
 */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}\p{Cs}]/gu

function picture(character: string): string {
  const code = character.codePointAt(0)!
  if (code === 0x09) return '    '
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  if (code === 0x7f) return '␡'
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`
}
