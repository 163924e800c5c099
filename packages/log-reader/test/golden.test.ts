import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HEADER_FORMATS } from '../src/format-registry.js'
import { readAll, sourceOf } from './read-all.js'

const FOLDER = fileURLToPath(new URL('./golden/', import.meta.url))
const IS_UPDATE = process.env.UPDATE_GOLDEN === '1'

// A format's file holds its examples and, below, any lines that were added by hand.
if (IS_UPDATE) {
  for (const format of HEADER_FORMATS) {
    const path = join(FOLDER, `${format.name}.log`)
    if (!readdirSync(FOLDER).includes(`${format.name}.log`)) {
      const end = format.framing === 'journal-export' ? '\n\n' : '\n'
      writeFileSync(path, format.examples.map((example) => example + end).join(''))
    }
  }
}

const names = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.log'))
  .map((name) => name.slice(0, -4))

describe('golden files of the header formats', () => {
  it('exist for every known format', () => {
    expect(names.sort()).toEqual(HEADER_FORMATS.map((format) => format.name).sort())
  })

  it.each(names)('%s: the fields are the expected ones', async (name) => {
    const bytes = readFileSync(join(FOLDER, `${name}.log`))
    const { records } = await readAll(sourceOf(bytes), { format: name, year: 2024, bootTimeMs: 1704067200000 })
    const seen = records.map(({ raw, byteOffset: _, timestamp, ...fields }) => ({
      raw,
      time: timestamp === null ? null : new Date(timestamp).toISOString(),
      timestamp,
      ...fields,
    }))
    const path = join(FOLDER, `${name}.expected.json`)
    if (IS_UPDATE) writeFileSync(path, JSON.stringify(seen, null, 2) + '\n')
    expect(seen).toEqual(JSON.parse(readFileSync(path, 'utf8')))
  })

  it.each(names)('%s: its examples are found to be of that format', async (name) => {
    const bytes = readFileSync(join(FOLDER, `${name}.log`))
    const { summary } = await readAll(sourceOf(bytes), { year: 2024 })
    expect(summary.format).toBe(name)
    expect(summary.confidence).toBe(1)
  })

  it.each(HEADER_FORMATS)('$name: every example of the registry is in its file', ({ name, examples }) => {
    const text = readFileSync(join(FOLDER, `${name}.log`), 'utf8')
    for (const example of examples) expect(text.split(/\n/).join('\n')).toContain(example)
  })
})
