import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { LogReaderError } from '../src/errors.js'
import { streamSource } from '../src/source.js'
import { openSources } from '../src/open-sources.js'
import type { Source } from '../src/source.js'
import { chunks, readAll, sourceOf } from './read-all.js'

// for i in $(seq 1 200); do echo "2024-01-02 03:04:05,678 INFO worker: job $i done"; done | zstd -19 | base64   (zstd 1.5.4)
const ZSTD = Buffer.from(
  'KLUv/QRotQoARts4GXBpQXNOWGuAwDQPLmG03d0rt8wYiv93Aw4+ADQAKAAyUhGhLEOOxiJxWArJOXjbNT13mf/4rGgqBEgoKA4MGwwUCAbEIpGw' +
    'UCwYCgQIBgxWFDAD0YGQYeA4PA7lYOPOzMrIxmpitG3YlVUV1VRLinWNOjIqIhoqCZGmQTc2NTQzHRnOM+ZqrVKnrZS9oycmJRT33nuXZVmWZVmW' +
    'Zc4555xzzv//////x+PxeDwej8fjO7s6urmeHO8LvO/7vu/7vrdt27Zt27btuq7ruq7ruqZpmqZpmqbpeZ7neZ7nee699waAyKgRQPj9vwPAlarl' +
    'EjhB4P//BAH+i1Oq1knLCk6pWk2VKq1UqU2VKqpUqaVKlVWqRKVKNXXdS/Zb/Ua/zW/yW/wOfnvf3AMEAAAAAQCAAAAAAAAQAAAQAAAAAAACAAAC' +
    'IEADAMMCMBaBArHAnJIq2bZX3Q==',
  'base64',
)
const LOG = Array.from({ length: 200 }, (_, i) => `2024-01-02 03:04:05,678 INFO worker: job ${i + 1} done\n`).join('')

let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'sources-'))))
afterEach(() => rm(folder, { recursive: true }))

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, content)
  return path
}

async function contentOf(source: Source): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of source.bytes()) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

/** The error of an attempt, as `code: message`. */
async function failureOf(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(LogReaderError)
  return `${(error as LogReaderError).code}: ${(error as LogReaderError).message}`
}

// Root may open everything.
const itAsUser = process.getuid?.() === 0 ? it.skip : it

