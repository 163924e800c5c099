import fc from 'fast-check'
import type { Log } from 'sarif'
import type { Evidence, NamedTemplate } from '@sp/log-table'
import { diffReports } from '../src/diff-reports.js'
import { renderCsv } from '../src/formats/render-csv.js'
import { renderDiff, renderDiffSummary } from '../src/formats/render-diff.js'
import { renderInferenceReport } from '../src/formats/render-inference.js'
import { renderJson } from '../src/formats/render-json.js'
import { renderJunit } from '../src/formats/render-junit.js'
import { renderMarkdown } from '../src/formats/render-markdown.js'
import { renderSamples } from '../src/formats/render-samples.js'
import { renderSarif } from '../src/formats/render-sarif.js'
import { renderSummary } from '../src/formats/render-summary.js'
import { renderHtml } from '../src/html/render-html.js'
import { LANGUAGES } from '../src/language/formats.js'
import type { Report } from '../src/report.js'
import type { SampleLog } from '../src/samples.js'
import { builderWith, finding, RUN } from './make-findings.js'

/** What a stranger can write into a log to do something where it is shown. */
const HOSTILE =
  '````\n</script><img src=x onerror=alert(1)>\u001b[2J\u001b]0;owned\u0007 | ~~~ \u202egnp.exe \0 ```` # heading ]]> [x](javascript:alert(1)) {0} \ue001<b>\ue000 \uffff \ud800'
const FORMULA = "=cmd|'/C calc'!A0"

/** A report in which every place for log text holds it. */
function reportWith(text: string): Report {
  const named: NamedTemplate = { id: text, text }
  const evidence: Evidence<NamedTemplate>[] = [
    { kind: 'new-template', template: named, count: 20, expected: 0, surprise: 9, nearest: named },
    { kind: 'burst', template: named, host: text, count: 9, most: 1, withinMs: 5, row: 1, surprise: 8 },
    { kind: 'series', template: null, series: text, direction: 'up', deviation: 9, surprise: 8 },
    {
      kind: 'unexpected-order',
      template: named,
      after: named,
      expected: [named, named],
      probability: 0,
      row: 1,
      surprise: 8,
    },
  ]
  const parts = {
    evidence,
    hosts: [text],
    processes: [text],
    detectors: [
      { name: text, pValue: 1e-7 },
      { name: 'b', pValue: 1e-3 },
    ],
  }
  const line = {
    role: 'evidence' as const,
    evidence: 0,
    lineNo: 4,
    byteOffset: 4,
    time: 0,
    severity: 3,
    text,
    cutCharacters: 7,
  }
  const sessions = ['1', '2'].map((n) => ({
    ...finding({ ...parts, unit: 'session', session: text + n, source: text, firstLine: Number(n) }),
    lines: [line],
  }))
  const builder = builderWith(sessions)
  builder.addRows({ rowCount: 1, template: Int32Array.of(0), timestamp: Float64Array.of(0) }, [{ ...named, count: 1 }])
  builder.addUnit({ source: text, detector: text, time: 0, line: 0, score: 1, pValue: 0.001, isFlagged: true })
  builder.addNearMiss({ ...sessions[0], id: 'near' })
  const source = { ...RUN.sources[1], name: text, format: text }
  const change = {
    template: text,
    source: text,
    firstLine: 0,
    lastLine: 1,
    before: 1,
    after: 2,
    unit: 'window' as const,
  }
  return builder.report(
    {
      ...RUN,
      sources: [RUN.sources[0], source, { ...source, name: `${text}2` }],
      detectors: [{ ...RUN.detectors[0], name: text }],
      changes: [change],
    },
    {
      title: text,
      earlier: sessions.map(({ id }) => ({ id, signature: [`new ${text}`], startTime: 0, report: text })),
    },
  )
}

const report = reportWith(HOSTILE)

