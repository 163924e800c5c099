import type { Scanner } from './scanner.js'

/** Turns the spans of a scanner from places in the UTF-8 bytes it scanned into places in the string they came from. */
export function bytesToUnits({ bytes: text, starts, ends, count }: Scanner): void {
  let at = 0
  let unit = 0
  for (let index = 0; index < count; index++) {
    for (; at < starts[index]; at++) unit += unitsOfLead(text[at])
    starts[index] = unit
    for (; at < ends[index]; at++) unit += unitsOfLead(text[at])
    ends[index] = unit
  }
}

/** UTF-16 units of the character that a byte begins; 0 for a byte that goes on with one. */
function unitsOfLead(byte: number): number {
  if ((byte & 0xc0) === 0x80) return 0
  return byte >= 0xf0 ? 2 : 1
}
