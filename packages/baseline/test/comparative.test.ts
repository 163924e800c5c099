import { compareProfiles } from '../src/comparative/compare-profiles.js'
import { distributionDistance } from '../src/comparative/distribution-distance.js'
import { findQualityOutliers, judgeQuality } from '../src/comparative/log-quality.js'
import type { LogProfile } from '../src/profile/log-profile.js'

function profile(name: string, overrides: Partial<LogProfile> = {}): LogProfile {
  return {
    name,
    total_logs: 1000,
    unique_templates: 20,
    template_distribution: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`t${i}`, 50])),
    top_templates: ['t0'],
    host_distribution: {},
    process_distribution: {},
    time_range: null,
    error_rate: 0.01,
    warning_rate: 0,
    logs_per_hour: 100,
    template_entropy: Math.log2(20),
    rare_templates_count: 0,
    gap_share: 0,
    ...overrides,
  }
}

test('a log beside itself shows nothing', () => {
  const { anomalies, distribution } = compareProfiles(profile('a'), [profile('a')])
  expect(anomalies).toEqual([])
  expect(distribution).toMatchObject({ kl_divergence: 0, js_divergence: 0, jaccard_similarity: 1 })
  expect(distribution.cosine_similarity).toBeCloseTo(1, 12)
})

test('one baseline alone does not make a small difference infinite, and a large one is found', () => {
  const target = profile('b', { logs_per_hour: 110, error_rate: 0.013 })
  expect(compareProfiles(target, [profile('a')]).anomalies).toEqual([])
  const [anomaly] = compareProfiles(profile('b', { error_rate: 0.2 }), [profile('a')]).anomalies
  expect(anomaly).toMatchObject({ type: 'metric_anomaly_error_rate', severity: 'high' })
  expect(anomaly.z_score).toBeLessThan(1000)
})

test('all baselines count: what one of them has is not strange', () => {
  const target = profile('b', { error_rate: 0.1 })
  const baselines = [profile('a', { error_rate: 0.1 }), profile('c', { error_rate: 0.02 })]
  expect(compareProfiles(target, baselines).anomalies).toEqual([])
  expect(compareProfiles(target, baselines.slice(1)).anomalies).not.toEqual([])
})

test('another mix of templates, and templates of its own, are found', () => {
  const template_distribution = {
    t0: 500,
    ...Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`new${i}`, 50])),
  }
  const { anomalies, distribution } = compareProfiles(profile('b', { template_distribution }), [profile('a')])
  expect(anomalies.map(({ type }) => type)).toEqual(['template_distribution_anomaly', 'excessive_unique_templates'])
  expect(distribution).toMatchObject({ common_templates: 1, target_only_templates: 10, baseline_only_templates: 19 })
  expect(distribution.missing_from_target).toHaveLength(10)
})

test('distances of two distributions by hand', () => {
  const distance = distributionDistance(
    new Map([['a', 1]]),
    new Map([
      ['a', 0.5],
      ['b', 0.5],
    ]),
  )
  expect(distance.kl_divergence).toBeCloseTo(Math.log(2), 6)
  expect(distance.js_divergence).toBeCloseTo((Math.log(4 / 3) + 0.5 * Math.log(2 / 3) + 0.5 * Math.log(2)) / 2, 10)
  expect(distance.cosine_similarity).toBeCloseTo(Math.SQRT1_2, 10)
  expect(distance.jaccard_similarity).toBe(0.5)
})

test('quality loses what each criterion costs, and honours the threshold', () => {
  expect(judgeQuality(profile('good'))).toMatchObject({ score: 1, issues: [], valid: true, recommended: true })
  const poor = profile('poor', { error_rate: 0.05 })
  expect(judgeQuality(poor)).toMatchObject({ score: 0.7, valid: true, recommended: false })
  expect(judgeQuality(poor, { scoreThreshold: 0.75 }).valid).toBe(false)
  const bad = profile('bad', {
    error_rate: 0.5,
    warning_rate: 0.1,
    unique_templates: 3,
    rare_templates_count: 3,
    total_logs: 10,
    template_entropy: 1,
    gap_share: 0.5,
  })
  const { score, issues } = judgeQuality(bad, { scoreThreshold: 0 })
  expect(score).toBe(0)
  expect(issues.map(({ criterion }) => criterion)).toEqual([
    'error_rate',
    'warning_rate',
    'template_count',
    'rare_templates',
    'total_logs',
    'entropy_low',
    'gaps',
  ])
})

test('an outlier of a set is named with its figure', () => {
  const set = Array.from({ length: 9 }, (_, i) => profile(`log ${i}`, { error_rate: 0.01 + i / 1e4 }))
  expect(findQualityOutliers(set)).toEqual([])
  expect(findQualityOutliers([...set, profile('odd', { error_rate: 0.3 })])).toMatchObject([
    { name: 'odd', metric: 'error_rate' },
  ])
})
