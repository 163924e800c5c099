import { type Catalogue, catalogueOf } from '../language/catalogue.js'
import { codeBlock, codeSpan } from '../plain-text.js'
import {
  type BaselineSample,
  type ComparativeSample,
  type DeepLogAlertSample,
  type DeepLogSample,
  type MscredSample,
  SAMPLE_METHODS,
  type SampleAnalysis,
  type SampleLog,
} from '../samples.js'
import type { TextOptions } from './render-markdown.js'
import { shownText } from './shown-lines.js'

/** The sample analysis as `anomaly_analysis_report.md`: by method what was found, each sample with its lines and reasons. */
export function renderSamples(analysis: SampleAnalysis, { language = 'en' }: TextOptions = {}): string {
  const words = catalogueOf(language)
  const s = words.samples
  const present = SAMPLE_METHODS.flatMap((name) => (analysis[name] ? [{ name, samples: analysis[name] }] : []))
  const total = present.reduce((sum, { samples }) => sum + samples.anomaly_count, 0)
  const chapters = [
    `# ${s.title}`,
    `## ${s.summary}`,
    present
      .map(({ name, samples: { anomaly_count: found, analyzed_count: analysed } }) => {
        const [all, seen] = [words.formats.number(found), words.formats.number(analysed)]
        return `- **${s.methods[name]}**: ${s.found} ${all}, ${s.analysed} ${seen}`
      })
      .join('\n') || s.none,
    `**${s.total(total)}**`,
    ...(analysis.baseline ? method(s.methods.baseline, analysis.baseline.samples, baselineSample) : []),
    ...(analysis.deeplog ? method(s.methods.deeplog, analysis.deeplog.samples, deepLogSample) : []),
    ...(analysis.mscred ? method(s.methods.mscred, analysis.mscred.samples, mscredSample) : []),
    ...(analysis.comparative ? method(s.methods.comparative, analysis.comparative.samples, comparativeSample) : []),
    `## ${s.advice}`,
    s.adviceList.map((item) => `- ${item}`).join('\n'),
  ]
  return `${chapters.join('\n\n')}\n`

  function method<T>(
    title: string,
    samples: readonly T[],
    render: (sample: T, words: Catalogue) => string[],
  ): string[] {
    const own = samples.map((sample, i) => [`### ${s.sample(i + 1)}`, ...render(sample, words)].join('\n\n'))
    return [`## ${title}`, ...(own.length > 0 ? own : [s.none])]
  }
}

function baselineSample(sample: BaselineSample, words: Catalogue): string[] {
  const {
    source,
    window_start_line: start,
    total_logs_in_window: total,
    time_range: time,
    anomaly_score: score,
  } = sample
  const { analysis, representative_logs: logs, context_before: before, context_after: after } = sample
  const place = codeSpan(shownText(`${source}:${start + 1}–${start + total}`, words))
  const dominant = analysis.dominant_templates.map(
    ({ template_id: id, count, percentage }) =>
      `${codeSpan(id)} ${words.formats.number(count)} (${words.formats.share(percentage / 100)})`,
  )
  return [
    [
      place,
      time.start === null ? '' : `${time.start} – ${time.end}`,
      `${words.labels.score} ${words.formats.number(score)}`,
      dominant.join(', '),
    ]
      .filter((part) => part !== '')
      .join(' · '),
    ...(analysis.anomaly_indicators.length > 0
      ? [`${words.samples.indicators}: ${analysis.anomaly_indicators.join('; ')}`]
      : []),
    ...(logs.length > 0 ? [`${words.samples.representative}:`] : []),
    ...(logs.length > 0 ? [logs.map(({ reason }, i) => `${i + 1}. ${reason}`).join('\n')] : []),
    block([...before.map(context), ...logs.map(({ log }) => evidence(log)), ...after.map(context)], words),
  ]
}

