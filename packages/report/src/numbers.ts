/** A number for people: thousands separators, two significant digits below 10, whole from there on. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 10) return Math.round(value).toLocaleString('en')
  return String(Number(value.toPrecision(2)))
}

/** A share 0..1 as a percentage for large ones, else as a number with two significant digits. */
export function formatShare(value: number): string {
  if (value >= 0.001) return `${Number((value * 100).toPrecision(2))} %`
  return value.toPrecision(2)
}

/** Milliseconds since 1970 as ISO 8601 in UTC, without milliseconds where they are zero; `null` for no time. */
export function isoTime(ms: number | null | undefined): string | null {
  if (ms === null || ms === undefined || !(Math.abs(ms) <= 8.64e15)) return null
  return new Date(ms).toISOString().replace('.000Z', 'Z')
}
