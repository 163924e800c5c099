import type { LogProfile } from '../profile/log-profile.js'

/** Whether a log is fit to teach what is normal. */
export interface LogQuality {
  readonly name: string
  /** 1 less what each issue costs, 0 or more. */
  readonly score: number
  readonly issues: readonly QualityIssue[]
  /** Score at least the threshold and at most two issues. */
  readonly valid: boolean
  /** Valid, and score at least 0.8. */
  readonly recommended: boolean
}

/** One thing that speaks against a log as a teacher. */
export interface QualityIssue {
  readonly criterion: string
  readonly penalty: number
  readonly description: string
}

/** A log whose figure lies beyond two standard deviations of its set. */
export interface QualityOutlier {
  readonly name: string
  readonly metric: string
  readonly value: number
  readonly mean: number
  readonly deviations: number
}

interface Criterion {
  readonly name: string
  readonly penalty: number
  readonly fails: (profile: LogProfile) => boolean
  readonly says: (profile: LogProfile) => string
}

/** The criteria of the reference system, in its order. */
const CRITERIA: readonly Criterion[] = [
  {
    name: 'error_rate',
    penalty: 0.3,
    fails: ({ error_rate }) => error_rate > 0.02,
    says: ({ error_rate }) => `${percent(error_rate)} of the lines speak of errors, at most 2 % expected`,
  },
  {
    name: 'warning_rate',
    penalty: 0.2,
    fails: ({ warning_rate }) => warning_rate > 0.05,
    says: ({ warning_rate }) => `${percent(warning_rate)} of the lines warn, at most 5 % expected`,
  },
  {
    name: 'template_count',
    penalty: 0.2,
    fails: ({ unique_templates }) => unique_templates < 10,
    says: ({ unique_templates }) => `${unique_templates} templates, at least 10 expected`,
  },
  {
    name: 'rare_templates',
    penalty: 0.1,
    fails: (profile) => profile.rare_templates_count > 0.3 * profile.unique_templates,
    says: (profile) =>
      `${profile.rare_templates_count} of ${profile.unique_templates} templates have one line, at most 30 % expected`,
  },
  {
    name: 'total_logs',
    penalty: 0.3,
    fails: ({ total_logs }) => total_logs < 100,
    says: ({ total_logs }) => `${total_logs} lines, at least 100 expected`,
  },
  {
    name: 'entropy_high',
    penalty: 0.2,
    fails: ({ template_entropy }) => template_entropy > 10,
    says: ({ template_entropy }) =>
      `entropy ${template_entropy.toFixed(1)} bits, at most 10 expected: hardly anything repeats`,
  },
  {
    name: 'entropy_low',
    penalty: 0.1,
    fails: ({ template_entropy }) => template_entropy < 2,
    says: ({ template_entropy }) =>
      `entropy ${template_entropy.toFixed(1)} bits, at least 2 expected: hardly anything happens`,
  },
  {
    name: 'gaps',
    penalty: 0.1,
    fails: ({ gap_share }) => gap_share > 0.1,
    says: ({ gap_share }) =>
      `${percent(gap_share)} of the lines come after more than an hour of silence, at most 10 % expected`,
  },
]

const MOST_ISSUES = 2
const RECOMMENDED_SCORE = 0.8

/** Judges a log by the reference system's criteria; `scoreThreshold` is the least score of a valid log, default 0.7. */
export function judgeQuality(
  profile: LogProfile,
  { scoreThreshold = 0.7 }: { readonly scoreThreshold?: number } = {},
): LogQuality {
  const issues = CRITERIA.filter(({ fails }) => fails(profile)).map(({ name, penalty, says }) => ({
    criterion: name,
    penalty,
    description: says(profile),
  }))
  // Tenths add up to what binary fractions only approach.
  const score = Math.max(0, Math.round(10 - 10 * issues.reduce((sum, { penalty }) => sum + penalty, 0)) / 10)
  const valid = score >= scoreThreshold && issues.length <= MOST_ISSUES
  return { name: profile.name, score, issues, valid, recommended: valid && score >= RECOMMENDED_SCORE }
}

/** Logs of a set that lie beyond two standard deviations in error rate, warning rate, entropy or lines an hour. */
export function findQualityOutliers(profiles: readonly LogProfile[]): QualityOutlier[] {
  return (['error_rate', 'warning_rate', 'template_entropy', 'logs_per_hour'] as const).flatMap((metric) => {
    const known = profiles.filter((profile) => profile[metric] !== null)
    const mean = known.reduce((sum, profile) => sum + profile[metric]!, 0) / known.length
    const std = Math.sqrt(known.reduce((sum, profile) => sum + (profile[metric]! - mean) ** 2, 0) / known.length)
    return known
      .map((profile) => ({
        name: profile.name,
        metric,
        value: profile[metric]!,
        mean,
        deviations: std > 0 ? (profile[metric]! - mean) / std : 0,
      }))
      .filter(({ deviations }) => Math.abs(deviations) > 2)
  })
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
