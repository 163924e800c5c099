import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { Drain } from '../src/drain.js'
import type { DrainOptions } from '../src/options.js'

interface Drain3Cluster {
  readonly id: number
  readonly template: string
  readonly size: number
}

interface FixtureConfig {
  readonly settings: DrainOptions
  readonly isMasked: boolean
  readonly clusterOfLine: readonly number[]
  readonly matched: Readonly<Record<'never' | 'fallback' | 'always', readonly number[]>>
  readonly clusters: readonly Drain3Cluster[]
}

interface Fixture {
  readonly lines: readonly string[]
  readonly masked: readonly string[]
  readonly unseen: readonly string[]
  readonly maskedUnseen: readonly string[]
  readonly configs: Readonly<Record<string, FixtureConfig>>
}

const fixture: Fixture = JSON.parse(readFileSync(new URL('../testdata/parity.json', import.meta.url), 'utf8'))

describe.each(Object.entries(fixture.configs))('on made-up lines, configuration %s', (_name, config) => {
  const lines = config.isMasked ? fixture.masked : fixture.lines
  const unseen = config.isMasked ? fixture.maskedUnseen : fixture.unseen
  const drain = Drain.create(config.settings)
  const learned = lines.map((line) => drain.learn(line) + 1)

  test('every line gets the cluster id that Drain3 gives it', () => {
    expect(learned).toEqual(config.clusterOfLine)
  })

  test('the live templates are those of Drain3', () => {
    const templates = drain.templates()
    const live = config.clusters.map(({ id }) => templates[id - 1])
    expect(live.map(({ id, text, count }) => ({ id: Number(id), template: text, size: count }))).toEqual(
      config.clusters,
    )
    expect(templates).toHaveLength(Math.max(...config.clusterOfLine))
    expect(
      drain
        .snapshot()
        .clusters.map(({ id }) => id)
        .sort((a, b) => a - b),
    ).toEqual(config.clusters.map(({ id }) => id))
  })

  test.each(['never', 'fallback', 'always'] as const)('match finds what Drain3 finds, search %s', (search) => {
    const matched = [...lines, ...unseen].map((line) => drain.match(line, { search }) + 1)
    expect(matched).toEqual(config.matched[search])
  })
})

/** Drain3's example masks, in the order of its example configuration. */
const EXAMPLE_MASKS: readonly (readonly [string, string])[] = [
  ['(([0-9a-f]{2,}:){3,}([0-9a-f]{2,}))', 'ID'],
  ['(\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3})', 'IP'],
  ['([0-9a-f]{6,} ?){3,}', 'SEQ'],
  ['([0-9A-F]{4} ?){4,}', 'SEQ'],
  ['(0x[a-f0-9A-F]+)', 'HEX'],
  ['([-+]?\\d+)', 'NUM'],
]

const masks = EXAMPLE_MASKS.map(([pattern, name]) => ({
  pattern: new RegExp(`((?<=[^A-Za-z0-9])|^)${pattern}((?=[^A-Za-z0-9])|$)`, 'g'),
  replacement: `<:${name}:>`,
}))

function mask(message: string): string {
  return masks.reduce((text, { pattern, replacement }) => text.replace(pattern, replacement), message)
}

const CONFIGS: Readonly<Record<string, DrainOptions>> = {
  default: {},
  masked: { mask },
  'sim0.6-depth5': { similarityThreshold: 0.6, depth: 5 },
  lru50: { mask, maxClusters: 50 },
  delims: { mask, extraDelimiters: ['_', '=', ':'] },
}

const data = process.env.SP_DATA ?? new URL('../../../../shared/data', import.meta.url).pathname
const reference = new URL('../../../../shared/reference/drain3', import.meta.url).pathname
const isAvailable = existsSync(`${data}/loghub2k`) && existsSync(reference)
if (!isAvailable) console.warn('skipped: parity on Loghub-2k, for SP_DATA or the reference outputs are absent')

const runs = isAvailable
  ? readdirSync(reference).flatMap((file) =>
      Object.keys(CONFIGS).map((config) => [file.replace('.json', ''), config] as const),
    )
  : []

if (isAvailable) {
  test('all 50 runs of Loghub-2k are there', () => {
    expect(runs).toHaveLength(50)
  })

  test.each(runs)('on Loghub-2k %s, configuration %s, no line and no template differs', (system, name) => {
    const expected = JSON.parse(readFileSync(`${reference}/${system}.json`, 'utf8')).configs[name]
    const drain = Drain.create(CONFIGS[name])
    const learned = contents(system).map((line) => drain.learn(line) + 1)
    expect(learned).toEqual(expected.clusterOfLine)
    const templates = drain.templates()
    const clusters: Drain3Cluster[] = expected.clusters
    expect(clusters.map(({ id }) => templates[id - 1])).toEqual(
      clusters.map(({ id, template, size }) => ({ id: String(id), text: template, count: size })),
    )
  })
}

/** The column `Content` of a system's structured file. */
function contents(system: string): string[] {
  const rows = readCsv(readFileSync(`${data}/loghub2k/${system}/${system}_2k.log_structured.csv`, 'utf8'))
  const column = rows[0].indexOf('Content')
  return rows.slice(1).map((row) => row[column])
}

function readCsv(text: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain)
    if (end !== ',') rows.push([])
  }
  return rows.filter((row) => row.length > 1)
}