describe('a file', () => {
  it('is read as it is, may be read again, and counts its bytes', async () => {
    const path = await write('a.log', LOG)
    const [source] = await openSources([path])
    expect(await contentOf(source)).toBe(LOG)
    expect(await contentOf(source)).toBe(LOG)
    expect(source).toMatchObject({ name: path, sizeBytes: LOG.length, bytesRead: LOG.length })
  })

  it('in gzip is unpacked whatever its name, and bytesRead counts compressed bytes', async () => {
    const packed = gzipSync(LOG)
    const [source] = await openSources([await write('a.log', packed)])
    expect(await contentOf(source)).toBe(LOG)
    expect(source).toMatchObject({ sizeBytes: packed.length, bytesRead: packed.length })
  })

  it('of several gzip members is read to its end', async () => {
    const path = await write('a.gz', Buffer.concat([gzipSync('one\n'), gzipSync('two\n'), gzipSync('three\n')]))
    expect(await contentOf((await openSources([path]))[0])).toBe('one\ntwo\nthree\n')
  })

  it('in zstd is unpacked, also from several frames', async () => {
    const [source] = await openSources([await write('a.log', Buffer.concat([ZSTD, ZSTD]))])
    expect(await contentOf(source)).toBe(LOG + LOG)
  })

  it('in zstd is unpacked however the stream is cut', async () => {
    const bytes = [...ZSTD].map((byte) => Uint8Array.of(byte))
    expect(await contentOf(sourceOf(...bytes))).toBe(LOG)
  })

  it('in gzip that is cut off is an error that names file and byte, after the readable part', async () => {
    const random = Array.from({ length: 20_000 }, (_, i) => `${(i * 2_654_435_761) % 4_294_967_296} line\n`).join('')
    const packed = gzipSync(random)
    const path = await write('cut.gz', packed.subarray(0, packed.length - 100))
    const [source] = await openSources([path])
    const failure = await failureOf(contentOf(source))
    expect(failure).toMatch(
      /^broken-compression: .*cut\.gz: the gzip data is corrupt or cut off near compressed byte \d/,
    )
  })

  it('in zstd that is cut off or damaged is an error', async () => {
    expect(await failureOf(contentOf(sourceOf(ZSTD.subarray(0, 200))))).toMatch(/^broken-compression: .*zstd/)
    const damaged = Buffer.from(ZSTD).fill(0xff, 30, 200)
    expect(await failureOf(contentOf(sourceOf(damaged)))).toMatch(/^broken-compression: /)
  })

  it('that does not exist is an error', async () => {
    expect(await failureOf(openSources([join(folder, 'no.log')]))).toMatch(/^missing-file: .*no\.log: there is no such/)
  })

  itAsUser('that may not be opened is an error', async () => {
    const path = await write('secret.log', LOG)
    await chmod(path, 0)
    expect(await failureOf(openSources([path]))).toMatch(/^not-readable: /)
  })

  it('that begins with NUL bytes, as a loss of power leaves them, is a log all the same', async () => {
    const path = join(folder, 'powerless.log')
    await writeFile(path, '\0\0\0 first\n\0\0second\n')
    const { records } = await readAll((await openSources([path]))[0])
    expect(records.map(({ raw }) => raw)).toEqual([' first', 'second'])
  })

  it('that is binary is an error when it was named', async () => {
    const nul = await write('nul.bin', Buffer.from('abc\0def\n'))
    const control = await write('control.bin', Buffer.from('\x01\x02\x03abcdefghij\n'))
    expect(await failureOf(openSources([nul]))).toMatch(/^binary-file: .*nul\.bin/)
    expect(await failureOf(openSources([control]))).toMatch(/^binary-file: .*control\.bin/)
    const packed = await write('packed.gz', gzipSync(Buffer.from('abc\0def\n')))
    expect(await failureOf(openSources([packed]))).toMatch(/^binary-file: /)
  })

  it('in UTF-16 is an error that says how to convert it', async () => {
    const path = await write('w.log', Buffer.from('\ufeffhello\r\n', 'utf16le'))
    expect(await failureOf(openSources([path]))).toMatch(/^binary-file: .*UTF-16.*iconv -f UTF-16 -t UTF-8/)
  })

  it('that is empty is an error when it was named, also when it is packed', async () => {
    expect(await failureOf(openSources([await write('e.log', '')]))).toMatch(/^empty-log: .*e\.log/)
    expect(await failureOf(openSources([await write('e.gz', gzipSync(''))]))).toMatch(/^empty-log: /)
  })

  it('with colours of a terminal is text', async () => {
    const path = await write('colour.log', '\x1b[31mred\x1b[0m\n')
    expect(await openSources([path])).toHaveLength(1)
  })
})