function deepLogSample(sample: DeepLogSample | DeepLogAlertSample, words: Catalogue): string[] {
  if ('alert_type' in sample) {
    const { alert_type: type, entity, timestamp, details, context: lines } = sample
    const facts = [codeSpan(type), codeSpan(shownText(entity, words)), timestamp ?? ''].filter((part) => part !== '')
    const shown = lines.map(({ line_no, raw, is_target: isTarget }) => ({ line_no, raw, isTarget }))
    return [facts.join(' · '), codeSpan(shownText(details, words)), block(shown, words)]
  }
  const { analysis, source, actual_line_no: line, timestamp, target_log: target, sequence_context: around } = sample
  const expected = analysis.predicted_template === null ? '' : codeSpan(shownText(analysis.predicted_template, words))
  const lines = around.some(({ line_no: other }) => other === target.line_no) ? around : [...around, target]
  return [
    [codeSpan(shownText(`${source}:${line + 1}`, words)), timestamp ?? ''].filter((part) => part !== '').join(' · '),
    `${expected === '' ? '' : `${expected} → `}${codeSpan(shownText(analysis.actual_template, words))}: ${analysis.prediction_failure_reason}`,
    ...(analysis.context_anomalies.length > 0
      ? [`${words.samples.indicators}: ${analysis.context_anomalies.join('; ')}`]
      : []),
    block(
      lines.map((log) => (log.line_no === target.line_no ? evidence(log) : context(log))),
      words,
    ),
  ]
}

function mscredSample(sample: MscredSample, words: Catalogue): string[] {
  const { source, start_line: start, end_line: end, severity, explanation } = sample
  const { context_before: before, context_after: after, representative_logs: logs } = sample
  const place = codeSpan(shownText(`${source}:${start + 1}–${end + 1}`, words))
  return [
    `${place} · ${words.severities[severity]} · ${words.samples.ratio(sample.error_ratio)}`,
    `${words.samples.explanation}: ${explanation}`,
    block(
      [
        ...before.map((line) => ({ ...line, isTarget: false })),
        ...logs.map((line) => ({ ...line, isTarget: true })),
        ...after.map((line) => ({ ...line, isTarget: false })),
      ],
      words,
    ),
  ]
}

function comparativeSample(sample: ComparativeSample, words: Catalogue): string[] {
  const {
    anomaly_type: type,
    severity,
    description,
    unique_template_samples: unique = [],
    sample_logs: logs = [],
  } = sample
  const lines = [...unique.map(({ first_occurrence: first }) => evidence(first)), ...logs.map(context)]
  return [
    `${codeSpan(type)} · ${codeSpan(severity)}`,
    codeSpan(shownText(description, words)),
    ...(sample.metric_comparison ? [metricTable(sample.metric_comparison, words)] : []),
    ...(lines.length > 0 ? [block(lines, words)] : []),
  ]
}

function metricTable(metrics: NonNullable<ComparativeSample['metric_comparison']>, words: Catalogue): string {
  const entries = Object.entries(metrics) as [string, number | null][]
  const rows = [entries.map(([name]) => name), entries.map(() => '---')]
  const values = entries.map(([, value]) => (value === null ? '–' : words.formats.number(value)))
  return [...rows, values].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

interface BlockLine {
  readonly line_no: number
  readonly raw: string
  readonly isTarget: boolean
}

function evidence({ line_no, raw_message: raw }: SampleLog): BlockLine {
  return { line_no, raw, isTarget: true }
}

function context({ line_no, raw_message: raw }: SampleLog): BlockLine {
  return { line_no, raw, isTarget: false }
}

/** Lines in the order of the log, each once, those in question marked. */
function block(lines: readonly BlockLine[], words: Catalogue): string {
  const byLine = new Map<number, BlockLine>()
  for (const line of lines) if (!byLine.get(line.line_no)?.isTarget) byLine.set(line.line_no, line)
  const sorted = [...byLine.values()].sort((a, b) => a.line_no - b.line_no)
  const width = Math.max(0, ...sorted.map(({ line_no: line }) => String(line + 1).length))
  const texts = sorted.map(({ line_no: line, raw, isTarget }) => {
    const mark = isTarget ? '>' : ' '
    return `${mark} ${String(line + 1).padStart(width)}  ${shownText(raw.split('\n')[0], words)}`
  })
  return codeBlock(texts)
}
