import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCli, temporaryFolder } from './run-cli.js'

const folder = temporaryFolder()
const users = ['ann', 'bob', 'cid', 'dan', 'eve', 'fay', 'gus', 'hal']
const early = join(folder, 'early')
const late = join(folder, 'late')
const earlyState = join(folder, 'early_state.json')

function log(name: string, messages: readonly string[]): string {
  const path = join(folder, name)
  writeFileSync(path, messages.map((message, at) => `Jan  5 10:00:0${at % 10} host-1 app[42]: ${message}\n`).join(''))
  return path
}

beforeAll(async () => {
  mkdirSync(late)
  const state = join(late, 'drain_state.json')
  const first = log('first.log', [
    ...users.slice(1).map((user) => `quota of ${user} at 12`),
    'disk full',
    'red \x1b[2Jscreen',
  ])
  await runCli(['parse', first, '--out-dir', early, '--drain-state', state])
  copyFileSync(state, earlyState)
  const second = log('second.log', ['quota of ann at 90', 'disk full', 'job 7 done', 'job 8 done', 'job 9 done'])
  await runCli(['parse', second, '--out-dir', late, '--drain-state', state])
})

async function json(...args: readonly string[]) {
  const run = await runCli(['templates', ...args, '--json'])
  expect([run.code, run.stderr]).toEqual([0, ''])
  return JSON.parse(run.stdout)
}

test('templates lists a result folder, most frequent first, and says whether they look right', async () => {
  const run = await runCli(['templates', late])
  expect([run.code, run.stderr]).toEqual([0, ''])
  const [header, first] = run.stdout.split('\n')
  expect(header).toMatch(/^count +id +template$/)
  expect(first).toMatch(/^ +3 {2}t[0-9a-f]{12} {2}job <NUM> done$/)
  expect(run.stdout).toMatch(/^healthy: 3 templates of 5 lines; 2 seen once/m)
})

test('a state file is listed too, and what it counted is all that was learned', async () => {
  const { templates, health } = await json(join(late, 'drain_state.json'))
  expect(health.lines).toBe(14)
  expect(templates[0]).toMatchObject({ text: 'quota of <*> at <NUM>', count: 8 })
})

test('search, regex, sort and limit choose what is listed', async () => {
  expect((await json(early, '--search', 'QUOTA OF', '--sort', 'id')).found).toBe(7)
  const { templates, found } = await json(early, '--regex', '^quota of (bob|cid)', '--sort', 'length', '--limit', '1')
  expect([templates.length, found, templates[0].text]).toEqual([1, 2, 'quota of bob at <NUM>'])
  expect((await runCli(['templates', early, '--search', 'nowhere'])).stdout).toContain('no template fits')
})

test('one template is shown with its history, kinds, parameters and examples', async () => {
  const [{ id }] = (await json(late, '--search', 'quota')).templates
  const details = await json(late, '--id', id)
  expect(details.earlierIds).toHaveLength(7)
  expect(details.kinds).toHaveLength(8)
  expect(details.survey.examples).toEqual([
    { source: join(folder, 'second.log'), line: 0, raw: 'Jan  5 10:00:00 host-1 app[42]: quota of ann at 90' },
  ])
  const places = details.survey.parameters.map((place: { types: { type: string }[] }) => place.types[0].type)
  expect(places).toEqual(['*', 'NUM'])
  const run = await runCli(['templates', late, '--id', details.earlierIds[0]])
  expect(run.stdout).toContain(`${id}  quota of <*> at <NUM>`)
  expect(run.stdout).toContain('merged from 8 kinds')
  expect(run.stdout).toContain('second.log:1')
})

test('the beginning of an id is enough where it is the only one', async () => {
  const [{ id }] = (await json(late, '--search', 'disk')).templates
  expect((await json(late, '--id', id.slice(0, 6))).template.text).toBe('disk full')
})

test('control characters of a log do not reach the terminal', async () => {
  const [{ id }] = (await json(early, '--search', 'red')).templates
  const run = await runCli(['templates', early, '--id', id])
  expect(run.stdout).not.toContain('\x1b')
  expect(run.stdout).toContain('␛')
})

test('templates diff tells what was added, and what became another template', async () => {
  const diff = await json('diff', earlyState, join(late, 'drain_state.json'))
  expect(diff.added.map(({ text }: { text: string }) => text)).toEqual(['job <NUM> done'])
  expect(diff.removed).toEqual([])
  expect(
    diff.merged.map(({ into, from }: { into: { text: string }; from: object[] }) => [into.text, from.length]),
  ).toEqual([['quota of <*> at <NUM>', 7]])
  const run = await runCli(['templates', 'diff', early, late])
  expect(run.stdout).toMatch(/^1 added, 1 removed, 1 merged, 0 shifted, 1 unchanged$/m)
  expect(run.stdout).toContain('became t')
})

test('templates of Drain are listed, shown and compared by their texts', async () => {
  const out = join(folder, 'drain')
  await runCli(['parse', join(folder, 'second.log'), '--out-dir', out, '--miner', 'drain'])
  const [{ id, text }] = (await json(out, '--limit', '1')).templates
  expect([id, text]).toEqual(['3', 'job <NUM> done'])
  const { survey, kinds } = await json(out, '--id', id)
  expect(kinds).toBeNull()
  expect(survey.parameters[0].samples.map(({ value }: { value: string }) => value)).toEqual(['7', '8', '9'])
  expect((await json('diff', out, late)).added.map((template: { text: string }) => template.text)).toHaveLength(3)
})

test.each([
  ['no place', [], /result folder/],
  ['a place that does not exist', [join(folder, 'nowhere')], /nowhere/],
  ['a folder without templates', [folder], /sp parse/],
  ['a file that is no state', [join(folder, 'first.log')], /no miner state/],
  ['an id that no template has', [late, '--id', 'zzz'], /zzz/],
  ['an id that could be several', [early, '--id', 't'], /write more/],
  ['a pattern that is none', [late, '--regex', '('], /regular expression/],
  ['a limit of none', [late, '--limit', '0'], /--limit/],
  ['one side to compare', ['diff', late], /diff|non-option|need/],
])('%s is an error of one sentence', async (_, args, sentence) => {
  const run = await runCli(['templates', ...args])
  expect([run.code, run.stdout]).toEqual([2, ''])
  expect(run.stderr).toMatch(sentence)
  expect(run.stderr.trim().split('\n')).toHaveLength(1)
})
