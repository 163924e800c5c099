import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { fileURLToPath } from 'node:url'
import { HEADER_FORMATS } from '../src/format-registry.js'
import { openSources } from '../src/open-sources.js'
import { pieceLayout, readPiece } from '../src/read-piece.js'
import { fileSource } from '../src/source.js'
import { readRecords } from '../src/read-records.js'
import type { RecordStream } from '../src/read-records.js'
import { givesSameDates, YearTracker } from '../src/year-tracker.js'
import { plainRecords } from './read-all.js'

const folder = mkdtempSync(join(tmpdir(), 'pieces-'))
afterAll(() => rmSync(folder, { recursive: true }))

const HEAD = Array.from({ length: 20 }, (_, i) => `2024-01-02 03:04:${String(i + 10)} web1 app[${i}]: request ${i}\n`)
const line = fc.oneof(
  fc.constantFrom(
    '2024-01-02 03:05:00 web1 app[7]: done in 5 ms\n',
    '2024-01-02 03:05:01 web2 cron[9]: session opened\r\n',
    '\tat a.b.C(D.java:7)\n',
    'java.io.IOException: gone\n',
    'a line of its own\n',
    '\n',
    '\0\0\n',
    '\0\x002024-01-02 03:05:02 web1 app[7]: é after a loss of power\n',
    '2024-01-02 03:05:03 web1 app[7]: ' + 'x'.repeat(90) + '\n',
  ),
  fc.string({ maxLength: 5 }).map((text) => text.replaceAll('\n', ' ').replaceAll('\0', ' ') + '\n'),
)

async function records(stream: RecordStream, firstLine = 0) {
  return (await plainRecords(stream)).map((record) => ({ ...record, lineNo: record.lineNo + firstLine }))
}

describe('a log read in pieces', () => {
  it('gives the records of the whole, wherever it is cut', async () => {
    const path = join(folder, 'cut.log')
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 40 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }),
        fc.boolean(),
        async (lines, shares, endsInLine) => {
          const text = [...HEAD, ...lines].join('')
          const content = Buffer.from(endsInLine ? text + 'no line end' : text)
          writeFileSync(path, content)
          const source = fileSource(path, { sizeBytes: content.length, modifiedMs: 0 })
          const options = { maxLineBytes: 100 }
          const whole = readRecords(source, options)
          const expected = await records(whole)
          const layout = (await pieceLayout(source, options))!
          const cuts = [...shares.map((share) => Math.floor(share * content.length)), content.length].sort(
            (a, b) => a - b,
          )
          const found = []
          const counts = { lines: 0, bytes: 0, records: 0, invalidUtf8: 0, cutLines: 0, continuationLines: 0 }
          let fromByte = 0
          for (const toByte of cuts) {
            const piece = readPiece(source, { layout, fromByte, toByte, years: new YearTracker(0) }, options)
            found.push(...(await records(piece, counts.lines)))
            for (const name of Object.keys(counts) as (keyof typeof counts)[]) counts[name] += piece.summary[name]
            fromByte = toByte
          }
          expect(found).toEqual(expected)
          expect(whole.summary).toMatchObject(counts)
        },
      ),
      { numRuns: 300 },
    )
  }, 60_000)

  it('has a record at its beginning even where no header stands', async () => {
    const path = join(folder, 'frame-first.log')
    const content = Buffer.from('\n\n\n    at foo(bar)\n' + HEAD.join('').repeat(3))
    writeFileSync(path, content)
    const source = fileSource(path, { sizeBytes: content.length, modifiedMs: 0 })
    const layout = (await pieceLayout(source))!
    const found = []
    for (let fromByte = 0; fromByte < content.length; fromByte += 2) {
      const piece = { layout, fromByte, toByte: fromByte + 2, years: new YearTracker(0) }
      found.push(...(await plainRecords(readPiece(source, piece))))
    }
    const expected = await plainRecords(readRecords(source))
    expect(found.map(({ raw }) => raw)).toEqual(expected.map(({ raw }) => raw))
  })

  it.each(HEADER_FORMATS.map(({ name }) => name))('%s: has the layout that is found for the whole', async (name) => {
    const path = fileURLToPath(new URL(`./golden/${name}.log`, import.meta.url))
    const [source] = await openSources([path])
    const whole = readRecords(source)
    await plainRecords(whole)
    const layout = await pieceLayout(source)
    if (name === 'journal-export') expect(layout).toBeNull()
    else expect(layout).toMatchObject({ format: whole.summary.format, fallbacks: whole.summary.fallbacks })
  })

  it('that ends before its size says so', async () => {
    const path = join(folder, 'cut-short.log')
    writeFileSync(path, HEAD.join(''))
    const source = fileSource(path, { sizeBytes: 1_000_000, modifiedMs: 0 })
    await expect(plainRecords(readRecords(source))).rejects.toThrow(/became shorter while it was read/)
  })

  it('is refused for what can only be read from its beginning', async () => {
    const path = join(folder, 'packed.log.gz')
    writeFileSync(path, (await import('node:zlib')).gzipSync(HEAD.join('')))
    const [source] = await openSources([path])
    expect(await pieceLayout(source)).toBeNull()
  })
})

describe('a year tracker', () => {
  it('says whether it would have begun otherwise after a turn of the year', () => {
    const tracker = new YearTracker(2024)
    tracker.dayStart(3, 10)
    const march = { year: 2024, previous: Date.UTC(2024, 2, 9) }
    expect(givesSameDates(tracker.first, 2024, march)).toBe(true)
    expect(givesSameDates(tracker.first, 2024, { ...march, year: 2025 })).toBe(false)
    const december = { year: 2024, previous: Date.UTC(2024, 11, 30) }
    expect(givesSameDates(tracker.first, 2024, december)).toBe(false)
  })
})
