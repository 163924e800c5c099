import type { LogProfile } from '../profile/log-profile.js'
import { distributionDistance, type DistributionDistance } from './distribution-distance.js'

/** The figures that a log is compared by. */
export const COMPARED_METRICS = [
  'unique_templates',
  'error_rate',
  'warning_rate',
  'logs_per_hour',
  'template_entropy',
  'rare_templates_count',
] as const

/** Name of a compared figure. */
export type ComparedMetric = (typeof COMPARED_METRICS)[number]

/** One way in which a log differs from those that it is compared with. */
export interface ComparativeAnomaly {
  /** `metric_anomaly_<name>`, `template_distribution_anomaly` or `excessive_unique_templates`. */
  readonly type: string
  readonly severity: 'medium' | 'high'
  readonly description: string
  readonly target_value?: number
  readonly baseline_mean?: number
  readonly baseline_std?: number
  readonly z_score?: number
  readonly kl_divergence?: number
  readonly jaccard_similarity?: number
  readonly unique_templates?: readonly string[]
}

/** A log beside its baselines. */
export interface Comparison {
  readonly target: string
  readonly baselines: readonly string[]
  readonly distribution: DistributionComparison
  readonly anomalies: readonly ComparativeAnomaly[]
}

/** How the templates of a log and of its baselines (their mean distribution) differ. */
export interface DistributionComparison extends DistributionDistance {
  readonly common_templates: number
  readonly target_only_templates: number
  readonly baseline_only_templates: number
  /** Five of each. */
  readonly target_top_templates: readonly string[]
  readonly baseline_top_templates: readonly string[]
  /** Ten of each, most frequent first. */
  readonly unique_in_target: readonly string[]
  readonly missing_from_target: readonly string[]
}

/**
 * Compares a log with one or more baselines: six figures by their distance from the mean in standard deviations (above 2
 * medium, above 3 high), the templates by KL divergence (above 1 medium, above 2 high), and how many templates only the
 * target has (above a fifth of those of the baselines).
 *
 * The standard deviation is never smaller than what a log of that length can be told apart by ({@link uncertainty}), so
 * one baseline alone, or several equal ones, do not make every difference infinite.
 */
export function compareProfiles(target: LogProfile, baselines: readonly LogProfile[]): Comparison {
  const distribution = compareDistributions(target, baselines)
  return {
    target: target.name,
    baselines: baselines.map(({ name }) => name),
    distribution,
    anomalies: [
      ...COMPARED_METRICS.flatMap((metric) => metricAnomaly(metric, target, baselines)),
      ...distributionAnomaly(distribution),
      ...uniqueTemplatesAnomaly(distribution),
    ],
  }
}

function metricAnomaly(
  metric: ComparedMetric,
  target: LogProfile,
  baselines: readonly LogProfile[],
): ComparativeAnomaly[] {
  const value = target[metric]
  const values = baselines.flatMap((profile) => profile[metric] ?? [])
  if (value === null || values.length === 0) return []
  const mean = values.reduce((sum, other) => sum + other, 0) / values.length
  const spread = values.reduce((sum, other) => sum + (other - mean) ** 2, 0) / values.length
  const std = Math.sqrt(spread + uncertainty(metric, mean, target) ** 2)
  const z = Math.abs(value - mean) / std
  if (z <= 2) return []
  const [seen, usual] = [format(value), format(mean)]
  return [
    {
      type: `metric_anomaly_${metric}`,
      severity: z > 3 ? 'high' : 'medium',
      description: `${metric} is ${seen}, ${z.toFixed(1)} standard deviations from the baselines' ${usual}`,
      target_value: value,
      baseline_mean: mean,
      baseline_std: std,
      z_score: z,
    },
  ]
}

/**
 * What a figure varies by though nothing differs: a share of `n` lines by √(p(1 − p) / n) with one line more than none,
 * a count by its root, and everything by a tenth.
 */
function uncertainty(metric: ComparedMetric, mean: number, { total_logs }: LogProfile): number {
  const lines = Math.max(total_logs, 1)
  if (metric === 'error_rate' || metric === 'warning_rate') {
    const share = Math.max(mean, 1 / lines)
    return Math.sqrt((share * (1 - Math.min(share, 0.5))) / lines) + 0.1 * mean
  }
  if (metric === 'unique_templates' || metric === 'rare_templates_count')
    return Math.sqrt(Math.max(mean, 1)) / 2 + 0.1 * mean
  return Math.max(0.1 * mean, 1e-6)
}

function compareDistributions(target: LogProfile, baselines: readonly LogProfile[]): DistributionComparison {
  const own = shares(target)
  const mean = new Map<string, number>()
  for (const baseline of baselines) {
    for (const [id, share] of shares(baseline)) mean.set(id, (mean.get(id) ?? 0) + share / baselines.length)
  }
  const only = ranked(own).filter((id) => !mean.has(id))
  const missing = ranked(mean).filter((id) => !own.has(id))
  return {
    ...distributionDistance(own, mean),
    common_templates: own.size - only.length,
    target_only_templates: only.length,
    baseline_only_templates: missing.length,
    target_top_templates: ranked(own).slice(0, 5),
    baseline_top_templates: ranked(mean).slice(0, 5),
    unique_in_target: only.slice(0, 10),
    missing_from_target: missing.slice(0, 10),
  }
}

function distributionAnomaly({ kl_divergence, jaccard_similarity }: DistributionComparison): ComparativeAnomaly[] {
  if (kl_divergence <= 1) return []
  const description = `the templates are distributed otherwise: KL divergence ${kl_divergence.toFixed(2)} nats`
  const severity = kl_divergence > 2 ? 'high' : 'medium'
  return [{ type: 'template_distribution_anomaly', severity, description, kl_divergence, jaccard_similarity }]
}

function uniqueTemplatesAnomaly(distribution: DistributionComparison): ComparativeAnomaly[] {
  const { common_templates, target_only_templates, baseline_only_templates, unique_in_target } = distribution
  const known = common_templates + baseline_only_templates
  if (target_only_templates <= 0.2 * known) return []
  const description = `${target_only_templates} templates occur in the target only; the baselines have ${known}`
  return [{ type: 'excessive_unique_templates', severity: 'medium', description, unique_templates: unique_in_target }]
}

function shares({ template_distribution, total_logs }: LogProfile): Map<string, number> {
  return new Map(Object.entries(template_distribution).map(([id, lines]) => [id, lines / total_logs]))
}

function ranked(shares: ReadonlyMap<string, number>): string[] {
  return [...shares].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([id]) => id)
}

function format(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(3)
}
