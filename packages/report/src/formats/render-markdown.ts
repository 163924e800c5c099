import type { Finding } from '@sp/log-table'
import type { Incident, NameCount, Reason } from '../incidents/incident.js'
import { type Catalogue, catalogueOf, type Quote } from '../language/catalogue.js'
import type { Language } from '../language/formats.js'
import { codeBlock, codeCell, codeSpan, visibleText } from '../plain-text.js'
import type { Report } from '../report.js'
import { drawTimeline } from './draw-timeline.js'
import { capital, locationOf, normalUnitsOf, spanText } from './incident-facts.js'
import { shownLines, shownText } from './shown-lines.js'

/** In which language a text is written. */
export interface TextOptions {
  /** Default `en`. */
  readonly language?: Language
}

/** Keys of sessions and names that a line of facts lists. */
const LISTED = 12

/**
 * The report as Markdown (CommonMark with GitHub's tables): the answer first, then a picture, the incidents, what was
 * read and learned, and how to read it. Log text stands in code spans and fences that it cannot leave.
 */
export function renderMarkdown(report: Report, { language = 'en' }: TextOptions = {}): string {
  const words = catalogueOf(language)
  function quote(text: string): string {
    return codeSpan(shownText(text, words))
  }
  const chapter = new Chapters(report, words, quote)
  const { incidents, counts, run } = report
  const chapters = [
    `# ${escapeMarkup(report.title || words.title)}`,
    `**${capital(words.bottomLine(report, quote))}**`,
    ...(run.remarks.length > 0
      ? [`## ${words.headings.remarks}`, bullets(run.remarks.map((remark) => words.remark(remark)))]
      : []),
    ...chapter.timeline(),
    ...(incidents.length > 0
      ? [
          `## ${words.headings.incidents}`,
          words.linesLegend,
          ...incidents.map((incident, i) => chapter.incident(incident, i + 1)),
        ]
      : []),
    ...(counts.incidents > incidents.length ? [words.moreIncidents(report)] : []),
    ...chapter.changes(),
    ...chapter.below(),
    `## ${words.headings.sources}`,
    chapter.sourceTable(),
    `## ${words.headings.training}`,
    words.trainingSentence(report),
    ...(run.detectors.length > 0 ? [chapter.detectorTable()] : []),
    words.shownShare(report),
    `## ${words.headings.reading}`,
    bullets(words.readingGuide(report)),
    `## ${words.headings.limits}`,
    bullets(words.limits),
  ]
  return `${chapters.join('\n\n')}\n`
}

/** The chapters of a report in one language. */
class Chapters {
  constructor(
    private readonly report: Report,
    private readonly words: Catalogue,
    private readonly quote: Quote,
  ) {}

  incident(incident: Incident, rank: number): string {
    const { words, quote, report } = this
    const { severity, startTime, endTime, hosts, processes, pValue, lines, records } = incident
    const facts = [
      codeSpan(locationOf(incident)),
      incident.morePlaces + incident.places.length > 1
        ? words.morePlaces(incident.morePlaces + incident.places.length - 1)
        : '',
      words.formats.timeRange(startTime, endTime),
      this.names(hosts),
      this.names(processes),
      words.rarity(pValue, normalUnitsOf(incident, report)),
      words.findingCounts(incident),
      lines.length > 0 ? words.linesShown(lines.length, records) : '',
    ]
    const why = this.reasonItems(incident)
    return [
      `### ${rank}. ${words.severities[severity]}: ${words.headline(incident, report.run.training, quote)}`,
      ...(lines.length > 0 ? [codeBlock(shownLines(lines, words))] : []),
      facts.filter((fact) => fact !== '').join(' · '),
      ...(why.length > 0 ? [bullets(why)] : []),
    ].join('\n\n')
  }

  timeline(): string[] {
    const { timeline } = this.report.pictures
    if (timeline.sources.every(({ starts }) => starts.length === 0)) return []
    const { headings, timelineLegend } = this.words
    return [`## ${headings.timeline}`, codeBlock(drawTimeline(timeline, this.words)), timelineLegend]
  }

  changes(): string[] {
    const { changes } = this.report.run
    if (changes.length === 0) return []
    return [
      `## ${this.words.headings.changes}`,
      bullets(changes.map((change) => this.words.change(change, this.quote))),
    ]
  }

