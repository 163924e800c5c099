import { Dictionary } from '@sp/log-table'
import { LogReaderError } from '../src/errors.js'
import { describeFormats } from '../src/format-registry.js'
import type { HeaderFormat } from '../src/header-format.js'
import { readRecords } from '../src/read-records.js'
import { readAll, sourceOf } from './read-all.js'

const ISO = Array.from(
  { length: 1000 },
  (_, i) => `2024-01-02 03:04:05,${String(i).padStart(3, '0')} INFO job ${i} done`,
)

describe('detection', () => {
  it('loses no line of the sample', async () => {
    const { records } = await readAll(sourceOf(ISO.join('\n') + '\n'))
    expect(records.map((record) => record.raw)).toEqual(ISO)
    expect(records.map((record) => record.lineNo)).toEqual(ISO.map((_, i) => i))
  })

  it('reads the lines of a second format with that format', async () => {
    const mixed = ISO.map((line, i) => (i % 20 === 7 ? `{"ts":1704164645.5,"level":"error","msg":"dial ${i}"}` : line))
    const { records, summary } = await readAll(sourceOf(mixed.join('\n')))
    expect(summary).toMatchObject({ format: 'iso', fallbacks: ['json'], confidence: 0.95, withoutHeader: 0 })
    expect(records[7]).toMatchObject({ message: 'dial 7', severity: 3, timestamp: 1704164645500 })
  })

  it('calls a source plain in which no format holds half of the lines, and still reads the headers there are', async () => {
    const lines = ISO.map((line, i) => (i % 3 === 0 ? line : `free text ${i}`))
    const { records, summary } = await readAll(sourceOf(lines.join('\n')))
    expect(summary).toMatchObject({ format: 'plain', fallbacks: ['iso'] })
    expect(records[3]).toMatchObject({ message: 'job 3 done', severity: 6 })
    expect(records[4]).toMatchObject({ message: 'free text 4', timestamp: null })
  })

  it('is not needed when the format is named', async () => {
    const { records, summary } = await readAll(sourceOf(ISO.join('\n')), { format: 'plain' })
    expect(summary).toMatchObject({ format: 'plain', confidence: 1, timestamps: 0 })
    expect(records[0].message).toBe(ISO[0])
  })

  it('refuses a name that is not known and lists those that are', async () => {
    const attempt = readAll(sourceOf('a\n'), { format: 'sysloog' })
    await expect(attempt).rejects.toThrow(LogReaderError)
    await expect(readAll(sourceOf('a\n'), { format: 'sysloog' })).rejects.toThrow(/"sysloog"; known are .*syslog/)
  })

  it("takes a user's format before the known ones", async () => {
    const own: HeaderFormat = {
      name: 'own',
      description: 'level, bar, message',
      examples: ['WARN|x'],
      parse(line, _context, fields) {
        const match = /^WARN\|/.exec(line.text())
        if (match === null) return false
        fields.severity = 4
        fields.messageStart = line.from + match[0].length
        return true
      },
    }
    const { records, summary } = await readAll(sourceOf('WARN|one\nWARN|two\n'), { formats: [own] })
    expect(summary.format).toBe('own')
    expect(records.map(({ message, severity }) => [message, severity])).toEqual([['one', 4], ['two', 4]]) // prettier-ignore
  })

  it.each([
    ['a month 13', '2024-13-01 03:04:05 x'],
    ['a 30 February', '2024-02-30 03:04:05 x'],
    ['a 29 February in a common year', '2023-02-29 03:04:05 x'],
    ['an hour 24', '2024-01-01 24:00:00 x'],
    ['a second 61', '2024-01-01 23:59:61 x'],
    ['a 31 April', 'Apr 31 03:04:05 host app: x'],
    ['a client without time', '10.0.0.1 - - [32/May/2015:10:05:03 +0000] "GET /"'],
  ])('does not accept %s', async (_, line) => {
    const { records, summary } = await readAll(sourceOf(line))
    expect(summary.format).toBe('plain')
    expect(records[0]).toMatchObject({ timestamp: null, message: line })
  })

  it('is described for help texts', () => {
    for (const { name, description, examples } of describeFormats()) {
      expect(name).toMatch(/^[a-z0-9-]+$/)
      expect(description.length).toBeGreaterThan(10)
      expect(examples.length).toBeGreaterThan(0)
    }
  })
})

