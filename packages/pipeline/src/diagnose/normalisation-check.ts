import type { Bundle } from '../bundle/bundle.js'
import { readSample } from '../validate/read-sample.js'
import type { Diagnosis } from './diagnose-bundle.js'

/** Standard deviations from which on a count is not what training has seen. */
const FAR = 5
/** Expected lines of a template below which its count says nothing. */
const FEWEST = 5

/**
 * Whether the counts that windows are compared with are those of the last normal lines. Rates are frozen in the bundle, as
 * variance and mean of each template; here the sample is measured by them.
 */
export async function normalisationCheck(bundle: Bundle): Promise<Diagnosis> {
  const { totals, dispersions, exposure } = bundle.windows.baseline.statistics
  const { counts, rows } = await sampleCounts(bundle)
  const share = rows / (exposure * bundle.windows.baseline.windowSize)
  const deviations = totals.flatMap((total, code) => {
    const expected = total * share
    if (expected < FEWEST) return []
    return [{ code, deviation: (counts[code] - expected) / Math.sqrt(expected * Math.max(dispersions[code], 1)) }]
  })
  const far = deviations.filter(({ deviation }) => Math.abs(deviation) > FAR)
  far.sort((a, b) => Math.abs(b.deviation) - Math.abs(a.deviation))
  const worst = far[0]
  const told = worst
    ? `; the farthest by ${worst.deviation.toFixed(1)}: “${bundle.templates.named(worst.code).text}”`
    : ''
  return {
    what: 'normalisation',
    found:
      `in the sample ${deviations.length - far.length} of ${deviations.length} frequent templates are within ${FAR} standard ` +
      `deviations of their rate${told}`,
    isFine: far.length <= 0.1 * deviations.length,
    remedy:
      'the last normal lines are not like the earlier ones: train on logs of one way of working, or on later ones',
  }
}

/** Lines of each template in the sample. */
async function sampleCounts({ sample, layouts, masker, templates }: Bundle) {
  const records = await readSample(sample!, layouts)
  const counts = new Int32Array(templates.templates.length)
  const masked = records.map(({ message }) => masker.mask(message).masked)
  masked.forEach((_, i) => {
    const code = templates.find(masked, i)
    if (code >= 0) counts[code]++
  })
  return { counts, rows: records.length }
}