/** Markdown with its fences and code spans taken out. */
function withoutCode(markdown: string): string {
  const text = markdown.replace(/^( *)(`{3,})text\n[\s\S]*?\n\1\2$/gm, '')
  return text.replace(/(?<!`)(`+)(?!`)(?:(?!\1(?!`))[\s\S]|(?<=`)`)*?(?<!`)\1(?!`)/g, '')
}

/** No control characters but line ends, no directions, nothing that cannot be seen. */
const UNSEEN = /[^\P{C}\n\ue000\ue001\uffff\ufffe]/u

describe.each(LANGUAGES)('hostile log text, in %s,', (language) => {
  it('stays in its code in Markdown', () => {
    const log: SampleLog = {
      line_no: 1,
      timestamp: null,
      host: HOSTILE,
      process: HOSTILE,
      raw_message: HOSTILE,
      masked_message: HOSTILE,
      template: HOSTILE,
      template_id: HOSTILE,
    }
    const found = { type: 'x', method: 'x', anomaly_count: 1, analyzed_count: 1 }
    const samples = renderSamples(
      {
        deeplog: {
          ...found,
          samples: [
            {
              alert_type: HOSTILE,
              entity: HOSTILE,
              timestamp: null,
              line_no: 1,
              source: HOSTILE,
              details: HOSTILE,
              context: [{ line_no: 1, timestamp: null, raw: HOSTILE, template: HOSTILE, is_target: true }],
            },
          ],
        },
        comparative: {
          ...found,
          samples: [{ anomaly_type: HOSTILE, severity: HOSTILE, description: HOSTILE, sample_logs: [log] }],
        },
      },
      { language },
    )
    const diff = diffReports({ ...report, incidents: [] }, report)
    const texts = [
      renderMarkdown(report, { language }),
      renderInferenceReport(report, { language, files: [HOSTILE] }),
      renderDiff(diff, { language, training: RUN.training }),
      samples,
    ]
    for (const markdown of texts) {
      expect(markdown).not.toMatch(UNSEEN)
      const outside = withoutCode(markdown.replace(/^ {6,}.*$/gm, ''))
      expect(outside).not.toMatch(/(?<!\\)<(?!\*)|(?<!\\)!\[|(?<!\\)\]\(/)
      for (const line of outside.split('\n')) expect(line).not.toMatch(/^ {0,3}(# heading|<|~~~)/)
    }
  })

  it('moves no cursor and changes no colour in a terminal, and keeps to its width', () => {
    const diff = diffReports({ ...report, incidents: [] }, report)
    for (const width of [20, 50, 120]) {
      const texts = [
        renderSummary(report, { language, width }),
        renderDiffSummary(diff, { language, width, training: RUN.training }),
      ]
      for (const text of texts) {
        expect(text).not.toMatch(UNSEEN)
        for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(width)
      }
    }
    const colored = renderSummary(report, { language, color: true })
    expect(colored.replace(/\u001b\[[\d;]*m/g, '')).not.toMatch(UNSEEN)
    expect(new Set(colored.match(/\u001b\[[\d;]*m/g))).toEqual(
      new Set(['\u001b[1m', '\u001b[0m', '\u001b[2m', '\u001b[1;31m']),
    )
  })

  it('ends no element and no attribute in JUnit, and is XML that any parser reads', () => {
    const xml = renderJunit(report, { language })
    expect(xml).not.toMatch(/[^\P{C}\n\ue000\ue001]/u)
    const inside = xml
      .replace(/<\?xml[^>]*\?>/, '')
      .replace(/<\/?(?:testsuites|testsuite|testcase|failure)(?: \w+="[^"<]*")*\/?>/g, '')
    expect(inside).not.toMatch(/[<>]|&(?!amp;|lt;|gt;|quot;|apos;)/)
  })

  it('makes no link, no placeholder and no other path in SARIF', () => {
    const { runs } = JSON.parse(renderSarif(report, { language })) as Log
    for (const { message, locations } of runs[0].results!) {
      expect(message.text).not.toMatch(/(?<!\\)\[|(?<!\\)\]/)
      expect(message.text).not.toMatch(/(?<!\{)\{(?:\{\{)*\d/)
      for (const { physicalLocation } of locations!) {
        const { uri } = physicalLocation!.artifactLocation!
        expect(uri).toMatch(/^[\w.~!*'()%/-]*$/)
        expect(physicalLocation!.region!.snippet!.text).not.toMatch(UNSEEN)
      }
    }
  })

  it('is no formula in a spreadsheet', () => {
    for (const text of [FORMULA, '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '＝1', '|x', '%x', 'a"b\r\n=c']) {
      const csv = renderCsv(reportWith(text), { language }).slice(1)
      const cells = csv.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)|\r\n/).filter((cell) => cell.startsWith('"'))
      for (const cell of cells) expect(cell).toMatch(/^"(?!\s*[=+\-@＝＋－＠|%])(?:[^"\r\n]|"")*"$/)
    }
  })

  it('is text alone in HTML', () => {
    const page = renderHtml(report, { language })
    expect(page.match(/<script/g)).toHaveLength(2)
    expect(page).not.toContain('<img')
    const body = page.slice(page.indexOf('<body>'), page.indexOf('<script'))
    expect(body.replace(/\s+/g, ' ')).not.toMatch(/[^\P{C}\ue000\ue001\uffff]/u)
    const tags = new Set([...body.matchAll(/<([a-z0-9]+)/g)].map(([, tag]) => tag))
    expect([...tags].sort().join(' ')).toBe(
      'a article body button code dd details dialog div dl dt figcaption figure form h1 h2 h3 header input kbd label li main mark noscript ol option output p rect section select span strong summary svg table tbody td th thead tr ul b br'
        .split(' ')
        .filter((tag) => tags.has(tag))
        .sort()
        .join(' '),
    )
    for (const [tag] of body.matchAll(/<[a-z][^>]*>/g))
      expect(tag.replace(/"[^"]*"/g, '')).not.toMatch(/ on\w+=| style=/)
  })
})

test('JSON keeps log text as it was, for programs', () => {
  expect(JSON.parse(renderJson(report)).incidents[0].sessionKeys[0]).toBe(`${HOSTILE}1`)
})

test('no text gets out of its place in HTML, whatever it is', () => {
  const pieces = fc.constantFrom(
    '<',
    '>',
    '"',
    "'",
    '&',
    '`',
    '</script>',
    '<!--',
    ']]>',
    '\ue000',
    '\ue001',
    '\u2028',
    '\0',
    'x',
    ' ',
  )
  fc.assert(
    fc.property(fc.array(pieces, { minLength: 1, maxLength: 12 }), (parts) => {
      const page = renderHtml(reportWith(parts.join('')))
      expect(page.match(/<\/?script/g)).toHaveLength(4)
      expect(page.match(/<!--/g)).toBeNull()
    }),
    { numRuns: 25 },
  )
})
