import { Dictionary } from '@sp/log-table'
import type { HeaderFormat } from './header-format.js'
import { detectedFormat, type LogLayout } from './log-layout.js'
import type { MutableReadSummary } from './read-summary.js'
import type { ReadOptions } from './read-records.js'
import { RecordAssembler } from './record-assembler.js'
import { RecordBuilder } from './record-builder.js'
import type { Source } from './source.js'
import { YearTracker } from './year-tracker.js'

/** What turns the lines of a source into records, and writes its layout into the summary. */
export function newAssembler(
  source: Source,
  options: ReadOptions,
  known: {
    readonly layout: LogLayout
    readonly formats: readonly HeaderFormat[]
    readonly summary: MutableReadSummary
    /** Default: from the first line of the source on. */
    readonly years?: YearTracker
    /** The lines begin inside the source, where a record may be under way. Default false. */
    readonly isInside?: boolean
  },
): RecordAssembler {
  const { layout, summary } = known
  summary.format = layout.format
  summary.confidence = layout.confidence
  summary.fallbacks = layout.fallbacks
  return new RecordAssembler({
    detected: detectedFormat(layout, known.formats),
    context: {
      years: known.years ?? new YearTracker(layout.year ?? 0),
      bootTimeMs: options.bootTimeMs ?? NaN,
    },
    builder: new RecordBuilder({
      source: source.name,
      capacity: options.batchRecords ?? 8192,
      dictionaries: options.dictionaries ?? {
        source: new Dictionary(),
        host: new Dictionary(),
        process: new Dictionary(),
      },
    }),
    summary,
    range: { fromLine: options.fromLine ?? 0, toLine: options.toLine ?? Infinity },
    multiline: options.multiline ?? true,
    isInside: known.isInside ?? false,
  })
}
