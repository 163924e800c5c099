/** The masks of the example configuration that Drain3 ships, in its order and form, its `CMD` mask left out. */
const MASKS: readonly (readonly [pattern: string, name: string])[] = [
  ['(([0-9a-f]{2,}:){3,}([0-9a-f]{2,}))', 'ID'],
  ['(\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3})', 'IP'],
  ['([0-9a-f]{6,} ?){3,}', 'SEQ'],
  ['([0-9A-F]{4} ?){4,}', 'SEQ'],
  ['(0x[a-f0-9A-F]+)', 'HEX'],
  ['([\\-\\+]?\\d+)', 'NUM'],
]

const COMPILED = MASKS.map(
  ([pattern, name]) => [new RegExp(`(?<=[^A-Za-z0-9]|^)${pattern}(?=[^A-Za-z0-9]|$)`, 'g'), `<:${name}:>`] as const,
)

/** Masks a message as Drain3 does with its example configuration. */
export function drain3Mask(message: string): string {
  return COMPILED.reduce((text, [pattern, mask]) => text.replace(pattern, mask), message)
}
