import { appendFile, chmod, copyFile, mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { createSocket } from 'node:dgram'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { FileSource, JournaldSource, StreamSource, SyslogSource, type Intake, type LineSource } from '../src/index.js'
import { ServiceCounters } from '../src/flow/service-counters.js'
import { JournalEntries } from '../src/sources/journal-entries.js'
import { FramingError, hostOfMessage, SyslogFrames } from '../src/sources/syslog-framing.js'
import { started, surroundings, until, withFolder } from './running-service.js'

/** An intake that keeps what it gets, as text by source. */
class Kept implements Intake {
  readonly texts = new Map<string, string>()
  readonly positions = new Map<string, unknown>()
  readonly ended: string[] = []

  async push({ source, bytes, position }: { source: string; bytes: Uint8Array; position?: unknown }) {
    this.texts.set(source, (this.texts.get(source) ?? '') + Buffer.from(bytes).toString('utf8'))
    if (position !== undefined) this.positions.set(source, JSON.parse(JSON.stringify(position)))
    return { findings: 0 }
  }
  async end(source: string) {
    this.ended.push(source)
  }
  positionOf(source: string) {
    return this.positions.get(source)
  }
}

async function opened<T extends LineSource>(
  source: T,
  intake = new Kept(),
): Promise<{ source: T; intake: Kept; counters: ServiceCounters }> {
  const counters = new ServiceCounters()
  await source.open({ intake, counters, surroundings: surroundings() })
  return { source, intake, counters }
}

describe('standard input', () => {
  test('is judged as it comes, and ended when it ends', async () => {
    const { intake } = await opened(new StreamSource(Readable.from([Buffer.from('one\ntw'), Buffer.from('o\n')])))
    await until('the end', () => intake.ended.length === 1)
    expect(intake.texts.get('stdin')).toBe('one\ntwo\n')
  })
})

describe('followed files', () => {
  async function follow(
    folder: string,
    work: (path: string, intake: Kept, source: FileSource) => Promise<void>,
    more = {},
  ): Promise<Kept> {
    const path = join(folder, 'app.log')
    const { source, intake } = await opened(
      new FileSource({ paths: [path], pollMs: 10, findMs: 20, fromStart: true, ...more }),
    )
    try {
      await work(path, intake, source)
    } finally {
      await source.close()
    }
    return intake
  }
  function has(intake: Kept, path: string, text: string): Promise<void> {
    return until(JSON.stringify(text), () => intake.texts.get(path) === text)
  }

  test('a file that appears later, and grows', () =>
    withFolder(async (folder) => {
      await follow(folder, async (path, intake) => {
        await writeFile(path, 'one\n')
        await has(intake, path, 'one\n')
        await appendFile(path, 'two\nthr')
        await appendFile(path, 'ee\n')
        await has(intake, path, 'one\ntwo\nthree\n')
      })
    }))

  test('what stands there at the start is skipped, unless it is asked for', () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, 'app.log'), 'old\n')
      await follow(
        folder,
        async (path, intake) => {
          await new Promise((resolve) => setTimeout(resolve, 50))
          await appendFile(path, 'new\n')
          await has(intake, path, 'new\n')
        },
        { fromStart: false },
      )
    }))

  test('rotation by renaming: the old file to its end, then the new one', () =>
    withFolder(async (folder) => {
      await follow(folder, async (path, intake) => {
        await writeFile(path, 'one\n')
        await has(intake, path, 'one\n')
        await rename(path, path + '.1')
        await appendFile(path + '.1', 'two\nno end')
        await writeFile(path, 'three\n')
        await has(intake, path, 'one\ntwo\nno end\nthree\n')
      })
    }))

  test('rotation by copying and cutting off', () =>
    withFolder(async (folder) => {
      await follow(folder, async (path, intake) => {
        await writeFile(path, 'one\ntwo\n')
        await has(intake, path, 'one\ntwo\n')
        await copyFile(path, path + '.1')
        await truncate(path, 0)
        await appendFile(path, 'a line longer than what was there before\n')
        await has(intake, path, 'one\ntwo\na line longer than what was there before\n')
      })
    }))

  test('a file that is removed and comes back', () =>
    withFolder(async (folder) => {
      await follow(folder, async (path, intake) => {
        await writeFile(path, 'one\n')
        await has(intake, path, 'one\n')
        await rm(path)
        await new Promise((resolve) => setTimeout(resolve, 40))
        await writeFile(path, 'two\n')
        await has(intake, path, 'one\ntwo\n')
      })
    }))

  test('a symlink that turns to another file', () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, 'day-1'), 'one\n')
      await symlink(join(folder, 'day-1'), join(folder, 'app.log'))
      await follow(folder, async (path, intake) => {
        await has(intake, path, 'one\n')
        await writeFile(join(folder, 'day-2'), 'two\n')
        await symlink(join(folder, 'day-2'), join(folder, 'link'))
        await rename(join(folder, 'link'), path)
        await has(intake, path, 'one\ntwo\n')
      })
    }))

  test('a restart goes on where reading stood, also behind a rotation meanwhile', () =>
    withFolder(async (folder) => {
      const intake = await follow(folder, async (path, intake) => {
        await writeFile(path, 'one\n')
        await has(intake, path, 'one\n')
      })
      const path = join(folder, 'app.log')
      await appendFile(path, 'two\n')
      await rename(path, path + '.1')
      await writeFile(path, 'three\n')
      const { source } = await opened(new FileSource({ paths: [path], pollMs: 10 }), intake)
      await has(intake, path, 'one\ntwo\nthree\n')
      await source.close()
    }))

  test('a pattern finds files that come later', () =>
    withFolder(async (folder) => {
      await mkdir(join(folder, 'logs'))
      const { source, intake } = await opened(
        new FileSource({ paths: [join(folder, 'logs', '*.log')], pollMs: 10, findMs: 20 }),
      )
      await writeFile(join(folder, 'logs', 'a.log'), 'one\n')
      await writeFile(join(folder, 'logs', 'b.txt'), 'two\n')
      await until('one file', () => intake.texts.size === 1)
      expect([...intake.texts]).toEqual([[join(folder, 'logs', 'a.log'), 'one\n']])
      await source.close()
    }))
})

