import { renameSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EvidenceMiner } from '@sp/drain'
import { openSources } from '@sp/log-reader'
import type { ParsedLog } from '@sp/log-table'
import { Masker } from '@sp/masking'
import fc from 'fast-check'
import { parseBlock } from '../src/parse-block.js'
import { blockLayout, parseInBlocks } from '../src/parse-in-blocks.js'
import { minedRows, newDictionaries, parseLog } from '../src/parse-log.js'
import { temporaryFolder } from './temporary-folder.js'

const folder = temporaryFolder()

/** Everything that a row says, strings instead of codes. */
function plainRows(batch: ParsedLog): unknown[] {
  return Array.from({ length: batch.rowCount }, (_, row) => ({
    source: batch.source.at(row),
    lineNo: batch.lineNo[row],
    byteOffset: batch.byteOffset[row],
    timestamp: String(batch.timestamp[row]),
    host: [batch.host.codes[row], batch.host.at(row)],
    process: [batch.process.codes[row], batch.process.at(row)],
    pid: batch.pid[row],
    severity: batch.severity[row],
    raw: batch.raw.at(row),
    masked: batch.masked.at(row),
    parameters: batch.parameters.at(row),
    template: batch.template[row],
  }))
}

const month = fc.constantFrom('Jan  3', 'Feb 29', 'Mar  1', 'Jun 15', 'Dec 30', 'Dec 31')
const line = fc.oneof(
  fc.tuple(month, fc.nat(9), fc.constantFrom('web1', 'web2')).map(([day, n, host]) => {
    return `${day} 04:0${n}:00 ${host} sshd[${n}]: session ${n} of user u${n} opened from 10.0.0.${n}\n`
  }),
  fc.constantFrom(
    'Jan  4 05:00:00 web1 kernel: eth0: link down\r\n',
    'Jan  4 05:00:01 web1 app: défaillance à 漢 7\n',
    '\tat a.b.C(D.java:7)\n',
    'a line of its own\n',
    '\n',
  ),
)
const HEAD = Array.from({ length: 30 }, (_, i) => `Jan  2 03:04:${i + 10} web1 cron[${i}]: job ${i} done in ${i} ms\n`)

const NO_THREADS = { count: 1, free: 0, parse: () => Promise.reject(new Error('there is no other thread')) }

