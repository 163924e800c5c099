import type { Finding } from '@sp/log-table'
import type { JudgedPair } from './judged-pair.js'

/** Where two bundles speak of the same log: stretches of 50 lines. */
export interface Agreement {
  readonly log: string
  readonly stretches: number
  readonly both: number
  readonly onlyFirst: number
  readonly onlySecond: number
  readonly neither: number
  /** Cohen's κ: 1 is perfect, 0 what chance gives; `null` where both always say the same one thing. */
  readonly kappa: number | null
}

const STRETCH = 50

/** How far both bundles agree on a log. */
export function agreementOn(judged: JudgedPair): Agreement {
  const { name, measures } = judged
  const [first, second] = measures.map(({ findings }) => new Set(findings.flatMap(stretchesOf)))
  const stretches = stretchCount(judged, [...first, ...second])
  const both = [...first].filter((stretch) => second.has(stretch)).length
  const [onlyFirst, onlySecond] = [first.size - both, second.size - both]
  const neither = stretches - both - onlyFirst - onlySecond
  return {
    log: name,
    stretches,
    both,
    onlyFirst,
    onlySecond,
    neither,
    kappa: kappaOf([both, onlyFirst, onlySecond, neither]),
  }
}

/** Stretches that a finding speaks of: all of a window, of a session those of the lines that it shows. */
export function stretchesOf({ unit, source, firstLine, lastLine, lines }: Finding): string[] {
  const spoken = new Set<string>()
  if (unit === 'window' || lines.length === 0) {
    for (let at = Math.floor(firstLine / STRETCH); at * STRETCH <= lastLine; at++) spoken.add(`${source}\0${at}`)
  } else {
    for (const { lineNo } of lines) spoken.add(`${source}\0${Math.floor(lineNo / STRETCH)}`)
  }
  return [...spoken]
}

/** All stretches that the bundles have seen: those that windows or findings reach. */
function stretchCount({ measures }: JudgedPair, spoken: readonly string[]): number {
  const last = new Map<string, number>()
  function see(source: string, stretch: number): void {
    last.set(source, Math.max(last.get(source) ?? 0, stretch))
  }
  for (const { windows } of measures) {
    for (const { source, lastLine } of windows) see(source, Math.floor(lastLine / STRETCH))
  }
  for (const key of spoken) {
    const [source, stretch] = key.split('\0')
    see(source, Number(stretch))
  }
  return [...last.values()].reduce((sum, stretch) => sum + stretch + 1, 0)
}

/** Cohen 1960. */
function kappaOf([both, onlyFirst, onlySecond, neither]: readonly number[]): number | null {
  const all = both + onlyFirst + onlySecond + neither
  if (all === 0) return null
  const observed = (both + neither) / all
  const [first, second] = [(both + onlyFirst) / all, (both + onlySecond) / all]
  const expected = first * second + (1 - first) * (1 - second)
  return expected === 1 ? null : (observed - expected) / (1 - expected)
}
