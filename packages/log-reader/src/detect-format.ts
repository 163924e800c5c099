import { looksLikeContinuation } from './continuation.js'
import { HeaderFields } from './header-fields.js'
import type { HeaderContext, HeaderFormat } from './header-format.js'
import { plainFormat } from './formats/plain.js'
import type { LineSample } from './line-sample.js'
import { YearTracker } from './year-tracker.js'

/** Which format the lines of a source have. */
export interface DetectedFormat {
  readonly format: HeaderFormat
  /** Share of the sample that the format accepts, 0..1; for `plain` the share that nothing else accepts. */
  readonly confidence: number
  /** Formats that accept some of the sample, tried in order on lines that `format` refuses. */
  readonly fallbacks: readonly HeaderFormat[]
  /** The accepted lines have a time. */
  readonly hasTimestamps: boolean
}

/** Lines that detection looks at. */
export const SAMPLE_LINES = 500

// Within this distance of the best share an earlier, more specific format is taken: it says more of each line, and
// the lines it refuses still go to the general one.
const TIE = 0.05
const FALLBACK_SHARE = 0.01
const WINNING_SHARE = 0.5

/**
 * The header format of a source, told by a sample of its lines. Lines that look like part of a stack trace and fit no
 * format do not count.
 * @param sample non-blank lines from the beginning of the source
 * @param formats candidates, most specific first
 */
export function detectFormat(sample: LineSample, formats: readonly HeaderFormat[]): DetectedFormat {
  const candidates = formats.filter((format) => format !== plainFormat)
  // Of each line, whether some format accepts it.
  const isKnown = new Uint8Array(sample.count)
  const fits = candidates.map((format) => countFits(sample, format, isKnown))
  const unknown = isKnown.filter((known) => known === 0).length
  const parts = isKnown.filter((known, index) => known === 0 && looksLikeContinuation(sample.text(index))).length
  const counted = sample.count - parts
  const shares = fits.map((fit) => fit.count / Math.max(1, counted))
  const best = Math.max(0, ...shares)
  const winner = shares.findIndex((share) => share > 0 && share >= best - TIE)
  const others = candidates.filter((_, index) => index !== winner && shares[index] >= FALLBACK_SHARE)
  if (winner < 0 || shares[winner] < WINNING_SHARE) {
    const fallbacks = winner < 0 || shares[winner] < FALLBACK_SHARE ? others : [candidates[winner], ...others]
    return {
      format: plainFormat,
      confidence: sample.count === 0 ? 0 : unknown / sample.count,
      fallbacks,
      hasTimestamps: false,
    }
  }
  return {
    format: candidates[winner],
    confidence: shares[winner],
    fallbacks: others,
    hasTimestamps: fits[winner].timestamps > 0,
  }
}

/** A context for looking at lines out of order: years are of no matter. */
export function sampleContext(): HeaderContext {
  return { years: new YearTracker(2000), bootTimeMs: 0 }
}

function countFits(sample: LineSample, format: HeaderFormat, isKnown: Uint8Array) {
  const context = sampleContext()
  const fields = new HeaderFields()
  let count = 0
  let timestamps = 0
  for (let index = 0; index < sample.count; index++) {
    const line = sample.scan(index)
    fields.clear(line.from)
    if (!format.parse(line, context, fields)) continue
    isKnown[index] = 1
    count++
    if (fields.timestamp === fields.timestamp) timestamps++
  }
  return { count, timestamps }
}
