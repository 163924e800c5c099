import type { Evidence } from '@sp/log-table'

/** A value that stands at an open place of a template. */
export interface LineValue {
  /** Which open place, from 0. */
  readonly position: number
  /** How the place is written, such as `<IP>` or `<*>`. */
  readonly type: string
  readonly value: string
}

/** Longest line that is looked at, and longest value that is worth showing, in characters. */
const MAX_LINE = 2000
const MAX_VALUE = 80

/**
 * The values of a line at the open places of its template, as far as they can be told: the constant parts are searched
 * from left to right, so a line is gone through once, whatever stands in it. Empty where the parts are not all there.
 */
export function lineValues(template: string, line: string): LineValue[] {
  const text = line.slice(0, MAX_LINE)
  const parts = template.split(PLACE)
  const types = template.match(PLACE) ?? []
  if (types.length === 0) return []
  const values: LineValue[] = []
  // The message stands behind a header, so the first constant part may begin anywhere.
  let end = parts[0].trim() === '' ? -1 : text.indexOf(parts[0])
  if (end < 0) return []
  end += parts[0].length
  for (const [position, type] of types.entries()) {
    const next = parts[position + 1]
    const start = next === '' && position === types.length - 1 ? text.length : text.indexOf(next, end)
    if (start < 0 || (next === '' && position < types.length - 1)) return values
    const value = text.slice(end, start).trim()
    if (value !== '' && value.length <= MAX_VALUE && !value.includes('\n')) values.push({ position, type, value })
    end = start + next.length
  }
  return values
}

/**
 * Which of a template's open places a value out of its range stands in, from 0; places that the template leaves open,
 * `<*>`, hold none.
 * @returns −1 where that is not known: a line may have more masked parameters than its template shows
 */
export function placeOfValue(template: string, { position, parameters }: ValuePosition): number {
  const places = openPlaces(template)
  const masks = places.flatMap(({ type }, place) => (type === '<*>' ? [] : [place]))
  return masks.length === parameters ? (masks[position] ?? -1) : -1
}

/** Which of the masked parameters of its line a value is. */
export type ValuePosition = Pick<Extract<Evidence, { kind: 'value' }>, 'position' | 'parameters'>

/** The open places of a template: as they are written, and where they begin. */
export function openPlaces(template: string): { readonly type: string; readonly start: number }[] {
  return Array.from(template.matchAll(PLACE), ({ 0: type, index }) => ({ type, start: index }))
}

/** `<*>`, `<IP>`, `<NUM>`: how templates write an open place. */
const PLACE = /<(?:\*|[A-Z][A-Z0-9_]{0,30})>/g
