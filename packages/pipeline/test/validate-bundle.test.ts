import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readLabels } from '@sp/evaluation'
import { openSources } from '@sp/log-reader'
import { writeOutput } from '../src/output-folder.js'
import { validateBundle } from '../src/validate/validate-bundle.js'
import { VALIDATION_FILES, writeValidation } from '../src/validate/validation-files.js'
import { jobLines, trainSmall, writeJobs } from './small-bundle.js'
import { temporaryFolder } from './temporary-folder.js'

const folder = temporaryFolder()
let bundle: string
/** A clock by which every batch takes a millisecond. */
function meters() {
  let now = 0
  return { clock: () => now++, memory: () => 100 * 2 ** 20 }
}
beforeAll(async () => {
  bundle = await trainSmall(folder)
}, 120_000)

test('a bundle gets points for what it finds, with the reason of each, and the same ones again', async () => {
  const { validation, planted } = await validateBundle(bundle, meters())
  const { criteria, score, normal } = validation
  expect(criteria.map(({ most }) => most).reduce((a, b) => a + b)).toBe(100)
  expect(score).toBeCloseTo(
    criteria.reduce((sum, { points }) => sum + points, 0),
    1,
  )
  expect(score).toBeGreaterThan(70)
  expect(criteria.every(({ why }) => why.length > 10)).toBe(true)
  expect(validation.planted!.incidents).toBe(planted!.incidents.length)
  expect(validation.planted!.recall).toBeGreaterThan(0.7)
  expect(normal.windows).toBeGreaterThan(50)
  expect(validation.stream).toMatchObject({ medianMs: 1, p99Ms: 1, linesPerSecond: 100_000 })
  expect(await validateBundle(bundle, meters())).toEqual({ validation, planted })
})

test('lines come little by little with the same findings as in a whole log', async () => {
  const { criteria } = (await validateBundle(bundle, meters())).validation
  expect(criteria.find(({ criterion }) => criterion === 'stability')).toMatchObject({ points: 5 })
})

test('labelled incidents count, and normal windows are those that they do not touch', async () => {
  const lines = jobLines(600, 800)
  lines.splice(
    400,
    0,
    ...Array.from({ length: 5 }, () => `${lines[400].slice(0, 20)} web-1 app[42]: the roof is on fire`),
  )
  const log = await openSources([writeJobs(folder, 'judged.log', lines)])
  const incident = {
    id: 'i1',
    kind: 'unseen',
    firstLine: 400,
    lastLine: 404,
    lines: [400, 401, 402, 403, 404],
  } as const
  const labels = { source: 'judged.log', incidents: [incident] }
  const { validation } = await validateBundle(bundle, { ...meters(), log, labels })
  expect(validation.labelled).toMatchObject({ incidents: 1, found: 1, missed: [] })
  expect(validation.normal.from).toContain('outside its labelled')
  const all = await validateBundle(bundle, { ...meters(), log: await openSources([join(folder, 'judged.log')]) })
  expect(all.validation.normal.windows).toBeGreaterThan(validation.normal.windows)
  expect(all.validation.normal.flagged).toBeGreaterThan(validation.normal.flagged)
})

test('a bundle that was damaged is refused, and so is one with nothing to find', async () => {
  const damaged = join(folder, 'damaged')
  cpSync(bundle, damaged, { recursive: true })
  const member = join(damaged, 'templates.json')
  writeFileSync(member, readFileSync(member, 'utf8').replace('queued', 'quewed'))
  await expect(validateBundle(damaged, meters())).rejects.toThrow(/templates\.json was changed or damaged/)
  await expect(validateBundle(folder, meters())).rejects.toMatchObject({ code: 'bad-bundle' })
  const blind = await trainSmall(join(folder, 'blind'), { sample: false, detectors: [] })
  await expect(validateBundle(blind, meters())).rejects.toMatchObject({ code: 'too-little-data' })
})

test('the report and the planted log are written, with labels that other commands read', async () => {
  const validated = await validateBundle(bundle, meters())
  const { files } = await writeOutput(join(folder, 'validation'), (output) => writeValidation(output, validated))
  expect(Object.keys(files).sort()).toEqual(Object.values(VALIDATION_FILES).sort())
  expect(JSON.parse(readFileSync(files['validation_report.json'], 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(validated.validation)),
  )
  expect(readFileSync(files['validation_report.md'], 'utf8')).toContain(
    `# ${validated.validation.score.toFixed(1)} of 100`,
  )
  const labels = readLabels(readFileSync(files['planted.labels.json'], 'utf8'))
  expect(labels.incidents).toHaveLength(validated.planted!.incidents.length)
  expect(readFileSync(files['planted.log'], 'utf8').split('\n')).toHaveLength(validated.planted!.lines + 1)
})
