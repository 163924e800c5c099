import type { ChangedIncident, ReportDiff } from '../diff-reports.js'
import type { Incident } from '../incidents/incident.js'
import { type Catalogue, catalogueOf, type Quote } from '../language/catalogue.js'
import { codeSpan, quoted } from '../plain-text.js'
import type { ReportTraining } from '../report.js'
import { locationOf } from './incident-facts.js'
import type { TextOptions } from './render-markdown.js'
import { shownLines, shownText } from './shown-lines.js'
import { fit, styled } from './terminal-text.js'

/** What is needed to tell of a comparison. */
export interface DiffOptions extends TextOptions {
  /** Of the later run, for sentences that say how long something was not seen. */
  readonly training: ReportTraining
}

/** A comparison as Markdown: what is new with its lines, then what is gone and what changed. */
export function renderDiff(diff: ReportDiff, { language = 'en', training }: DiffOptions): string {
  const words = catalogueOf(language)
  function quote(text: string): string {
    return codeSpan(shownText(text, words))
  }
  const { diff: d } = words
  const fresh = diff.fresh.map((incident) => {
    const lines = incident.lines.filter(({ role }) => role === 'evidence').slice(0, SHOWN_LINES)
    const head = `- ${titleOf(incident, { words, training, quote })}`
    const block = shownLines(lines, words).map((line) => `      ${line}`)
    return [head, ...(block.length > 0 ? ['', ...block] : [])].join('\n')
  })
  const chapters = [
    `# ${d.title}`,
    `**${outcomeOf(diff, words)}**`,
    `## ${d.fresh}`,
    fresh.join('\n\n') || d.none,
    `## ${d.gone}`,
    diff.gone.map((incident) => `- ${titleOf(incident, { words, training, quote })}`).join('\n') || d.none,
    `## ${d.changed}`,
    diff.changed
      .map((pair) => `- ${titleOf(pair.after, { words, training, quote })} · ${changeText(pair, words)}`)
      .join('\n') || d.none,
    `## ${d.same}`,
    diff.same.map(({ after }) => `- ${titleOf(after, { words, training, quote })}`).join('\n') || d.none,
  ]
  return `${chapters.join('\n\n')}\n`
}

/** A comparison as lines for a terminal: `+` new, `-` gone, `~` changed, each with its first line of evidence. */
export function renderDiffSummary(
  diff: ReportDiff,
  {
    language = 'en',
    training,
    width = 80,
    color = false,
  }: DiffOptions & { readonly width?: number; readonly color?: boolean },
): string {
  const words = catalogueOf(language)
  const columns = Math.max(20, width)
  const told = { words, training, quote: quoted }
  const lines = [
    styled(fit(`${outcomeOf(diff, words)}.`, columns), 'bold', color),
    ...diff.fresh.flatMap((incident) => [
      styled(fit(`+ ${titleOf(incident, told)}`, columns), 'high', color),
      ...shownLines(incident.lines.filter(({ reason }) => reason === 0).slice(0, 1), words)
        .slice(0, 1)
        .map((line) => fit(`  ${line}`, columns)),
    ]),
    ...diff.gone.map((incident) => styled(fit(`- ${titleOf(incident, told)}`, columns), 'low', color)),
    ...diff.changed.map((pair) =>
      styled(fit(`~ ${titleOf(pair.after, told)} · ${changeText(pair, words)}`, columns), 'medium', color),
    ),
  ]
  return `${lines.join('\n')}\n`
}

const SHOWN_LINES = 3

interface Telling {
  readonly words: Catalogue
  readonly training: ReportTraining
  readonly quote: Quote
}

function outcomeOf({ fresh, gone, changed, same }: ReportDiff, words: Catalogue): string {
  return words.diff.outcome(fresh.length, gone.length, changed.length, same.length)
}

function titleOf(incident: Incident, { words, training, quote }: Telling): string {
  const what = words.headline(incident, training, quote)
  return `${words.severities[incident.severity]}: ${what} · ${quote(locationOf(incident))}`
}

function changeText({ severity, sessions, share }: ChangedIncident, words: Catalogue): string {
  const { diff, severities, formats } = words
  return [
    severity ? diff.severity(severities[severity.before], severities[severity.after]) : '',
    sessions ? diff.sessions(sessions.before, sessions.after) : '',
    share ? diff.rate(formats.share(share.before), formats.share(share.after)) : '',
  ]
    .filter((part) => part !== '')
    .join(', ')
}