  /** With their lines when there is nothing else to show. */
  below(): string[] {
    const { belowThreshold, counts } = this.report
    if (belowThreshold.length === 0) return []
    const heading = `## ${this.words.headings.below}`
    if (counts.incidents > 0)
      return [heading, belowThreshold.map((finding, i) => `${i + 1}. ${this.belowItem(finding)}`).join('\n')]
    const chapters = belowThreshold.map((finding, i) =>
      [`### ${i + 1}. ${this.belowItem(finding)}`, codeBlock(shownLines(finding.lines, this.words))].join('\n\n'),
    )
    return [heading, this.words.linesLegend, ...chapters]
  }

  sourceTable(): string {
    const { words } = this
    const rows = this.report.run.sources.map((source) => [
      codeCell(shownText(source.name, words)),
      words.roles[source.role],
      codeCell(source.format),
      words.formats.number(source.records),
      source.records === 0 ? '' : words.formats.wholeShare(source.timestamps / source.records),
      words.formats.timeRange(source.firstTime, source.lastTime) || (source.timestamps > 0 ? '' : words.unknownTime),
      words.sourceRemarks(source),
    ])
    return table(words.sourceColumns, rows)
  }

  detectorTable(): string {
    const { words, report } = this
    const { number } = { number: (value: number) => words.formats.number(value) }
    const rows = report.run.detectors.map((detector) => {
      const units = report.counts.units[detector.name]
      return [
        codeCell(detector.name),
        [words.units[detector.unit], words.detectorSize(detector)].filter((part) => part !== '').join(' '),
        units ? number(units.judged) : '',
        units ? number(units.flagged) : '',
        detector.normalUnits > 0 ? number(detector.normalUnits) : '–',
        detector.threshold === null ? '–' : number(detector.threshold),
      ]
    })
    return table(words.detectorColumns, rows)
  }

  /** What the headline and the lines do not say already. */
  private reasonItems(incident: Incident): string[] {
    const { words, quote, report } = this
    const { reasons, moreReasons, parameters, rootCauses, similar, detectors, sessions, sessionKeys } = incident
    const others = reasons.length > 1 ? reasons.map((reason) => this.reasonItem(reason, incident)) : []
    const keys = sessionKeys.slice(0, LISTED).map(quote).join(', ')
    function rankOf(id: string): number | null {
      const index = report.incidents.findIndex((other) => other.id === id)
      return index < 0 ? null : index + 1
    }
    return [
      ...others,
      ...(moreReasons > 0 ? [words.moreReasons(moreReasons)] : []),
      ...(detectors.length > 1
        ? [
            `${words.detectorsAgree(detectors.length)}: ${detectors.map(({ name, pValue }) => `${quote(name)} p ${pText(pValue)}`).join(', ')}`,
          ]
        : []),
      ...(sessions > 1
        ? [`${words.labels.sessions}: ${keys}${sessions > LISTED ? ` ${words.moreSessions(sessions - LISTED)}` : ''}`]
        : []),
      ...labelled(
        words.labels.parameters,
        parameters.map((parameter) => words.parameter(parameter, quote)),
      ),
      ...labelled(
        words.labels.rootCauses,
        rootCauses.map((cause) => words.rootCause(cause, quote)),
      ),
      ...labelled(
        words.labels.similar,
        similar.map((one) => words.similar(one, one.report === null ? rankOf(one.id) : null, quote)),
      ),
    ]
  }

  private reasonItem(reason: Reason, incident: Incident): string {
    const { words, quote, report } = this
    const count = incident.findings > 1 ? ` (${words.reasonCount(reason, incident)})` : ''
    return words.reason(reason, report.run.training, quote) + count
  }

  private belowItem(finding: Finding): string {
    const { words, quote, report } = this
    const where = codeSpan(spanText(finding.source, finding.firstLine, finding.lastLine))
    const rarity = words.rarity(finding.pValue, normalUnitsOf(finding, report))
    return `${where}: ${words.findingHeadline(finding, report.run.training, quote)} · ${rarity}`
  }

  private names(counts: readonly NameCount[]): string {
    return counts
      .slice(0, LISTED)
      .map(({ name }) => this.quote(name))
      .join(', ')
  }
}

/** A p-value as people read it: two significant digits; below 1e-12 it is a guess of a tail. */
export function pText(pValue: number): string {
  return pValue < 1e-12 ? '< 1e-12' : String(Number(pValue.toPrecision(2)))
}

function labelled(label: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`${label}: ${items.join('; ')}`]
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return [columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n')
}

/** Text outside code: every ASCII punctuation mark that could be markup is escaped (CommonMark §2.4). */
export function escapeMarkup(text: string): string {
  return visibleText(text).replace(/[\\`*_{}[\]<>()#+!|~&$:@-]/g, '\\$&')
}
