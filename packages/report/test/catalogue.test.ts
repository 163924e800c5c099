import { catalogueOf } from '../src/language/catalogue.js'
import { LANGUAGES } from '../src/language/formats.js'
import { quoted } from '../src/plain-text.js'
import { EVERY_EVIDENCE } from './every-evidence.js'
import { expectGolden } from './golden-file.js'
import { finding, reportOf, RUN } from './make-findings.js'

describe.each(LANGUAGES)('the catalogue in %s', (language) => {
  const words = catalogueOf(language)

  it('has a sentence for every kind of evidence, in windows and in sessions', () => {
    const sentences = (['window', 'session'] as const).flatMap((unit) =>
      EVERY_EVIDENCE.map((evidence) => words.reason({ evidence, unit, records: 50 }, RUN.training, quoted)),
    )
    for (const sentence of sentences) expect(sentence).not.toMatch(/undefined|NaN|null|\.$/)
    const untrained = { rows: 0, templates: 0, firstTime: null, lastTime: null }
    const [first] = EVERY_EVIDENCE
    sentences.push(words.reason({ evidence: first, unit: 'window', records: 50 }, untrained, quoted))
    sentences.push(words.reason({ evidence: first, unit: 'window', records: 50 }, { ...untrained, rows: 900 }, quoted))
    expectGolden(`sentences.${language}.txt`, `${sentences.join('\n')}\n`)
  })

  it('covers the kinds that it names', () => {
    expect(new Set(EVERY_EVIDENCE.map(({ kind }) => kind))).toEqual(new Set(Object.keys(words.kinds)))
  })

  it('says the same of everything else', () => {
    const report = reportOf([finding({ texts: { 3: 'segfault at 1 #0' } })])
    const [incident] = report.incidents
    const similar = { id: 'x', report: null, similarity: 0.8, startTime: 0 }
    const parameter = {
      template: { id: '', text: '' },
      position: 0,
      type: '<IP>',
      value: '10.0.0.1',
      why: 'shared' as const,
      lines: 3,
      ofLines: 4,
    }
    const said = [
      words.outcome(report),
      words.bottomLine(report, quoted),
      words.bottomLine(
        { ...report, incidents: [], counts: { ...report.counts, incidents: 0 }, belowThreshold: [finding()] },
        quoted,
      ),
      words.headline({ ...incident, sessions: 2000 }, RUN.training, quoted),
      words.rarity(1e-9, 800),
      words.rarity(0.0125, 800),
      words.detectorsAgree(1),
      words.detectorsAgree(4),
      words.findingCounts({ ...incident, sessions: 12 }),
      words.linesShown(12, 2400),
      words.reasonCount(incident.reasons[0], incident),
      words.parameter(parameter, quoted),
      words.parameter({ ...parameter, why: 'range' }, quoted),
      words.rootCause({ series: 'other', template: null, direction: 'up', deviation: 6 }, quoted),
      words.similar(similar, 3, quoted),
      words.similar({ ...similar, report: 'Monday', startTime: null }, null, quoted),
      words.similar(similar, null, quoted),
      words.moreSessions(1),
      words.moreReasons(2),
      words.morePlaces(3),
      words.moreLines(4),
      words.moreCharacters(5),
      words.moreIncidents({ ...report, counts: { ...report.counts, incidents: 124 } }),
      words.trainingSentence(report),
      words.trainingSentence({ ...report, run: { ...RUN, training: { ...RUN.training, rows: 0 } } }),
      words.detectorSize(RUN.detectors[0]),
      words.change(
        { template: 'x', source: 'app.log', firstLine: 9, lastLine: 90, before: 1.5, after: 12, unit: 'window' },
        quoted,
      ),
      words.change(
        { template: 'x', source: 'app.log', firstLine: 9, lastLine: 90, before: 0.02, after: 1, unit: 'session' },
        quoted,
      ),
      words.remark({ kind: 'unfit', unknownShare: 0.87 }),
      words.sourceRemarks(RUN.sources[1]),
      words.shownShare(report),
      ...words.readingGuide(report),
      ...words.limits,
    ]
    for (const sentence of said) expect(sentence).not.toMatch(/undefined|NaN|null/)
    expectGolden(`phrases.${language}.txt`, `${said.join('\n')}\n`)
  })

  it('writes lengths of time as people say them', () => {
    const lengths = [0.4, 850, 5200, 59_000, 90_000, 840_000, 7_500_000, 3 * 86_400_000, 30 * 86_400_000]
    expectGolden(`lengths.${language}.txt`, `${lengths.map((ms) => words.formats.duration(ms)).join('\n')}\n`)
  })
})

test('both languages have the same words, each with the same places for numbers', () => {
  const [en, ko] = [catalogueOf('en'), catalogueOf('ko')]
  for (const key of Object.keys(en.page) as (keyof typeof en.page)[]) {
    expect([key, placesIn(ko.page[key])]).toEqual([key, placesIn(en.page[key])])
  }
  const letters = JSON.stringify([ko.headings, ko.labels, ko.severities, ko.roles, ko.units, ko.kinds, ko.page])
  expect(letters.match(/[가-힣]/g)!.length).toBeGreaterThan(500)
})

function placesIn(text: unknown): string[] {
  return [...JSON.stringify(text).matchAll(/\{\d\}/g)].map(([place]) => place).sort()
}
