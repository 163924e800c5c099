import { SLOT } from './token-key.js'

/** A value in brackets behind a space: a remark that may be missing. */
const REMARK = new RegExp(` \\(${SLOT}\\)`, 'g')
/** A value with a sign of comparison or a unit of time, either of which may be missing: `<1 sec` and `00:01`. */
const SPAN = new RegExp(`[<>~]?${SLOT}(?: (?:ms|s|secs?|seconds?|mins?|minutes?|hours?|days?)(?!\\w))?`, 'g')
/** Values in a row, whatever separates them: a list, whose length is a value too. */
const LIST = new RegExp(`${SLOT}(?:[ ,:;|]+${SLOT})+`, 'g')

/**
 * What two keys must have in common to be one template although their tokens differ in number: lists of values count
 * as one value, units of time behind a value and remarks in brackets as nothing.
 */
export function canonicalForm(key: readonly string[]): string {
  const text = key.join('').replace(/ {2,}/g, ' ')
  return text.replace(REMARK, '').replace(SPAN, SLOT).replace(LIST, SLOT).trim()
}