describe('a directory', () => {
  it('gives its logs sorted by path, without hidden ones, and lists what it passed over', async () => {
    await write('b.log', LOG)
    await write('a/z.log', LOG)
    await write('a/B.log.gz', gzipSync(LOG))
    await write('.hidden.log', LOG)
    await write('.git/x.log', LOG)
    await write('empty.log', '')
    await write('image.bin', Buffer.from([1, 0, 2]))
    const sources = await openSources([folder])
    expect(sources.map((source) => source.name.slice(folder.length + 1))).toEqual(['a/B.log.gz', 'a/z.log', 'b.log'])
    expect(sources.skipped).toEqual([
      { name: join(folder, 'empty.log'), reason: 'empty' },
      { name: join(folder, 'image.bin'), reason: 'binary' },
    ])
  })

  it('lists the directories that lie too deep to be searched', async () => {
    await write('top.log', LOG)
    await write('a/b/two.log', LOG)
    const { skipped } = await openSources([folder], { maxDepth: 1 })
    expect(skipped).toEqual([{ name: join(folder, 'a/b'), reason: 'too-deep' }])
  })

  itAsUser('is read without the files and directories in it that may not be opened', async () => {
    await write('top.log', LOG)
    await chmod(await write('secret.log', LOG), 0)
    await write('locked/a.log', LOG)
    await chmod(join(folder, 'locked'), 0)
    const sources = await openSources([folder])
    await chmod(join(folder, 'locked'), 0o700)
    expect(sources.map(({ name }) => name)).toEqual([join(folder, 'top.log')])
    expect(sources.skipped).toEqual([
      { name: join(folder, 'locked'), reason: 'unreadable' },
      { name: join(folder, 'secret.log'), reason: 'unreadable' },
    ])
  })

  it('is searched as deep as asked', async () => {
    await write('top.log', LOG)
    await write('a/one.log', LOG)
    await write('a/b/two.log', LOG)
    for (const [maxDepth, count] of [
      [0, 1],
      [1, 2],
      [2, 3],
    ])
      // prettier-ignore
      expect(await openSources([folder], { maxDepth })).toHaveLength(count)
  })

  it('without a log is an error that says what was searched and passed over', async () => {
    await write('empty.log', '')
    expect(await failureOf(openSources([folder]))).toMatch(/^no-input: .*sources-.*empty\.log \(empty\)/)
  })

  it('in which links lead round in circles is searched once', async () => {
    await write('a/one.log', LOG)
    await symlink(folder, join(folder, 'a/loop'))
    expect(await openSources([folder])).toHaveLength(1)
  })
})

describe('inputs', () => {
  it('that name a file twice read it once', async () => {
    const path = await write('a.log', LOG)
    await symlink(path, join(folder, 'link.log'))
    expect((await openSources([path, folder, join(folder, '*.log')])).map((source) => source.name)).toEqual([path])
  })

  it('may be globs', async () => {
    await write('app.log', LOG)
    await write('app.log.1', LOG)
    await write('other.txt', LOG)
    const sources = await openSources([join(folder, 'app.log*')])
    expect(sources.map((source) => source.name.slice(folder.length + 1))).toEqual(['app.log', 'app.log.1'])
    expect(await failureOf(openSources([join(folder, '*.nothing')]))).toMatch(/^no-input: .*\*\.nothing/)
  })

  it('may hold standard input once', async () => {
    const stdin = chunks([gzipSync(LOG)])
    const sources = await openSources(['-'], { stdin })
    expect(sources[0]).toMatchObject({ name: '-', sizeBytes: null, modifiedMs: null })
    expect(await contentOf(sources[0])).toBe(LOG)
    expect(await failureOf(openSources(['-', '-'], { stdin }))).toMatch(/^stdin-twice: /)
    expect(await failureOf(openSources(['-']))).toMatch(/^stdin-twice: .*no `stdin` stream/)
  })

  it('must be something', async () => {
    expect(await failureOf(openSources([]))).toMatch(/^no-input: .*nothing/)
  })
})

describe('a named pipe', () => {
  it('is read once, from its first byte', async () => {
    const path = join(folder, 'pipe')
    execFileSync('mkfifo', [path])
    const [source] = await openSources([path])
    const [content] = await Promise.all([contentOf(source), writeFile(path, LOG)])
    expect(content).toBe(LOG)
  })
})

describe('a stream', () => {
  it('can be read only once', async () => {
    const source = sourceOf('a\n')
    await contentOf(source)
    expect(() => source.bytes()).toThrow(LogReaderError)
  })

  it('without a byte is an empty log', async () => {
    expect(await failureOf(readAll(sourceOf()))).toMatch(/^empty-log: /)
  })
})

describe('a stream', () => {
  it.each([
    ['binary', new Uint8Array([1, 2, 0, 3, 250])],
    ['UTF-16', Buffer.from('\ufeffJan  5 10:00:00 h a: b\n', 'utf16le')],
  ])('that is %s is refused as a file would be', async (kind, bytes) => {
    const source = streamSource(
      '-',
      (async function* () {
        yield bytes
      })(),
    )
    async function readThrough(): Promise<void> {
      for await (const chunk of source.bytes()) expect(chunk.length).toBeGreaterThan(0)
    }
    await expect(readThrough()).rejects.toMatchObject({ code: 'binary-file', message: expect.stringContaining(kind) })
  })
})
