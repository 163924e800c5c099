import { parsePlan } from '../src/plan-file.js'

const PLAN = `version: 1
budget: 4 GB
defaults:
  settings: { seed: 7 }
bundles:
  - name: web
    sources: [logs/*.log]
    settings:
      windowSize: 100
    memory: 512 MiB
  - name: db
    sources:
      - db.log
    device: gpu
    priority: 5
`

function refused(text: string): string {
  try {
    parsePlan(text, 'plan.yml')
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('it was taken')
}

it('reads what a plan says, and leaves to training what it does not say', () => {
  const { plan } = parsePlan(PLAN, 'plan.yml')
  expect(plan).toMatchObject({ out: 'trained', budget: 4e9, defaults: { settings: { seed: 7 } } })
  expect(plan.bundles[0]).toMatchObject({ name: 'web', device: 'cpu', memory: 512 * 2 ** 20 })
  expect(plan.bundles[0].settings).toEqual({ windowSize: 100 })
  expect(plan.bundles[1]).toMatchObject({ device: 'gpu', priority: 5 })
})

it.each([
  ['a wrong type', ['windowSize: 100', 'windowSize: big'], /^plan\.yml:9: bundles\.0\.settings\.windowSize: expected/],
  ['an unknown key', ['device: gpu', 'devise: gpu'], 'plan.yml:14: bundles.1.devise: there is no such key'],
  ['an unknown setting', ['windowSize', 'windowSise'], /^plan\.yml:9: bundles\.0\.settings\.windowSise: there is no/],
  ['no amount of memory', ['4 GB', 'much'], /^plan\.yml:2: budget: "much" is no amount of memory/],
  ['no sources', ['[logs/*.log]', '[]'], /^plan\.yml:7: bundles\.0\.sources: /],
  ['a name twice', ['name: db', 'name: Web'], /^plan\.yml:11: bundles\.1\.name: "Web" is the name of an earlier/],
  ['a name with a path', ['name: db', 'name: ../db'], /^plan\.yml:11: bundles\.1\.name: expected letters/],
  ['another version', ['version: 1', 'version: 2'], /^plan\.yml:1: version: /],
  ['broken YAML', ['[logs/*.log]', '[logs'], /^plan\.yml:\d+: this is no YAML: /],
  ['a missing key', ['  - name: db\n    sources:', '  - sources:'], /^plan\.yml:11: bundles\.1\.name: /],
])('names line and key of %s', (_, [from, to], message) => {
  expect(PLAN).toContain(from)
  expect(refused(PLAN.replace(from, to))).toMatch(message)
})

it.each(['', 'just text', '- a\n- b', 'a: &a [*a, *a]'])('refuses %j in one sentence', (text) => {
  expect(refused(text)).toMatch(/^plan\.yml:\d+: /)
})

it('counts aliases that would fill the memory as a mistake', () => {
  const bomb = Array.from({ length: 9 }, (_, i) => `k${i}: &a${i} [${i ? `*a${i - 1},`.repeat(9) : '1'}]`)
  expect(refused(bomb.join('\n'))).toMatch(/^plan\.yml:1: .*alias/)
})
