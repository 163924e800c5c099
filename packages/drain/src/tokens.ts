/**
 * The tokens of a message as Drain3 cuts them: strip, write a space for every extra delimiter, one after the other,
 * then split at runs of white space. White space is what Python's `str.split()` takes for it, which differs from
 * JavaScript's `\s`: U+001C..U+001F and U+0085 are in, U+FEFF is out.
 */
export function tokensOf(message: string, extraDelimiters: readonly string[]): string[] {
  if (extraDelimiters.length === 0) return split(message)
  // A delimiter may itself contain spaces, so stripping first is not the same as leaving it to the split.
  let text = strip(message)
  for (const delimiter of extraDelimiters) text = text.replaceAll(delimiter, ' ')
  return split(text)
}

/** Where a piece of a text stands: `start <= i < end`, in UTF-16 units. */
export interface TokenSpan {
  readonly start: number
  readonly end: number
}

/** Where the tokens of {@link tokensOf} stand in the message itself. */
export function tokenSpans(message: string, extraDelimiters: readonly string[]): TokenSpan[] {
  let text = message
  // As many spaces as the delimiter is long, so that positions stay those of the message.
  for (const delimiter of extraDelimiters) text = text.replaceAll(delimiter, ' '.repeat(delimiter.length))
  const spans: TokenSpan[] = []
  let end = 0
  for (const token of split(text)) {
    const start = text.indexOf(token, end)
    end = start + token.length
    spans.push({ start, end })
  }
  return spans
}

/**
 * True when the token holds a character that Python's `str.isdigit()` accepts: the decimal digits of every script and,
 * beyond them, superscripts, subscripts and circled digits, but no fractions and no Roman numerals.
 */
export function hasDigit(token: string): boolean {
  return DIGIT.test(token)
}

const DIGIT =
  /[\p{Nd}\u{b2}-\u{b3}\u{b9}\u{1369}-\u{1371}\u{19da}\u{2070}\u{2074}-\u{2079}\u{2080}-\u{2089}\u{2460}-\u{2468}\u{2474}-\u{247c}\u{2488}-\u{2490}\u{24ea}\u{24f5}-\u{24fd}\u{24ff}\u{2776}-\u{277e}\u{2780}-\u{2788}\u{278a}-\u{2792}\u{10a40}-\u{10a43}\u{10e60}-\u{10e68}\u{11052}-\u{1105a}\u{1f100}-\u{1f10a}]/u

function split(text: string): string[] {
  const tokens: string[] = []
  let start = -1
  for (let i = 0; i < text.length; i++) {
    if (isSpace(text.charCodeAt(i))) {
      if (start >= 0) tokens.push(text.slice(start, i))
      start = -1
    } else if (start < 0) start = i
  }
  if (start >= 0) tokens.push(text.slice(start))
  return tokens
}

function strip(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isSpace(text.charCodeAt(start))) start++
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

function isSpace(code: number): boolean {
  if (code > 0x20) return code >= 0x85 && isWideSpace(code)
  return code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0x1c && code <= 0x1f)
}

function isWideSpace(code: number): boolean {
  if (code < 0x1680) return code === 0x85 || code === 0xa0
  if (code >= 0x2000 && code <= 0x200a) return true
  return code === 0x1680 || code === 0x2028 || code === 0x2029 || code === 0x202f || code === 0x205f || code === 0x3000
}
