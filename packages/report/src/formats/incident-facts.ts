import type { Incident } from '../incidents/incident.js'
import type { Report } from '../report.js'

/** `file:first–last` or `file:line`, from 1: where an incident lies in the source in which it began. */
export function locationOf({ places }: Pick<Incident, 'places'>): string {
  const [place] = places
  return place === undefined ? '' : spanText(place.source, place.firstLine, place.lastLine)
}

/** `file:first–last`, or `file:line` for one line; counted from 1, given from 0. */
export function spanText(source: string, firstLine: number, lastLine: number): string {
  return firstLine === lastLine ? `${source}:${firstLine + 1}` : `${source}:${firstLine + 1}–${lastLine + 1}`
}

/** Normal units that the p-value of an incident was calibrated on: those of its rarest detector. */
export function normalUnitsOf(
  { detectors }: { readonly detectors: readonly { readonly name: string }[] },
  { run }: Report,
): number {
  return run.detectors.find(({ name }) => name === detectors[0]?.name)?.normalUnits ?? 0
}

/** A sentence with a capital letter, unless it begins with log text. */
export function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1)
}