describe('syslog', () => {
  test('messages do not depend on how the stream was cut', () => {
    const message = fc
      .string({ unit: 'binary', maxLength: 60 })
      .map((text) => `<13>1 - host app - - - ${text.replaceAll('\n', ' ')}`)
    const framed = fc.array(fc.tuple(message, fc.boolean()), { maxLength: 8 })
    fc.assert(
      fc.property(framed, fc.array(fc.nat(400), { maxLength: 10 }), (messages, cuts) => {
        const whole = Buffer.concat(
          messages.map(([text, isCounted]) =>
            Buffer.from(isCounted ? `${Buffer.byteLength(text)} ${text}` : text + '\n'),
          ),
        )
        const places = [...new Set([0, ...cuts.filter((cut) => cut < whole.length), whole.length])].sort(
          (a, b) => a - b,
        )
        const frames = new SyslogFrames(65_536)
        const got = places.slice(1).flatMap((end, i) => frames.push(whole.subarray(places[i], end)))
        expect(got.map((bytes) => bytes.toString('utf8'))).toEqual(messages.map(([text]) => text))
      }),
    )
  })

  test('what keeps to no framing', () => {
    const frames = new SyslogFrames(10)
    expect(frames.push(Buffer.from('2026-01-01 a line that is longer than ten\n7 dwarfs\n')).map(String)).toEqual([
      '2026-01-01',
      '7 dwarfs',
    ])
    expect(frames.cutMessages).toBe(1)
    expect(() => frames.push(Buffer.from('11 <1>xxxxxxxx'))).toThrow(FramingError)
    expect(() => new SyslogFrames(10).push(Buffer.from('99999999999 <'))).toThrow(FramingError)
    const last = new SyslogFrames(100)
    last.push(Buffer.from('<1>no end'))
    expect(String(last.end())).toBe('<1>no end')
  })

  test('the host of a message', () => {
    const hosts = [
      '<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - hello',
      '<34>Oct 11 22:14:15 web-3 su: hello',
      '<34>1 - - app - - - hello',
      'hello',
    ].map((text) => hostOfMessage(Buffer.from(text)))
    expect(hosts).toEqual(['mymachine.example.com', 'web-3', null, null])
  })

  test('over TCP, from two hosts on one connection', async () => {
    const { source, intake } = await opened(new SyslogSource({ transport: 'tcp', host: '127.0.0.1', port: 0 }))
    const socket = createConnection(source.port, '127.0.0.1')
    const message = '<34>Oct 11 22:14:15 b su: two'
    socket.end(`<34>Oct 11 22:14:15 a su: one\r\n${message.length} ${message}<34>Oct 11 22:14:15 a su: three`)
    await until('all', () => (intake.texts.get('syslog:a') ?? '').includes('three'))
    expect(intake.texts.get('syslog:a')).toBe('<34>Oct 11 22:14:15 a su: one\n<34>Oct 11 22:14:15 a su: three\n')
    expect(intake.texts.get('syslog:b')).toBe(message + '\n')
    await source.close()
  })

  test('over UDP', async () => {
    const { source, intake } = await opened(
      new SyslogSource({ transport: 'udp', host: '127.0.0.1', port: 0, sourceBy: 'peer' }),
    )
    const socket = createSocket('udp4')
    socket.send('<34>Oct 11 22:14:15 a su: one\0', source.port, '127.0.0.1')
    await until('it', () => intake.texts.size === 1)
    expect([...intake.texts]).toEqual([['syslog:127.0.0.1', '<34>Oct 11 22:14:15 a su: one\n']])
    socket.close()
    await source.close()
  })

  test('it does not leave the loopback without saying who may send', () => {
    expect(() => new SyslogSource({ transport: 'tcp', host: '0.0.0.0', port: 0 })).toThrow('--syslog-allow')
    expect(() => new SyslogSource({ transport: 'tcp', host: '0.0.0.0', port: 0, allow: ['10.0.0.0/99'] })).toThrow(
      'no address',
    )
  })

  test('who is not on the list is not let in', async () => {
    const { source, intake } = await opened(
      new SyslogSource({ transport: 'tcp', host: '127.0.0.1', port: 0, allow: ['10.0.0.0/8'] }),
    )
    const socket = createConnection(source.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write('<34>Oct 11 22:14:15 a su: one\n')
    await new Promise((resolve) => socket.once('close', resolve))
    expect(intake.texts.size).toBe(0)
    await source.close()
  })
})

describe('the journal', () => {
  function entry(fields: Record<string, string | Buffer>): Buffer {
    const parts = Object.entries(fields).map(([key, value]) => {
      if (typeof value === 'string') return Buffer.from(`${key}=${value}\n`)
      const length = Buffer.alloc(8)
      length.writeBigUInt64LE(BigInt(value.length))
      return Buffer.concat([Buffer.from(`${key}\n`), length, value, Buffer.from('\n')])
    })
    return Buffer.concat([...parts, Buffer.from('\n')])
  }
  const one = entry({
    __CURSOR: 's=1',
    __REALTIME_TIMESTAMP: '1704164645678901',
    _HOSTNAME: 'web1',
    SYSLOG_IDENTIFIER: 'sshd',
    PRIORITY: '6',
    MESSAGE: 'one',
    OTHER: 'x',
  })
  const two = entry({
    __CURSOR: 's=2',
    __REALTIME_TIMESTAMP: '1704164645678902',
    MESSAGE: Buffer.from('two\n\nlines \u00e9'),
  })

  test('entries do not depend on how the stream was cut', () => {
    const whole = Buffer.concat([one, two, entry({ NOTHING: 'of use' })])
    for (let cut = 0; cut <= whole.length; cut++) {
      const entries = new JournalEntries()
      const got = [...entries.push(whole.subarray(0, cut)), ...entries.push(whole.subarray(cut))]
      expect(got.map(({ cursor, line }) => [cursor, JSON.parse(line).MESSAGE])).toEqual([
        ['s=1', 'one'],
        ['s=2', 'two\n\nlines \u00e9'],
      ])
    }
  })

  test('a program that ends is started again behind the last entry', () =>
    withFolder(async (folder) => {
      const [command, data] = [join(folder, 'journalctl'), join(folder, 'data')]
      await writeFile(data, Buffer.concat([one, two]))
      await writeFile(
        command,
        `#!/bin/sh\necho "$@" >> ${folder}/calls\ncase "$*" in *after-cursor*) exec sleep 60 ;; *) cat ${data} ;; esac\n`,
      )
      await chmod(command, 0o755)
      const { source, intake } = await opened(new JournaldSource({ command, restartMs: 20 }))
      await until(
        'the second start',
        () => source.status() === 'reading' && intake.positions.get('journald') !== undefined,
      )
      const lines = intake.texts
        .get('journald')!
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(lines.map(({ MESSAGE }) => MESSAGE)).toEqual(['one', 'two\n\nlines \u00e9'])
      expect(intake.positions.get('journald')).toEqual({ kind: 'journal', cursor: 's=2' })
      const { readFile } = await import('node:fs/promises')
      await until('the second call', async () =>
        (await readFile(join(folder, 'calls'), 'utf8')).includes('--after-cursor=s=2'),
      )
      await source.close()
    }))

  test('a program that is not there is said', async () => {
    await expect(opened(new JournaldSource({ command: '/nowhere/journalctl' }))).rejects.toMatchObject({
      code: 'source-failed',
    })
  })
})

describe('a source that a user has written', () => {
  test('gives lines to the service', async () => {
    const own: LineSource = {
      name: 'own',
      open: async ({ intake }) => {
        await intake.push({ source: 'own', bytes: Buffer.from('one\n'), position: 7 })
      },
      close: async () => {},
    }
    const { service, detector } = await started({ sources: [own] })
    expect(detector.stats('own').lines).toBe(1)
    await service.close()
  })
})
