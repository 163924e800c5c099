import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { RecordFeed, type FeedOptions, type FeedSnapshot } from '../src/record-feed.js'
import type { RecordBatch } from '../src/record-builder.js'
import { HEADER_FORMATS } from '../src/format-registry.js'
import { plainRecords, readAll, sourceOf, type PlainRecord } from './read-all.js'
import { newReadSummary } from '../src/read-summary.js'

const FOLDER = fileURLToPath(new URL('./golden/', import.meta.url))
const OPTIONS = { year: 2024, bootTimeMs: 1704067200000 }

async function recordsOf(batches: readonly RecordBatch[]): Promise<PlainRecord[]> {
  const stream = { summary: newReadSummary(''), [Symbol.asyncIterator]: () => batches.values() }
  return plainRecords(stream as never)
}

/** All records of a content pushed in pieces; after each of `stops` pieces the feed is saved and goes on elsewhere. */
async function fed(pieces: readonly Uint8Array[], options: FeedOptions, stops: ReadonlySet<number> = new Set()) {
  let feed = RecordFeed.open('memory', options)
  const batches: RecordBatch[] = []
  for (const [index, piece] of pieces.entries()) {
    batches.push(...(await feed.push(Buffer.from(piece))))
    if (!stops.has(index)) continue
    const saved = JSON.parse(JSON.stringify(feed.snapshot())) as FeedSnapshot
    expect(saved).toEqual(feed.snapshot())
    feed = RecordFeed.restore(saved, options)
  }
  batches.push(...(await feed.flush()))
  return { records: await recordsOf(batches), summary: feed.summary }
}

function cut(content: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...new Set(places.map((place) => Math.floor(place * content.length)))].sort((a, b) => a - b)
  return [0, ...ends].map((start, i) => content.subarray(start, ends[i] ?? content.length))
}

const line = fc.constantFrom(
  '2024-01-02 03:05:00 web1 app[7]: done in 5 ms\n',
  '2024-01-02 03:05:01 web2 cron[9]: session opened\r\n',
  '\tat a.b.C(D.java:7)\n',
  'java.io.IOException: gone\n',
  'a line of its own\n',
  '\n',
  '\0\x002024-01-02 03:05:02 web1 app[7]: é after a loss of power\n',
)
const LAYOUT = {
  format: 'iso',
  confidence: 1,
  fallbacks: [],
  hasTimestamps: true,
  firstByte: 0,
  year: null,
}

describe('lines that come little by little', () => {
  const names = readdirSync(FOLDER).flatMap((name) => (name.endsWith('.log') ? [name.slice(0, -4)] : []))
  const framed = new Set(HEADER_FORMATS.flatMap(({ name, framing }) => (framing === undefined ? [] : [name])))

  it.each(names.filter((name) => !framed.has(name)))('%s: gives the records of the whole', async (name) => {
    const bytes = readFileSync(FOLDER + name + '.log')
    const options = { ...OPTIONS, format: name }
    const whole = await readAll(sourceOf(bytes), options)
    const pieces = cut(bytes, [0.1, 0.15, 0.4, 0.41, 0.8])
    const { records, summary } = await fed(pieces, options, new Set([0, 1, 3]))
    expect(records).toEqual(whole.records)
    expect(summary).toEqual(whole.summary)
  })

  it('gives the records of the whole, wherever they are cut and whenever the feed is saved', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 40 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }),
        fc.array(fc.nat(8)),
        async (lines, places, stops) => {
          const head = '2024-01-02 03:04:10 web1 app[1]: begin\n'
          const content = Buffer.from(head.repeat(20) + lines.join(''))
          const whole = await readAll(sourceOf(content), { format: 'iso' })
          const { records, summary } = await fed(cut(content, places), { format: 'iso' }, new Set(stops))
          expect(records).toEqual(whole.records)
          expect(summary).toEqual(whole.summary)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('holds back the record that may go on, and no other', async () => {
    const feed = RecordFeed.open('memory', { layouts: [LAYOUT] })
    const first = '2024-01-02 03:04:10 web1 app[1]: boom\n'
    expect(await recordsOf(await feed.push(Buffer.from(first)))).toEqual([])
    expect(await recordsOf(await feed.push(Buffer.from('\tat a.b.C(D.java:7)\n')))).toEqual([])
    const [whole] = await recordsOf(await feed.push(Buffer.from(first)))
    expect(whole.raw).toBe('2024-01-02 03:04:10 web1 app[1]: boom\n\tat a.b.C(D.java:7)')
    const [last] = await recordsOf(await feed.flush())
    expect(last.lineNo).toBe(2)
    // After a flush nothing is joined to what was given out.
    await feed.push(Buffer.from('\tat a.b.C(D.java:8)\n'))
    const [alone] = await recordsOf(await feed.flush())
    expect(alone.raw).toBe('\tat a.b.C(D.java:8)')
  })

  it('takes the layout of a like log for a first line that fits it', async () => {
    const feed = RecordFeed.open('memory', { layouts: [LAYOUT] })
    await feed.push(Buffer.from('2024-01-02 03:04:10 web1 app[1]: begin\n'))
    expect(feed.summary).toMatchObject({ format: 'iso', confidence: 1 })
    const other = RecordFeed.open('memory', { layouts: [LAYOUT] })
    await other.push(Buffer.from('Jan  2 03:04:10 web1 app[1]: begin\n'))
    expect(other.summary.format).not.toBe('iso')
  })

  it('knows the present also when it was saved before its first line was whole', async () => {
    const begun = RecordFeed.open('memory', { nowMs: Date.UTC(2020, 11, 5) })
    await begun.push(Buffer.from('Dec  5 03:0'))
    const feed = RecordFeed.restore(JSON.parse(JSON.stringify(begun.snapshot())) as FeedSnapshot)
    const lines = Array.from({ length: 3 }, (_, i) => `Dec  5 03:04:0${i} web app[1]: step ${i}\n`).join('')
    const records = await recordsOf([
      ...(await feed.push(Buffer.from('4:00 web app[1]: begin\n' + lines))),
      ...(await feed.flush()),
    ])
    expect(new Date(records[0].timestamp!).getUTCFullYear()).toBe(2020)
  })

  it('infers a missing year from the present', async () => {
    const feed = RecordFeed.open('memory', { nowMs: Date.UTC(2026, 0, 3) })
    await feed.push(Buffer.from('Dec 31 03:04:10 web1 app[1]: begin\nJan  2 03:04:10 web1 app[1]: on\n'))
    const times = (await recordsOf(await feed.flush())).map(({ timestamp }) => timestamp)
    expect(times).toEqual([Date.UTC(2026, 0, 2, 3, 4, 10)])
  })
})
