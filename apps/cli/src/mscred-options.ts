import type { MscredInferRun } from '@sp/pipeline'

type ThresholdRule = NonNullable<MscredInferRun['rule']>

/** Names of rules for a threshold; those of the reference system mean the same. */
const RULES: Readonly<Record<string, ThresholdRule>> = {
  budget: 'budget',
  highest: 'highest',
  '95percentile': 'p95',
  '99percentile': 'p99',
  '99.9percentile': 'p99.9',
  '3sigma': '3sigma',
  mad: 'mad',
}

/** The flag for a rule. */
export const thresholdMethodOption = {
  choices: Object.keys(RULES),
  describe:
    'where the threshold comes from, always from held-out normal windows: the budget, one and a half times the highest score, a quantile, mean + 3 standard deviations, or median + 3 median deviations',
} as const

/** The rule of a name; `undefined` where none was given. */
export function ruleFrom(method: string | undefined): ThresholdRule | undefined {
  return method === undefined ? undefined : RULES[method]
}
