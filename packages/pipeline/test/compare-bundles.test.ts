import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { streamSource } from '@sp/log-reader'
import { openSources } from '@sp/log-reader'
import { compareBundles } from '../src/compare/compare-bundles.js'
import { COMPARISON_FILES, writeComparison } from '../src/compare/comparison-files.js'
import { type PairedFigure } from '../src/compare/paired-figures.js'
import { verdictOf } from '../src/compare/verdict.js'
import { writeOutput } from '../src/output-folder.js'
import { trainBundle } from '../src/training/train-bundle.js'
import { jobLines, SMALL, trainSmall, writeJobs } from './small-bundle.js'
import { temporaryFolder } from './temporary-folder.js'

const folder = temporaryFolder()
const WITHOUT_NETWORKS = { ...SMALL, detectors: ['lines' as const] }
let good: string
let stranger: string
beforeAll(async () => {
  good = await trainSmall(folder, WITHOUT_NETWORKS)
  const others = writeJobs(
    folder,
    'others.log',
    jobLines(0, 600).map((line) => line.replace('wrote a block', 'sent mail')),
  )
  stranger = join(folder, 'stranger')
  await trainBundle(await openSources([others]), stranger, { ...WITHOUT_NETWORKS, sample: false })
}, 120_000)

test('a bundle beside itself agrees with itself in all things, and there is no verdict', async () => {
  const { verdict, figures, agreement, alone, templates, settings } = await compareBundles([good, good])
  expect(verdict).toEqual({ better: null, why: 'both are the same bundle' })
  expect(figures.informedness).toMatchObject({ difference: 0, interval: { low: 0, high: 0 } })
  expect(agreement.at(-1)).toMatchObject({ onlyFirst: 0, onlySecond: 0, kappa: 1 })
  expect(alone.map(({ findings }) => findings)).toEqual([0, 0])
  expect([templates.onlyFirst, templates.onlySecond, settings]).toEqual([[], [], {}])
})

test('a bundle that takes normal lines for strange is worse, on either side', async () => {
  const comparison = await compareBundles([good, stranger])
  expect(comparison.verdict.better).toBe('first')
  expect(comparison.figures.flaggedNormal!.difference).toBeGreaterThan(0.5)
  expect(comparison.settings).toEqual({ sample: [true, false] })
  expect(comparison.templates.onlyFirst.some((text) => text.includes('wrote a block'))).toBe(true)
  expect(comparison.isSameData).toBe(false)
  expect(comparison.alone[1].findings).toBeGreaterThan(0)
  expect((await compareBundles([stranger, good])).verdict.better).toBe('second')
  expect(await compareBundles([good, stranger])).toEqual(comparison)

  const { files } = await writeOutput(join(folder, 'out'), (output) => writeComparison(output, comparison))
  expect(Object.keys(files)).toEqual(Object.values(COMPARISON_FILES))
  expect(readFileSync(files['comparison_report.md'], 'utf8')).toMatch(/^# The first is better\n/)
})

test('a log of which nothing is known shows agreement but carries no verdict; labels do', async () => {
  const lines = jobLines(600, 700)
  const path = writeJobs(folder, 'judged.log', lines)
  const unknown = await compareBundles([stranger, stranger], { log: await openSources([path]) })
  expect(unknown.figures).toEqual({ recall: null, flaggedNormal: null, informedness: null })
  expect(unknown.agreement.map(({ log }) => log)).toEqual(['the log'])
  const incident = { id: 'i1', kind: 'unseen', firstLine: 10, lastLine: 10, lines: [10] } as const
  const labels = { source: 'judged.log', incidents: [incident] }
  const { figures } = await compareBundles([stranger, stranger], { log: await openSources([path]), labels })
  expect(figures.recall).toMatchObject({ first: 1, second: 1, units: 1 })
})

test('a log that can be read only once is refused, and so is a folder that is no bundle', async () => {
  async function* nothing() {}
  const log = [streamSource('-', nothing())]
  await expect(compareBundles([good, good], { log })).rejects.toMatchObject({ code: 'bad-options' })
  await expect(compareBundles([good, folder])).rejects.toMatchObject({ code: 'bad-bundle' })
})

test('a verdict needs an interval without zero, and enough units', () => {
  function figure(difference: number, interval: [number, number], units = 40): PairedFigure {
    return {
      first: 0.5,
      second: 0.5 + difference,
      difference,
      interval: { low: interval[0], high: interval[1] },
      units,
    }
  }
  const none = { recall: null, flaggedNormal: null, informedness: null }
  function better(figures: Partial<typeof none | { informedness: PairedFigure; flaggedNormal: PairedFigure }>) {
    return verdictOf({ ...none, ...figures }, false).better
  }
  expect(better({ informedness: figure(0.2, [0.1, 0.3]) })).toBe('second')
  expect(better({ informedness: figure(0.2, [0.1, 0.3], 5) })).toBeNull()
  expect(better({ informedness: figure(0.2, [-0.1, 0.3]) })).toBeNull()
  expect(better({ informedness: figure(0, [-0.1, 0.1]), flaggedNormal: figure(0.1, [0.05, 0.2]) })).toBe('first')
  expect(verdictOf(none, false).why).toContain('neither a sample nor a label')
})
