import { join } from 'node:path'
import type { BaselineSample, Catalogue, MethodSamples } from '@sp/report'
import { DETECT_FILES } from '../../detect-summary.js'
import { optionalTable } from './optional-table.js'
import type { SampleContext } from './sample-context.js'
import { isoText, readSampleRows, type SampleRow } from './sample-rows.js'

/** Shares and figures from which a window shows a sign, as in the reference system. */
const UNSEEN = 0.2
const SPIKE = 2
const WARNINGS = 0.1
const DIVERSE = 0.8

/** The strangest windows that `sp infer` or `sp detect` flagged; `undefined` where neither judged. */
export async function baselineSamples(
  { folder, log, maxSamples, contextLines, words }: SampleContext,
  rowOfLine: (source: string | null, line: number) => number,
): Promise<MethodSamples<BaselineSample> | undefined> {
  const table = await optionalTable(join(folder, DETECT_FILES.scores))
  if (table === null) return undefined
  const all = Array.from(table.score, Number)
  const flagged = [...all.keys()].filter((w) => table.is_anomaly[w] === true)
  flagged.sort((a, b) => all[b] - all[a] || a - b)
  const samples: BaselineSample[] = []
  for (const w of flagged.slice(0, maxSamples)) {
    const source = String(table.source[w] ?? '')
    const [startRow, endRow] = [
      rowOfLine(source, Number(table.window_start_line[w])),
      rowOfLine(source, Number(table.window_end_line[w])) + 1,
    ]
    const rows = await readSampleRows(log, { startRow: startRow - contextLines, endRow: endRow + contextLines })
    const inside = rows.filter(({ row }) => row >= startRow && row < endRow)
    const around = rows.filter((own) => own.source === source)
    samples.push({
      window_id: w,
      window_start_line: Number(table.window_start_line[w]),
      source,
      anomaly_score: all[w],
      unseen_rate: Number(table.unseen_rate[w]),
      freq_z_score: Number(table.freq_z[w]),
      time_range: {
        start: isoText(table.start_time[w] as number | null),
        end: isoText(table.end_time[w] as number | null),
      },
      analysis: analysisOf(inside, { unseen: Number(table.unseen_rate[w]), z: Number(table.freq_z[w]), words }),
      representative_logs: representatives(inside, words),
      context_before: around.filter(({ row }) => row < startRow).map(({ log: own }) => own),
      context_after: around.filter(({ row }) => row >= endRow).map(({ log: own }) => own),
      total_logs_in_window: inside.length,
    })
  }
  return {
    type: 'baseline',
    method: words.samples.methods.baseline,
    anomaly_count: flagged.length,
    analyzed_count: samples.length,
    samples,
  }
}

function analysisOf(
  rows: readonly SampleRow[],
  { unseen, z, words }: { readonly unseen: number; readonly z: number; readonly words: Catalogue },
): BaselineSample['analysis'] {
  const counts = templateCounts(rows)
  const errors = rows.filter(({ isError }) => isError).length
  const warnings = rows.filter(({ isWarning }) => isWarning).length
  const total = Math.max(1, rows.length)
  const { samples } = words
  return {
    dominant_templates: counts.slice(0, 3).map(([id, count]) => {
      return { template_id: id, count, percentage: rounded((100 * count) / total) }
    }),
    unseen_templates_ratio: unseen,
    frequency_spike_score: z,
    error_log_count: errors,
    warning_log_count: warnings,
    error_percentage: rounded((100 * errors) / total),
    time_density: timeDensity(rows.map(({ time }) => time).filter((time) => !Number.isNaN(time))),
    anomaly_indicators: [
      ...(unseen > UNSEEN ? [samples.unseen(unseen)] : []),
      ...(z > SPIKE ? [samples.spike(z)] : []),
      ...(errors > 0 ? [samples.errors(errors)] : []),
      ...(warnings / total > WARNINGS ? [samples.warnings(warnings / total)] : []),
      ...(counts.length / total > DIVERSE ? [samples.diversity(counts.length / total)] : []),
    ],
  }
}

/** Templates by the number of their rows, most first. */
export function templateCounts(rows: readonly SampleRow[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const { log } of rows) counts.set(log.template_id, (counts.get(log.template_id) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
}

function timeDensity(times: readonly number[]): BaselineSample['analysis']['time_density'] {
  if (times.length < 2) return null
  const sorted = [...times].sort((a, b) => a - b)
  const gaps = sorted.slice(1).map((time, i) => (time - sorted[i]) / 1000)
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
  const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length)
  const duration = (sorted[sorted.length - 1] - sorted[0]) / 1000
  return {
    total_duration_seconds: duration,
    average_interval_seconds: rounded(mean),
    logs_per_second: duration > 0 ? rounded(times.length / duration) : times.length,
    time_distribution: deviation < mean / 2 ? 'spread' : 'concentrated',
  }
}

/** The first line of the most frequent template, the first error, and a line of the rarest template; each line once. */
function representatives(rows: readonly SampleRow[], { samples }: Catalogue): BaselineSample['representative_logs'] {
  const counts = templateCounts(rows)
  if (counts.length === 0) return []
  const [dominant, rarest] = [counts[0], counts[counts.length - 1]]
  const candidates = [
    {
      type: 'dominant_template' as const,
      row: rows.find(({ log }) => log.template_id === dominant[0]),
      reason: samples.dominantReason(dominant[1], rows.length),
    },
    { type: 'error_log' as const, row: rows.find(({ isError }) => isError), reason: samples.errorReason },
    {
      type: 'rare_template' as const,
      row: rows.find(({ log }) => log.template_id === rarest[0]),
      reason: samples.rareReason,
    },
  ]
  const seen = new Set<number>()
  return candidates.flatMap(({ type, row, reason }) => {
    if (row === undefined || seen.has(row.row)) return []
    seen.add(row.row)
    return [{ type, log: row.log, reason }]
  })
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}
