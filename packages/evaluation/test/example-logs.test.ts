import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readLabels } from '../src/labels.js'
import { exampleLogs, KINDS } from './example-logs.js'

const FOLDER = fileURLToPath(new URL('../../../examples/logs/', import.meta.url))

describe('the example logs', () => {
  it('come out byte for byte as committed when they are made again', () => {
    for (const [name, text] of exampleLogs()) expect(readFileSync(FOLDER + name, 'utf8') === text).toBe(true)
  })

  it('have two incidents of each kind', () => {
    const { source, incidents } = readLabels(readFileSync(`${FOLDER}suspicious.labels.json`, 'utf8'))
    expect(source).toBe('suspicious.log')
    expect(incidents.map(({ kind }) => kind).sort()).toEqual(KINDS.flatMap((kind) => [kind, kind]).sort())
  })
})