describe('a log that is split by bytes', () => {
  it('gives the same rows, codes and templates, whatever the blocks and whoever is quicker', async () => {
    const path = join(folder, 'split.log')
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 60 }),
        fc.integer({ min: 40, max: 900 }),
        fc.infiniteStream(fc.nat(2)),
        fc.infiniteStream(fc.nat(3)),
        async (lines, blockBytes, free, delays) => {
          writeFileSync(path, [...HEAD, ...lines].join(''))
          const [source] = await openSources([path])
          const [masker, other] = [Masker.create(), Masker.create()]
          const reading = { year: 2023 }
          const whole = parseLog([{ source }], { masker, miner: EvidenceMiner.create(), reading })
          const expected: unknown[] = []
          for await (const batch of whole) expected.push(...plainRows(batch))

          const miner = EvidenceMiner.create()
          const layout = await blockLayout(source, reading, blockBytes)
          const { rows, summary } = parseInBlocks(source, layout!, {
            ...{ blockBytes, reading, masker, dictionaries: newDictionaries() },
            threads: {
              count: 2,
              // Now there is room, now there is none.
              get free() {
                return free.next().value!
              },
              parse: async (job) => {
                const block = await parseBlock(structuredClone(job), other)
                for (let turns = delays.next().value!; turns > 0; turns--) await new Promise(setImmediate)
                return structuredClone(block)
              },
            },
          })
          const found: unknown[] = []
          for await (const batch of rows) found.push(...plainRows(minedRows(batch, miner)))
          expect(found).toEqual(expected)
          expect(summary).toEqual(whole.summaries[0])
        },
      ),
      { numRuns: 150 },
    )
  }, 60_000)

  it('may be mined in shards: merged in any order, they give every row the same template, id and text', async () => {
    const path = join(folder, 'shards.log')
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 60 }),
        fc.integer({ min: 200, max: 900 }),
        fc.infiniteStream(fc.nat(100)),
        async (lines, blockBytes, order) => {
          writeFileSync(path, [...HEAD, ...lines].join(''))
          const [source] = await openSources([path])
          const options = { masker: Masker.create(), reading: {}, dictionaries: newDictionaries(), threads: NO_THREADS }
          const layout = (await blockLayout(source, {}, 100))!
          function read() {
            return parseInBlocks(source, layout, { ...options, blockBytes }).rows
          }
          const whole = EvidenceMiner.create()
          const expected: number[] = []
          for await (const rows of read()) expected.push(...minedRows(rows, whole).template)

          const shards: { miner: EvidenceMiner; codes: Int32Array }[] = []
          for await (const rows of read()) {
            const miner = EvidenceMiner.create()
            shards.push({ miner, codes: minedRows(rows, miner).template })
          }
          const shuffled = shards
            .map(({ miner }) => ({ snapshot: miner.snapshot(), place: order.next().value! }))
            .sort((a, b) => a.place - b.place)
          const merged = EvidenceMiner.merge(shuffled.map(({ snapshot }) => snapshot))
          const found = shards.flatMap(({ miner, codes }) => {
            const here = merged.codesOf(miner.snapshot())
            return Array.from(codes, (code) => here[code])
          })
          const [table, known] = [merged.templates(), whole.templates()]
          expect(found.map((code) => table[code])).toEqual(expected.map((code) => known[code]))
        },
      ),
      { numRuns: 50 },
    )
  }, 60_000)

  it('is read by the calling thread when only some lines are wanted, or it is one block', async () => {
    const path = join(folder, 'small.log')
    writeFileSync(path, HEAD.join(''))
    const [source] = await openSources([path])
    expect(await blockLayout(source, {})).toBeNull()
    expect(await blockLayout(source, { fromLine: 3 }, 100)).toBeNull()
    expect(await blockLayout(source, {}, 100)).toMatchObject({ format: 'syslog' })
  })
})

describe('a file that changes while it is read in blocks', () => {
  const content = HEAD.join('').repeat(20)

  async function readWhile(change: (path: string) => void) {
    const path = join(folder, 'changing.log')
    writeFileSync(path, content)
    const [source] = await openSources([path])
    const layout = (await blockLayout(source, {}, 100))!
    const { rows } = parseInBlocks(source, layout, {
      ...{ blockBytes: 500, reading: {}, masker: Masker.create(), dictionaries: newDictionaries() },
      threads: NO_THREADS,
    })
    let count = 0
    for await (const batch of rows) {
      if (count === 0) change(path)
      count += batch.rowCount
    }
    return count
  }

  it('is read to its end when its name goes to another file', async () => {
    const count = await readWhile((path) => {
      renameSync(path, `${path}.1`)
      writeFileSync(path, 'another log\n')
    })
    expect(count).toBe(HEAD.length * 20)
  })

  it('is refused when it becomes shorter', async () => {
    await expect(readWhile((path) => truncateSync(path, 700))).rejects.toThrow(/became shorter while it was read/)
  })
})

describe('rows made from bytes', () => {
  it('are what masking and mining each message by itself gives', async () => {
    const path = join(folder, 'plain.log')
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 60 }), async (lines) => {
        writeFileSync(path, [...HEAD, ...lines].join(''))
        const [source] = await openSources([path])
        const masker = Masker.create()
        const single = Masker.create()
        const miner = EvidenceMiner.create()
        for await (const batch of parseLog([{ source }], { masker, miner: EvidenceMiner.create() })) {
          for (let row = 0; row < batch.rowCount; row++) {
            const raw = batch.raw.at(row)!
            const message = messageOf(raw)
            const { masked, parameters } = single.mask(message)
            expect(batch.masked.at(row)).toBe(masked)
            expect(batch.parameters.at(row)).toEqual(parameters)
            expect(batch.template[row]).toBe(miner.learn(masked))
          }
        }
      }),
    )
  })
})

/** What follows the header of the lines above; a stack frame is no part of a message. */
function messageOf(raw: string): string {
  const [first] = raw.split('\n')
  return /^[A-Z][a-z]{2} [ \d]\d \d\d:/.test(first) ? first.replace(/^.{16}\S+ \S+: /, '') : first
}
