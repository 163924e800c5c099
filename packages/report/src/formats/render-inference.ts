import { catalogueOf } from '../language/catalogue.js'
import { codeCell, codeSpan } from '../plain-text.js'
import type { Report } from '../report.js'
import { capital } from './incident-facts.js'
import type { TextOptions } from './render-markdown.js'
import { shownText } from './shown-lines.js'

/** What an inference report needs besides the report. */
export interface InferenceOptions extends TextOptions {
  /** Names of the files in the folder of the results. */
  readonly files?: readonly string[]
}

/**
 * `inference_report.md` of the reference system: totals, what each method flagged, a conclusion, the files. A method is a
 * main indicator when it flagged more than three times what its budget gives by chance, not when it passes a fixed share
 * that it reaches by construction.
 */
export function renderInferenceReport(report: Report, { language = 'en', files = [] }: InferenceOptions = {}): string {
  const words = catalogueOf(language)
  function quote(text: string): string {
    return codeSpan(shownText(text, words))
  }
  const { budget } = report.run
  const methods = Object.entries(report.counts.units).map(([name, { judged, flagged }]) => {
    const share = judged === 0 ? 0 : flagged / judged
    return { name, judged, flagged, share, isBeyond: budget !== null && flagged > 0 && share > BEYOND * budget }
  })
  const beyond = methods.filter(({ isBeyond }) => isBeyond).map(({ name }) => quote(name))
  const rows = methods.map(({ name, judged, flagged, share }) => [
    codeCell(name),
    words.formats.number(judged),
    words.formats.number(flagged),
    words.formats.share(share),
    budget === null ? words.inference.uncalibrated : words.formats.share(budget),
  ])
  const columns = words.inference.methodColumns
  const chapters = [
    `# ${words.inference.title}`,
    `${words.inference.total(report.counts.records)} ${capital(words.bottomLine(report, quote))}`,
    `## ${words.inference.methods}`,
    [columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n'),
    `## ${words.inference.conclusion}`,
    beyond.length > 0 ? words.inference.beyond(beyond.join(', ')) : words.inference.within,
    ...(files.length > 0 ? [`## ${words.inference.files}`, files.map((file) => `- ${quote(file)}`).join('\n')] : []),
  ]
  return `${chapters.join('\n\n')}\n`
}

/** A share this many times the budget is no longer chance, whatever the number of units that a short log has. */
const BEYOND = 3
