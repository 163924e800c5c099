/** A parameter that a mask hid, in the text of a template. Those that a template leaves open, `<*>`, are not counted. */
const PARAMETER = /<[A-Z][A-Z0-9]*>/g

/**
 * Where a parameter stands in its template, in words: it with the word before it and the one behind, `port <ID> ssh2`.
 * @param position which parameter, from 0
 * @returns `null` where the template has no such parameter, or is not much more than it
 */
export function parameterPlace(template: string, position: number): string | null {
  const found = [...template.matchAll(PARAMETER)][position]
  if (found === undefined) return null
  const before = /\S*\s?\S*$/.exec(template.slice(0, found.index))?.[0] ?? ''
  const behind = /^\S*(?:\s[^\s<]+)?/.exec(template.slice(found.index + found[0].length))?.[0] ?? ''
  const place = (before + found[0] + behind).trim()
  return place.length < template.length ? place : null
}
