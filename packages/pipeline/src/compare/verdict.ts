import type { PairedFigure, PairedFigures } from './paired-figures.js'

/** Which bundle is better, where the evidence says so. */
export interface Verdict {
  readonly better: 'first' | 'second' | null
  readonly why: string
}

/** Fewer units than that carry no verdict: a bootstrap cannot draw what it has not seen. */
const FEWEST_UNITS = 10

/**
 * A verdict is given when an interval of a paired difference leaves out zero: first of what is found beyond what is
 * flagged anyhow, then, where that says nothing, of the normal windows that are flagged.
 */
export function verdictOf({ informedness, flaggedNormal }: PairedFigures, areSame: boolean): Verdict {
  if (areSame) return { better: null, why: 'both are the same bundle' }
  if (informedness && isClear(informedness)) {
    const better = informedness.difference > 0 ? 'second' : 'first'
    return {
      better,
      why: `the ${better} finds more than the other beyond what each flags anyhow: ${spoken(informedness)}`,
    }
  }
  if (flaggedNormal && isClear(flaggedNormal)) {
    const better = flaggedNormal.difference < 0 ? 'second' : 'first'
    const found = informedness ? 'what is found does not differ clearly, and ' : ''
    return { better, why: `${found}the ${better} flags fewer normal windows: ${spoken(flaggedNormal)}` }
  }
  const known = informedness ?? flaggedNormal
  const seen = known ? `the difference is ${spoken(known)}` : 'there is neither a sample nor a label to judge by'
  return { better: null, why: `the evidence carries no verdict: ${seen}` }
}

function isClear({ interval, units }: PairedFigure): boolean {
  return units >= FEWEST_UNITS && interval !== null && (interval.low > 0 || interval.high < 0)
}

function spoken({ difference, interval, units }: PairedFigure): string {
  const between = interval ? ` (95 % interval ${points(interval.low)} to ${points(interval.high)})` : ''
  return `${points(difference)} points${between} over ${units} units`
}

function points(share: number): string {
  return `${share > 0 ? '+' : ''}${(100 * share).toFixed(1)}`
}
