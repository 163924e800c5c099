import { detectFormat, type DetectedFormat, SAMPLE_LINES } from './detect-format.js'
import { formatByName } from './format-registry.js'
import type { HeaderFormat } from './header-format.js'
import { inferFirstYear } from './infer-year.js'
import type { LineSample } from './line-sample.js'
import type { Source } from './source.js'

/** What must be known of a log before any piece of it can be read; plain data, so that it can be sent to a thread. */
export interface LogLayout {
  /** Name of the header format. */
  readonly format: string
  /** Share of the sample that has the format, 0..1. */
  readonly confidence: number
  /** Names of formats that some lines have, tried in order. */
  readonly fallbacks: readonly string[]
  /** The lines of the format have a time. */
  readonly hasTimestamps: boolean
  /** Offset of the first line that is not blank: a record under way there is none. */
  readonly firstByte: number
  /** Year of the first line where dates name none, else `null`. */
  readonly year: number | null
}

/** The layout of a source, told by its first lines and, for its year, by the whole of it. */
export async function layoutOf(
  source: Source,
  known: {
    readonly sample: LineSample
    readonly formats: readonly HeaderFormat[]
    readonly forced: HeaderFormat | null
    readonly year?: number
  },
): Promise<LogLayout> {
  const { sample, formats, forced } = known
  const detected = forced === null ? detectFormat(sample, formats) : forcedFormat(forced)
  return {
    format: detected.format.name,
    confidence: detected.confidence,
    fallbacks: detected.fallbacks.map(({ name }) => name),
    hasTimestamps: detected.hasTimestamps,
    firstByte: sample.firstByte,
    year: await firstYear(source, detected, known),
  }
}

/** The formats that a layout names. */
export function detectedFormat(layout: LogLayout, formats: readonly HeaderFormat[]): DetectedFormat {
  return {
    format: formatByName(layout.format, formats),
    confidence: layout.confidence,
    fallbacks: layout.fallbacks.map((name) => formatByName(name, formats)),
    hasTimestamps: layout.hasTimestamps,
  }
}

/** Lines that {@link layoutOf} looks at. */
export { SAMPLE_LINES }

function forcedFormat(format: HeaderFormat): DetectedFormat {
  return { format, confidence: 1, fallbacks: [], hasTimestamps: format.name !== 'plain' }
}

async function firstYear(
  source: Source,
  detected: DetectedFormat,
  { sample, year }: { readonly sample: LineSample; readonly year?: number },
): Promise<number | null> {
  const yearless = [detected.format, ...detected.fallbacks].filter((format) => format.lacksYear)
  if (yearless.length === 0) return null
  return year ?? inferFirstYear(source, { sample, formats: yearless })
}