describe('the range of lines', () => {
  const text = ISO.map((line, i) => (i % 10 === 0 ? `${line}\n\tat some.where(File.java:${i})` : line)).join('\n')

  it('gives the records whose first line lies in it, with all their lines', async () => {
    const all = (await readAll(sourceOf(text))).records
    for (const [fromLine, toLine] of [
      [0, 1],
      [1, 12],
      [5, 500],
      [1099, 1200],
    ])
      // prettier-ignore
      expect((await readAll(sourceOf(text), { fromLine, toLine })).records).toEqual(
        all.filter((record) => record.lineNo >= fromLine && record.lineNo < toLine),
      )
  })

  it('counts the lines up to its end, with those of its last record, and none that were read ahead', async () => {
    const lines = text.split('\n')
    for (const [toLine, counted] of [
      [1, 2],
      [12, 13],
      [5, 5],
      [5000, lines.length],
    ])
      expect((await readAll(sourceOf(text), { toLine })).summary.lines).toBe(counted) // prettier-ignore
  })
})

describe('batches', () => {
  it('hold at most the asked number of records and the same records whatever it is', async () => {
    const whole = await readAll(sourceOf(ISO.join('\n') + '\n'))
    const small = await readAll(sourceOf(ISO.join('\n') + '\n'), { batchRecords: 7 })
    expect(whole.batches).toBe(1)
    expect(small.batches).toBe(Math.ceil(1000 / 7))
    expect(small.records).toEqual(whole.records)
    expect(small.summary).toEqual(whole.summary)
  })

  it('of several sources share the dictionaries that they are given', async () => {
    const dictionaries = { source: new Dictionary(), host: new Dictionary(), process: new Dictionary() }
    for (const host of ['a', 'b', 'a']) {
      await readAll(sourceOf(`2024-01-02T03:04:05Z ${host} sshd[1]: x\n`), { dictionaries })
    }
    expect(dictionaries.host.values).toEqual(['a', 'b'])
    expect(dictionaries.process.values).toEqual(['sshd'])
  })

  it('end when they are aborted', async () => {
    const controller = new AbortController()
    const stream = readRecords(sourceOf(...ISO.map((line) => line + '\n')), {
      signal: controller.signal,
      batchRecords: 10,
    })
    async function read() {
      for await (const batch of stream) if (batch.rowCount > 0) controller.abort(new Error('enough'))
    }
    await expect(read()).rejects.toThrow('enough')
  })
})

describe('the summary', () => {
  it('counts what was read', async () => {
    const text = '2024-01-02 03:04:05 one\n\n  more\nno header\n2024-01-02 03:04:06 two\n'
    const log = Buffer.concat([Buffer.from(text.repeat(20)), Buffer.from([0xff, 0x0a])])
    const { summary } = await readAll(sourceOf(log))
    expect(summary).toEqual({
      source: 'memory',
      format: 'iso',
      confidence: 40 / 61,
      fallbacks: [],
      lines: 101,
      records: 81,
      bytes: log.length,
      timestamps: 40,
      withoutHeader: 41,
      continuationLines: 0,
      invalidUtf8: 1,
      cutLines: 0,
      cutRecords: 0,
    })
  })
})

describe('the journal export format', () => {
  function field(key: string, value: Buffer): Buffer {
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(value.length))
    return Buffer.concat([Buffer.from(`${key}\n`), length, value, Buffer.from('\n')])
  }
  function entry(message: Buffer): Buffer {
    return Buffer.concat([
      Buffer.from('__CURSOR=s=1;i=2\n__REALTIME_TIMESTAMP=1704164645678901\n_HOSTNAME=web1\n_PID=12\n'),
      field('MESSAGE', message),
      Buffer.from('_COMM=app\nPRIORITY=3\n\n'),
    ])
  }
  // Ten bytes: the length itself holds the byte of a newline.
  const log = Buffer.concat([entry(Buffer.from('ten\n\nbytes')), entry(Buffer.from('MESSAGE=x\nPRIORITY=0'))])

  it('gives one record a block, with binary fields whole', async () => {
    const { records, summary } = await readAll(sourceOf(log))
    expect(summary).toMatchObject({ format: 'journal-export', confidence: 1, records: 2 })
    expect(records[0]).toMatchObject({ message: 'ten\n\nbytes', host: 'web1', process: 'app', pid: 12, severity: 3 })
    expect(records[1]).toMatchObject({ message: 'MESSAGE=x\nPRIORITY=0', severity: 3 })
    expect(records[1].byteOffset).toBe(log.length / 2 - 5)
    expect(log.toString('latin1', records[1].byteOffset)).toMatch(/^__CURSOR/)
    expect(records[1].lineNo).toBe(log.subarray(0, records[1].byteOffset).filter((byte) => byte === 10).length)
  })

  it('gives the same records byte by byte', async () => {
    const whole = await readAll(sourceOf(log))
    const bytes = await readAll(sourceOf(...[...log].map((byte) => Uint8Array.of(byte))))
    expect(bytes.records).toEqual(whole.records)
  })
})
