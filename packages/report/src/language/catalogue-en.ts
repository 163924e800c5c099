import { spanText } from '../formats/incident-facts.js'
import type { Catalogue } from './catalogue.js'
import { evidenceText } from './evidence-en.js'
import { formats, plural, spanOf } from './formats-en.js'

// The words of a report in English; evidence-en.ts has what is said of evidence. Its twin is catalogue-ko.ts.

/** Smaller p-values are guesses of a tail, and no number that people have a feeling for. */
const RAREST = 1e-6

/** The English catalogue. */
export const EN: Catalogue = {
  language: 'en',
  formats,
  title: 'Log report',
  severities: { high: 'high', medium: 'medium', low: 'low' },
  roles: { normal: 'normal, learned from', judged: 'judged' },
  units: { window: 'windows', session: 'sessions', line: 'lines' },
  kinds: {
    'new-template': 'A message that was never seen in training',
    'more-frequent': 'A message far more often than usual',
    'less-frequent': 'A message far less often than usual',
    'unexpected-order': 'A message that does not follow from those before it',
    'missing-step': 'A step that did not come',
    late: 'A message that came later than it ever does',
    value: 'A number outside its usual range',
    burst: 'More of a message in a short time than ever in training',
    silence: 'A regular message that has stopped',
    spread: 'A message on more hosts at once than ever in training',
    'session-length': 'A session that is shorter or longer than any normal one',
    'session-counts': 'A session whose events differ in number from normal ones',
    'session-end': 'A session that ended where normal ones go on',
    'new-habit': 'A new kind of sessions that has come to stay',
    series: 'A count that left its relation to the others',
  },
  headings: {
    incidents: 'Incidents',
    timeline: 'Along the log',
    activity: 'Templates over time',
    distributions: 'Scores',
    changes: 'Lasting changes',
    below: 'Strangest below the threshold',
    sources: 'What was read',
    training: 'What was learned',
    detectors: 'Detectors',
    reading: 'How to read this report',
    limits: 'Limits',
    remarks: 'Know this first',
  },
  sourceColumns: ['file', 'role', 'format', 'records', 'with a time', 'time range', 'remarks'],
  detectorColumns: ['detector', 'judges', 'judged', 'flagged', 'calibrated on', 'threshold'],
  labels: {
    hosts: 'Hosts',
    processes: 'Programs',
    detectors: 'Detectors',
    sessions: 'Sessions',
    parameters: 'In common',
    rootCauses: 'Root-cause series',
    similar: 'Seen before',
    reasons: 'Reasons',
    score: 'Score',
  },
  timelineLegend:
    'Height: the strangest unit in each stretch of the log, all detectors added; `^` marks what was flagged.',
  linesLegend: '`>` marks the lines that made the score; the others are context. Line numbers count from 1.',
  unknownTime: 'no times',
  nothingStandsOut: 'no single template stands out',
  allSources: 'all sources',

  outcome({ counts }) {
    const lines = plural(counts.records, 'line')
    if (counts.records === 0) return 'Nothing was judged: there are no lines'
    if (counts.incidents === 0) return `Nothing above the threshold in ${lines}`
    const { high, medium, low } = counts.bySeverity
    const parts = [
      high > 0 ? `${formats.number(high)} high` : '',
      medium > 0 ? `${formats.number(medium)} medium` : '',
      low > 0 ? `${formats.number(low)} low` : '',
    ].filter((part) => part !== '')
    return `${plural(counts.incidents, 'incident')} in ${lines}: ${parts.join(', ')}`
  },
  bottomLine(report, quote) {
    const { incidents, belowThreshold, run } = report
    if (incidents.length > 0)
      return `${EN.outcome(report)}. Gravest: ${EN.headline(incidents[0], run.training, quote)}.`
    const [strangest] = belowThreshold
    if (report.counts.incidents > 0 || strangest === undefined) return `${EN.outcome(report)}.`
    const where = quote(spanText(strangest.source, strangest.firstLine, strangest.lastLine))
    return `${EN.outcome(report)}. Strangest of all: ${where}, ${EN.findingHeadline(strangest, run.training, quote)}.`
  },
  headline({ reasons, sessions, sessionKeys }, training, quote) {
    if (reasons.length === 0) return EN.nothingStandsOut
    const what = EN.reason(reasons[0], training, quote)
    if (sessions > 1) return `in ${formats.number(sessions)} sessions: ${what}`
    return sessions === 1 && sessionKeys.length === 1 ? `session ${quote(sessionKeys[0])}: ${what}` : what
  },
  findingHeadline({ evidence, unit, records }, training, quote) {
    return evidence.length === 0
      ? EN.nothingStandsOut
      : EN.reason({ evidence: evidence[0], unit, records }, training, quote)
  },
  reason({ evidence, unit, records }, training, quote) {
    return evidenceText(evidence, {
      place: unit === 'session' ? 'in the session' : `in ${plural(records, 'line')}`,
      training,
      quote,
    })
  },
  reasonCount({ findings }, incident) {
    return `${formats.number(findings)} of ${formats.number(incident.findings)} findings`
  },
  rarity(pValue, normalUnits) {
    if (normalUnits > 0 && pValue * normalUnits < 1)
      return `rarer than any of ${formats.number(normalUnits)} normal ones`
    if (pValue < RAREST) return `rarer than 1 in ${formats.number(1 / RAREST)}`
    return `about 1 in ${formats.number(Number((1 / pValue).toPrecision(2)))}`
  },
  detectorsAgree(count) {
    return count === 1 ? '1 detector' : `${formats.number(count)} detectors agree`
  },
  linesShown(shown, records) {
    return `${formats.number(shown)} of ${plural(records, 'line')} shown`
  },
  findingCounts({ windows, sessions }) {
    const parts = [windows > 0 ? plural(windows, 'window') : '', sessions > 0 ? plural(sessions, 'session') : '']
    return parts.filter((part) => part !== '').join(', ')
  },
  parameter({ type, value, why, lines, ofLines }, quote) {
    if (why === 'range') return `${quote(value)} (${quote(type)}), outside its usual range`
    return `${quote(value)} (${quote(type)}) in ${formats.number(lines)} of ${plural(ofLines, 'line')}`
  },
  rootCause({ series, template, direction, deviation }, quote) {
    const by = `${formats.number(deviation)} standard deviations ${direction === 'up' ? 'above' : 'below'} what was expected`
    return `${quote(template?.text ?? series)}: ${by}`
  },
  similar({ report, startTime, similarity }, rank, quote) {
    const when = startTime === null ? '' : `, ${formats.dateTime(startTime)}`
    const where = report !== null ? `in ${quote(report)}` : rank === null ? 'earlier in this log' : `#${rank}`
    return `${where}${when} (${formats.share(similarity)} alike)`
  },
  moreSessions: (count) => `and ${plural(count, 'more session')}`,
  moreReasons: (count) => `and ${plural(count, 'more sign')}`,
  morePlaces: (count) => `and in ${plural(count, 'more source')}`,
  moreLines: (count) => `… (+${plural(count, 'line')})`,
  moreCharacters: (count) => `… (+${plural(count, 'character')})`,
  moreIncidents({ counts, incidents }) {
    const hidden = counts.incidents - incidents.length
    return `${formats.number(hidden)} more ${hidden === 1 ? 'incident is' : 'incidents are'} not shown, none graver than these; --max-incidents shows more.`
  },
  trainingSentence({ run }) {
    const { training, budget } = run
    if (training.rows === 0) return 'Nothing was learned from a normal log; units were judged against each other.'
    const span = spanOf(training)
    const from = span === '' ? '' : `, ${formats.timeRange(training.firstTime, training.lastTime)}`
    const learned = `${plural(training.rows, 'normal line')}${from}: ${plural(training.templates, 'template')}.`
    const promise = budget === null ? '' : ` About ${formats.share(budget)} of normal units may be flagged by mistake.`
    return learned + promise
  },
  detectorSize({ windowSize, stride }) {
    if (windowSize === undefined) return ''
    return stride === undefined
      ? `of ${plural(windowSize, 'line')}`
      : `of ${plural(windowSize, 'line')}, one every ${formats.number(stride)}`
  },
  change({ template, source, firstLine, before, after, unit }, quote) {
    const where = quote(`${source}:${firstLine + 1}`)
    const what =
      unit === 'window'
        ? `${formats.number(before)} to ${formats.number(after)} lines a window`
        : `${formats.share(before)} to ${formats.share(after)} of the sessions`
    return `since ${where}: ${quote(template)} went from ${what}`
  },
  remark({ unknownShare }) {
    const share = formats.share(unknownShare)
    return `${share} of what was judged is of templates that were not learned: this may be another log than that of the training; learn from logs of this kind`
  },
  sourceRemarks({ cutLines = 0, invalidUtf8 = 0 }) {
    const remarks = [
      cutLines > 0 ? `${plural(cutLines, 'line')} cut` : '',
      invalidUtf8 > 0 ? `${plural(invalidUtf8, 'line')} not UTF-8` : '',
    ]
    return remarks.filter((remark) => remark !== '').join(', ')
  },
  shownShare({ counts }) {
    const share = formats.share(counts.shownRecords / Math.max(1, counts.records))
    return `This report shows ${formats.number(counts.shownRecords)} of ${plural(counts.records, 'line')} (${share}).`
  },
  readingGuide({ run }) {
    return [
      '**Incident**: findings that are one thing to look at: windows that touch, detectors that speak of the same lines, sessions that are strange for the same reason.',
      '**p-value**: share of held-out normal units that score at least as high. “About 1 in 1,000” means: of a thousand normal ones, one is like it.',
      `**Budget** (${run.budget === null ? 'not set' : formats.share(run.budget)}): the share of normal units that may be flagged by mistake. Expect that many false alarms, and set it by how many you can look at.`,
      '**Severity**: high = a message never seen before that speaks of a failure (the log calls it an error or worse, or it says error, fail, exception, panic or fatal), or a p-value of at most a hundredth of the budget; medium = any other message never seen before, at most a tenth of the budget, three detectors that agree, or ten sessions; low = the rest.',
      '**Score**: −log10 of the smallest p-value; higher is stranger.',
      'Times are those of the log; where it names a time zone, they are UTC.',
    ]
  },
  limits: [
    'An incident is unusual, not necessarily harmful; what was in the normal log counts as normal, faults included.',
    'Windows are stretches of lines: where exactly something begins or ends is known only to within a window.',
    'Lines are shown as text: control characters appear as pictures (␀ … ␡), direction marks and the like by number (`<U+202E>`), tabs as spaces.',
  ],
  page: {
    skip: 'Skip to the incidents',
    search: 'Search',
    searchHint: 'Text in lines, hosts, templates …',
    severity: 'Severity',
    detector: 'Detector',
    source: 'Source',
    host: 'Host',
    all: 'all',
    shown: '{0} of {1} incidents',
    calm: 'Nothing lies above the threshold.',
    noneShown: 'No incident fits. Clear the filters to see all.',
    clear: 'Clear filters',
    theme: 'Light or dark',
    keys: 'Keys',
    keyList: [
      ['/', 'search'],
      ['j k', 'next, previous incident'],
      ['Enter', 'open or close its details'],
      ['+ −', 'zoom the pictures'],
      ['← →', 'move the pictures'],
      ['0', 'show the whole time'],
      ['t', 'light or dark'],
      ['?', 'these keys'],
      ['Esc', 'clear filters, close'],
    ],
    close: 'Close',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    earlier: 'Earlier',
    later: 'Later',
    zoomReset: 'Show all',
    zoomed: 'Zoomed: {0}',
    pictures: 'Pictures',
    timelineLabel: 'Strangeness along the log, stacked by detector',
    activityLabel: 'How often each template occurs along the log',
    distributionLabel: 'Scores of {0}',
    timelineNote:
      'Height: the strangest unit of each stretch, in powers of ten (−log10 p), detectors stacked. Marks above: incidents. Drag to zoom; the list follows.',
    activityNote:
      'The stronger, the more lines of the template, compared with its other times. Red: never seen in training. In order of their busiest time.',
    distributionNote:
      'Units by score, on a logarithmic scale. The line is the threshold; what lies right of it was flagged.',
    records: 'lines',
    units: 'units',
    threshold: 'threshold',
    strength: '−log10 p',
    flagged: 'flagged',
    template: 'template',
    otherTemplates: '{0} other templates with {1} lines are not drawn.',
    asTable: 'As a table',
    withoutScript: 'Scripts are off: the pictures, the search and the filters need them. All incidents are below.',
    details: 'Details',
    copyLink: 'Link to this incident',
    moreSources: '{0} more sources are only in the sum',
    lineAxis: 'units in order',
  },
  samples: {
    title: 'Anomaly sample analysis',
    summary: 'Summary by method',
    methods: {
      baseline: 'Window counts (baseline)',
      deeplog: 'DeepLog',
      mscred: 'Count network (MS-CRED)',
      comparative: 'Comparison with other logs',
    },
    found: 'found',
    analysed: 'analysed',
    total: (count) => `${plural(count, 'anomaly', 'anomalies')} in all`,
    details: 'Samples',
    sample: (number) => `Sample ${formats.number(number)}`,
    none: 'Nothing was flagged.',
    indicators: 'Signs',
    representative: 'Representative lines',
    before: 'before',
    after: 'after',
    explanation: 'Why',
    advice: 'What to do next',
    adviceList: [
      '**Now**: look at the lines that the log itself calls errors, then at templates never seen before.',
      '**Soon**: compare with deployments, restarts and load at these times; raise or lower the budget to what you can look at.',
      '**Later**: add what turned out to be normal to the normal logs and train again.',
    ],
    unseen: (share) => `${formats.share(share)} of the templates are new`,
    spike: (z) => `frequency surprise ${formats.number(z)}`,
    errors: (count) => plural(count, 'error line'),
    warnings: (share) => `${formats.share(share)} of the lines are warnings`,
    diversity: (share) => `distinct templates are ${formats.share(share)} of the lines`,
    dominantReason: (count, records) =>
      `most frequent template: ${formats.number(count)} of ${plural(records, 'line')}`,
    errorReason: 'first line that the log calls an error',
    rareReason: 'rarest template of the window',
    reappeared: 'the template occurred earlier in the sequence, but is not expected here',
    newInContext: 'the template is new in this sequence',
    repeated: (times) => `the same template ${formats.number(times)} times in a row`,
    manyErrors: (share) => `${formats.share(share)} of the lines around are errors`,
    gap: (ms) => `a gap of ${formats.duration(ms)}`,
    ratio: (ratio) => `the error is ${formats.number(ratio)} × the threshold`,
    errorShare: (share) => `${formats.share(share)} of the lines are errors`,
    distinct: (count) => `${plural(count, 'distinct template')}`,
    oneTemplate: (share) => `one template makes ${formats.share(share)} of the lines`,
  },
  diff: {
    title: 'What changed since the last run',
    outcome: (fresh, gone, changed, same) =>
      `${formats.number(fresh)} new, ${formats.number(gone)} gone, ${formats.number(changed)} changed, ${formats.number(same)} as before`,
    fresh: 'New',
    gone: 'Gone',
    changed: 'Changed',
    same: 'As before',
    none: 'none',
    severity: (before, after) => `severity ${before} → ${after}`,
    sessions: (before, after) => `${formats.number(before)} → ${plural(after, 'session')}`,
    rate: (before, after) => `${before} → ${after} of the lines`,
  },
  inference: {
    title: 'Inference report',
    total: (records) => `${plural(records, 'line')} judged.`,
    methods: 'Methods',
    methodColumns: ['method', 'judged', 'flagged', 'share', 'allowed by chance'],
    conclusion: 'Conclusion',
    within: 'The shares of what was flagged are within what normal logs give by chance.',
    beyond: (names) => `More was flagged than normal logs give by chance; main indicators: ${names}.`,
    uncalibrated: 'not calibrated',
    files: 'Files',
  },
}
