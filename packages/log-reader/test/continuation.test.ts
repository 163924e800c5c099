import { looksLikeContinuation } from '../src/continuation.js'
import { readAll, sourceOf } from './read-all.js'

const HEAD = '2015-10-18 18:01:47,978'
const JAVA = [
  `${HEAD} ERROR [main] org.apache.hadoop.ipc.Client: Failed to connect`,
  'java.net.ConnectException: Connection refused',
  '\tat sun.nio.ch.SocketChannelImpl.checkConnect(Native Method)',
  '\t... 12 more',
  'Caused by: java.io.IOException: broken',
  '\tat x.y.Z.run(Z.java:7)',
]
const OK = `${HEAD} INFO [main] org.apache.hadoop.ipc.Client: fine`

function repeat(block: readonly string[], times: number): string {
  return Array.from({ length: times }, () => block.join('\n') + '\n').join('')
}

describe('lines of a stack trace', () => {
  it('of Java belong to the record before, and the message names the first exception', async () => {
    const { records, summary } = await readAll(sourceOf(repeat([OK, ...JAVA], 30)))
    expect(records).toHaveLength(60)
    expect(records[1].raw).toBe(JAVA.join('\n'))
    expect(records[1].message).toBe('Failed to connect java.net.ConnectException')
    expect(summary).toMatchObject({ format: 'log4j', confidence: 1, continuationLines: 150, withoutHeader: 0 })
  })

  it('of Python belong to the record before, and the message names the exception at the end', async () => {
    const trace = [
      '2024-01-02 03:04:05,678 ERROR request failed',
      'Traceback (most recent call last):',
      '  File "app.py", line 7, in handle',
      '    return 1 / 0',
      'ZeroDivisionError: division by zero',
    ]
    const { records } = await readAll(sourceOf(repeat(trace, 2)))
    expect(records.map((record) => record.message)).toEqual(Array(2).fill('request failed ZeroDivisionError'))
    expect(records[0].raw).toBe(trace.join('\n'))
  })

  it('of Go belong to the record before', async () => {
    const trace = [
      '2024/01/02 03:04:05 serving',
      'panic: runtime error: index out of range [3] with length 2',
      '',
      'goroutine 1 [running]:',
      'main.(*Server).serve(0xc000010000, {0x4a3, 0x4e})',
      '\t/srv/main.go:12 +0x1d',
      'main.main()',
      '\t/srv/main.go:5 +0x2a',
    ]
    const { records } = await readAll(sourceOf(repeat(trace, 3)))
    expect(records).toHaveLength(3)
    expect(records[0].raw).toBe(trace.filter((line) => line !== '').join('\n'))
  })

  it('do not repeat an exception that the message names already', async () => {
    const first = `${HEAD} WARN [main] a.B: java.io.IOException: gone`
    const { records } = await readAll(sourceOf(repeat([first, 'java.io.IOException: gone', '\tat a.B.c(B.java:1)'], 2)))
    expect(records[0].message).toBe('java.io.IOException: gone')
  })
})

describe('a line without header', () => {
  it('that looks like no part of a record is one of its own, not dropped', async () => {
    const lines = [OK, OK, OK, OK, OK, OK, OK, OK, OK, OK, OK, 'Container killed on request. Exit code is 137', OK]
    const { records, summary } = await readAll(sourceOf(lines.join('\n')))
    expect(records).toHaveLength(13)
    expect(records[11]).toMatchObject({ message: lines[11], timestamp: null, host: null, process: null, lineNo: 11 })
    expect(summary.withoutHeader).toBe(1)
  })

  it('is never joined with multiline: false', async () => {
    const { records } = await readAll(sourceOf([OK, ...JAVA].join('\n')), { multiline: false })
    expect(records).toHaveLength(7)
  })

  it('is not joined in a source without times', async () => {
    const { records } = await readAll(sourceOf('one\n  two\n  three\n'))
    expect(records.map((record) => record.raw)).toEqual(['one', '  two', '  three'])
  })

  it('at the very beginning is a record', async () => {
    const { records } = await readAll(sourceOf(['\tat a.b(C.java:1)', OK, OK].join('\n')))
    expect(records.map((record) => record.raw)).toEqual(['\tat a.b(C.java:1)', OK, OK])
  })
})

describe('a record that does not end', () => {
  it('is cut at 1,000 lines and counted once', async () => {
    const lines = [...Array(600).fill(OK), ...Array.from({ length: 2500 }, (_, i) => `\tat a.b(C.java:${i})`), OK]
    const { records, summary } = await readAll(sourceOf(lines.join('\n')))
    expect(records[599].raw.split('\n')).toHaveLength(1000)
    expect(records).toHaveLength(601)
    expect(summary).toMatchObject({ cutRecords: 1, continuationLines: 2500 })
  })

  it('is cut at a megabyte and counted once', async () => {
    const lines = [...Array(600).fill(OK), ...Array(12).fill('\t' + 'x'.repeat(200_000)), '\tshort', OK]
    const { records, summary } = await readAll(sourceOf(lines.join('\n')))
    expect(records[599].raw.length).toBe(OK.length + 5 * 200_002)
    expect(summary.cutRecords).toBe(1)
  })
})

describe('looksLikeContinuation', () => {
  it.each([
    '  indented',
    '\ttab',
    'at a.b',
    'Caused by: x',
    '... 3 more',
    'ValueError: x',
    'KeyboardInterrupt',
    'a.B()',
  ])('holds for %j', (line) => expect(looksLikeContinuation(line)).toBe(true))

  it.each(['attempt 3', 'Error while reading', 'An Error: x', 'goroutines: 3', 'done (ok)', 'Container killed'])(
    'does not hold for %j',
    (line) => expect(looksLikeContinuation(line)).toBe(false),
  )
})
