const MIB = 2 ** 20

/** Messages of about a megabyte that tempt a scanner to look at the same bytes again and again. */
export const HOSTILE_MESSAGES: Readonly<Record<string, string>> = {
  slashes: filled('/'),
  digits: filled('1234567890'),
  'a:': filled('a:'),
  brackets: filled('[', MIB / 2) + filled(']', MIB / 2),
  'nested brackets': filled('([{', MIB / 2) + filled('}])', MIB / 2),
  '100,000 tokens': Array.from({ length: 100_000 }, (_, i) => 'token' + String.fromCharCode(97 + (i % 26))).join(' '),
}

/** Ten records of one message. */
export function hostileLog(message: string): string {
  return Array.from({ length: 10 }, (_, i) => `2026-01-02 03:04:${10 + i} host app[7]: ${message}\n`).join('')
}

/** A little less than `size`, so that the line stays below the longest that is kept whole. */
function filled(piece: string, size = MIB): string {
  return piece.repeat(Math.floor((size - 100) / piece.length))
}
