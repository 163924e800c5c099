import { openPlaces, placeOfValue, type ValuePosition } from '../incidents/line-values.js'

/**
 * Where a value stands in its template, in words: it with the word before it and the one behind, `port <ID> ssh2`.
 * @returns `null` where that is not known, or it stands among others without a word
 */
export function parameterPlace(template: string, position: ValuePosition): string | null {
  const place = openPlaces(template)[placeOfValue(template, position)]
  if (place === undefined) return null
  const before = /(?:[^\s<>]+\s)?[^\s<>]*$/.exec(template.slice(0, place.start))?.[0] ?? ''
  const behind = /^[^\s<>]*(?:\s[^\s<>]+(?=\s|$))?/.exec(template.slice(place.start + place.type.length))?.[0] ?? ''
  const words = before + place.type + behind
  return /\p{L}/u.test(before + behind) && words.length < template.length ? words : null
}
