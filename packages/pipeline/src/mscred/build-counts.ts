import { writeFile } from 'node:fs/promises'
import { chooseChannels, countTimeWindows, countWindows, seriesFromWindows, type WindowCounts } from '@sp/builders'
import { ParsedLogFile } from '@sp/log-table'
import { PipelineError } from '../errors.js'
import { jsonText } from '../json-file.js'
import type { OutputFolder } from '../output-folder.js'
import type { RunControl } from '../progress.js'
import { MSCRED_FILES } from './mscred-files.js'
import { mappingOf, type SeriesMapping, type WindowShape } from './series-mapping.js'
import { writeWindowTable } from './window-table.js'

/** How windows are counted. */
export interface BuildCountsOptions extends RunControl {
  /** How the log is cut; default 50 lines from every 25th on. A mapping that is given decides itself. */
  readonly window?: WindowShape
  /** Series, `other` and `unknown` included; default 30. */
  readonly mostSeries?: number
  /** A mapping to keep to, that of the training; default a new one from this log. */
  readonly mapping?: SeriesMapping
}

/** What was counted. */
export interface CountsSummary {
  readonly format: 'sp-window-counts'
  readonly version: 1
  readonly rows: number
  readonly windows: number
  readonly series: number
  /** Lines that the series `other` and `unknown` count, in whole windows. */
  readonly otherLines: number
  readonly unknownLines: number
  readonly window: WindowShape
}

const LINES: WindowShape = { lines: 50, stride: 25 }
const COLUMNS = ['lineNo', 'source', 'timestamp', 'template'] as const

/**
 * Counts the lines of each series in the windows of a `parsed.parquet`: `window_counts.parquet` and `template_mapping.json`.
 * @throws {PipelineError} `too-little-data` when no window is full
 */
export async function buildCountsIntoFolder(
  folder: OutputFolder,
  parsedPath: string,
  { mapping: given, window = given?.window ?? LINES, mostSeries, onProgress, signal }: BuildCountsOptions = {},
): Promise<CountsSummary> {
  const log = await ParsedLogFile.open(parsedPath)
  try {
    async function* batches() {
      let rows = 0
      for await (const batch of log.batches({ columns: COLUMNS })) {
        signal?.throwIfAborted()
        yield batch
        rows += batch.rowCount
        onProgress?.({ step: 'counting', done: rows, total: log.rowCount, unit: 'rows', records: rows })
      }
    }
    const windows: WindowCounts =
      'ms' in window
        ? await countTimeWindows(batches(), { windowMs: window.ms })
        : await countWindows(batches(), { windowSize: window.lines, stride: window.stride })
    const channels = given?.channels ?? chooseChannels(windows, log.templates, mostSeries)
    const mapping = given ?? mappingOf(channels, window, log.templates)
    const series = seriesFromWindows(windows, channels, log.templates)
    if (series.count === 0) {
      const wanted = 'ms' in window ? `${window.ms / 1000} s` : `${window.lines} lines`
      throw new PipelineError(
        'too-little-data',
        `${parsedPath}: ${log.rowCount} rows hold no window of ${wanted}; give a longer log, or shorter windows`,
      )
    }
    await writeWindowTable(folder.file(MSCRED_FILES.counts), windows, series)
    await writeFile(folder.file(MSCRED_FILES.mapping), jsonText(mapping))
    const size = series.names.length
    function linesOf(channel: number): number {
      let sum = 0
      for (let t = 0; t < series.count; t++) sum += series.values[t * size + channel]
      return sum
    }
    return {
      format: 'sp-window-counts',
      version: 1,
      rows: log.rowCount,
      windows: series.count,
      series: size,
      otherLines: linesOf(size - 2),
      unknownLines: linesOf(size - 1),
      window,
    }
  } finally {
    await log.close()
  }
}
