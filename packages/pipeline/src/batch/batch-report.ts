import { type Language, renderMarkdown, type Report } from '@sp/report'
import type { BatchLog, BatchSummary } from './batch-summary.js'

interface BatchWords {
  readonly title: string
  readonly columns: readonly string[]
  readonly roles: Readonly<Record<BatchLog['role'], string>>
  outcome(target: string, batch: BatchSummary): string
}

const WORDS: Readonly<Record<Language, BatchWords>> = {
  en: {
    title: 'Batch analysis',
    columns: ['log', 'category', 'role', 'records', 'templates', 'errors'],
    roles: { target: 'target', baseline: 'baseline' },
    outcome: (target, { logs, incidents, comparativeAnomalies, temporalAnomalies }) =>
      `${target} judged by what ${count(logs.length - 1, 'other log')} ${logs.length === 2 ? 'teaches' : 'teach'}: ` +
      `${count(incidents, 'incident')}, ${count(comparativeAnomalies, 'difference')} of the whole, ` +
      `${count(temporalAnomalies, 'strange hour')}.`,
  },
  ko: {
    title: '일괄 분석',
    columns: ['로그', '분류', '구분', '레코드 수', '템플릿 수', '오류 비율'],
    roles: { target: '검사 대상', baseline: '기준' },
    outcome: (target, { logs, incidents, comparativeAnomalies, temporalAnomalies }) =>
      `${target}: 다른 로그 ${logs.length - 1}개를 기준으로 검사한 결과 인시던트 ${incidents}건, 전체 비교 차이 ` +
      `${comparativeAnomalies}건, 이상 시간대 ${temporalAnomalies}건.`,
  },
}

/** What a batch showed, in front of the report of the log that was judged; Markdown. */
export function batchReport(batch: BatchSummary, report: Report, language: Language = 'en'): string {
  const words = WORDS[language]
  const rows = batch.logs.map(({ name, category, role, records, templates, errorRate }) => {
    const cells = [name, category, words.roles[role], records, templates, `${(100 * errorRate).toFixed(2)} %`]
    return `| ${cells.map(cell).join(' | ')} |`
  })
  return [
    `# ${words.title}`,
    '',
    words.outcome(cell(batch.target), batch),
    '',
    `| ${words.columns.join(' | ')} |`,
    '|---|---|---|---:|---:|---:|',
    ...rows,
    '',
    renderMarkdown(report, { language }),
  ].join('\n')
}

function count(number: number, one: string): string {
  return `${number} ${one}${number === 1 ? '' : 's'}`
}

/** A value that cannot end its cell, nor be a link or markup. */
function cell(value: string | number): string {
  return String(value)
    .replace(/[|\\`*_<>[\]]/g, '\\$&')
    .replace(/\s+/g, ' ')
}
