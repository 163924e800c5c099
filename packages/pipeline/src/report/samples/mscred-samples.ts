import { join } from 'node:path'
import type { Catalogue, MethodSamples, MscredSample } from '@sp/report'
import { templateCounts } from './baseline-samples.js'
import { optionalTable } from './optional-table.js'
import type { SampleContext } from './sample-context.js'
import { readSampleRows, type SampleRow } from './sample-rows.js'

/** Records of a window, for a table that does not say where it ends. */
const WINDOW = 50
/** Error over threshold from which a window is of high and medium severity, as in the reference system. */
const HIGH = 3
const MEDIUM = 1.5
const REPRESENTATIVES = 3
const ERROR_SHARE = 0.2
const DISTINCT = 10
const ONE_TEMPLATE = 0.8

/** The windows with the largest reconstruction error; `undefined` where the count network did not judge. */
export async function mscredSamples(
  { folder, log, maxSamples, contextLines, words }: SampleContext,
  rowOfLine: (source: string | null, line: number) => number,
): Promise<MethodSamples<MscredSample> | undefined> {
  const table = await optionalTable(join(folder, 'mscred_infer.parquet'))
  if (table === null) return undefined
  const errors = Array.from(table.reconstruction_error, Number)
  const flagged = [...errors.keys()].filter((w) => table.is_anomaly[w] === true)
  flagged.sort((a, b) => errors[b] - errors[a] || a - b)
  const samples: MscredSample[] = []
  for (const w of flagged.slice(0, maxSamples)) {
    const source = (table.source?.[w] as string | null | undefined) ?? null
    const startLine = Number(table.start_index[w])
    const endLine = Number(table.window_end_line?.[w] ?? startLine + WINDOW - 1)
    const [startRow, endRow] = [rowOfLine(source, startLine), rowOfLine(source, endLine) + 1]
    const rows = await readSampleRows(log, { startRow: startRow - contextLines, endRow: endRow + contextLines })
    samples.push(
      sampleOf(
        { w, source: source ?? '', startLine, endLine, error: errors[w], threshold: Number(table.threshold[w]) },
        {
          inside: rows.filter(({ row }) => row >= startRow && row < endRow),
          before: rows.filter(({ row }) => row < startRow),
          after: rows.filter(({ row }) => row >= endRow),
        },
        words,
      ),
    )
  }
  return {
    type: 'mscred',
    method: words.samples.methods.mscred,
    anomaly_count: flagged.length,
    analyzed_count: samples.length,
    samples,
  }
}

function sampleOf(
  window: {
    readonly w: number
    readonly source: string
    readonly startLine: number
    readonly endLine: number
    readonly error: number
    readonly threshold: number
  },
  { inside, before, after }: Record<'inside' | 'before' | 'after', readonly SampleRow[]>,
  words: Catalogue,
): MscredSample {
  const { w, source, startLine, endLine, error, threshold } = window
  const ratio = threshold > 0 ? error / threshold : error
  const errors = inside.filter(({ isError }) => isError)
  const counts = templateCounts(inside)
  const shown = [...errors, ...inside.filter(({ isError }) => !isError)].slice(0, REPRESENTATIVES)
  const errorShare = errors.length / Math.max(1, inside.length)
  function raw({ log }: SampleRow) {
    return { line_no: log.line_no, raw: log.raw_message }
  }
  return {
    window_id: w,
    start_line: startLine,
    end_line: endLine,
    source,
    reconstruction_error: error,
    threshold,
    error_ratio: ratio,
    window_size: inside.length,
    error_count: errors.length,
    error_rate: errorShare,
    log_category: errors.length > 0 ? 'error' : 'normal',
    dominant_templates: Object.fromEntries(counts.slice(0, 5)),
    severity: ratio >= HIGH ? 'high' : ratio >= MEDIUM ? 'medium' : 'low',
    context_before: before.map(raw),
    context_after: after.map(raw),
    representative_logs: shown.map(({ log: { line_no, raw_message, template_id, template } }) => {
      return { line_no, raw: raw_message, template_id, template }
    }),
    explanation: explanationOf(
      { ratio, errorShare, distinct: counts.length, top: (counts[0]?.[1] ?? 0) / Math.max(1, inside.length) },
      words,
    ),
  }
}

function explanationOf(
  { ratio, errorShare, distinct, top }: Record<'ratio' | 'errorShare' | 'distinct' | 'top', number>,
  { samples }: Catalogue,
): string {
  return [
    samples.ratio(ratio),
    ...(errorShare >= ERROR_SHARE ? [samples.errorShare(errorShare)] : []),
    ...(distinct >= DISTINCT ? [samples.distinct(distinct)] : []),
    ...(top >= ONE_TEMPLATE ? [samples.oneTemplate(top)] : []),
  ].join('; ')
}
