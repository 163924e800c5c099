import fc from 'fast-check'
import { lineBatches, newLineCounts } from '../src/line-batches.js'
import { chunks, readAll, sourceOf } from './read-all.js'

async function split(pieces: readonly (string | Uint8Array)[], maxLineBytes?: number) {
  const counts = newLineCounts()
  const lines: { text: string; lineNo: number; byteOffset: number }[] = []
  for await (const batch of lineBatches(chunks(pieces), counts, { maxLineBytes })) {
    for (let line = 0; line < batch.count; line++) {
      const text = batch.bytes.toString('utf8', batch.starts[line], batch.ends[line])
      lines.push({ text, lineNo: batch.lineNo[line], byteOffset: batch.byteOffset[line] })
    }
  }
  return { lines, counts }
}

/** Cuts bytes at positions given as shares 0..1. */
function cut(bytes: Buffer, shares: readonly number[]): Uint8Array[] {
  const positions = [...shares.map((share) => Math.floor(share * bytes.length)), bytes.length].sort((a, b) => a - b)
  return positions.map((end, index) => bytes.subarray(index === 0 ? 0 : positions[index - 1], end))
}

describe('lines', () => {
  it('end in \\n or \\r\\n, and the last one needs no end', async () => {
    const { lines, counts } = await split(['one\ntwo\r\nthree'])
    expect(lines).toEqual([
      { text: 'one', lineNo: 0, byteOffset: 0 },
      { text: 'two', lineNo: 1, byteOffset: 4 },
      { text: 'three', lineNo: 2, byteOffset: 9 },
    ])
    expect(counts).toEqual({ lines: 3, bytes: 14, invalidUtf8: 0, cutLines: 0 })
  })

  it('that are blank give no text but count', async () => {
    const { lines, counts } = await split(['\n \t\r\na\n\r\n'])
    expect(lines).toEqual([{ text: 'a', lineNo: 2, byteOffset: 5 }])
    expect(counts.lines).toBe(4)
  })

  it('lose a byte order mark, and offsets count it', async () => {
    const { lines } = await split([Buffer.from([0xef]), Buffer.from([0xbb, 0xbf, 0x61, 0x0a, 0x62])])
    expect(lines).toEqual([
      { text: 'a', lineNo: 0, byteOffset: 3 },
      { text: 'b', lineNo: 1, byteOffset: 5 },
    ])
  })

  it('with bytes that are not UTF-8 keep U+FFFD in their place and are counted', async () => {
    const { lines, counts } = await split([Buffer.from([0x61, 0xff, 0x62, 0x0a, 0xc3, 0xa9, 0x0a, 0xef, 0xbf, 0xbd])])
    expect(lines.map((line) => line.text)).toEqual(['a\ufffdb', 'é', '\ufffd'])
    expect(counts.invalidUtf8).toBe(1)
  })

  it('of 3 MB are cut at the limit, counted, and the next line stands where it stands', async () => {
    const long = Buffer.alloc(3_000_000, 'x')
    const pieces = [...cut(long, [0.1, 0.2, 0.4, 0.9]), '\nnext\n']
    const { lines, counts } = await split(pieces)
    expect(lines.map((line) => line.text.length)).toEqual([1_048_576, 4])
    expect(lines[1]).toEqual({ text: 'next', lineNo: 1, byteOffset: 3_000_001 })
    expect(counts.cutLines).toBe(1)
  })

  it('are never cut inside a character', async () => {
    const { lines, counts } = await split(['aaaé\nb'], 4)
    expect(lines.map((line) => line.text)).toEqual(['aaa', 'b'])
    expect(counts).toMatchObject({ cutLines: 1, invalidUtf8: 0 })
  })

  it('exactly as long as the limit are whole, also with \\r\\n', async () => {
    const { lines, counts } = await split(['aaaa\r', '\nbbbb'], 4)
    expect(lines.map((line) => line.text)).toEqual(['aaaa', 'bbbb'])
    expect(counts.cutLines).toBe(0)
  })

  it('lose the NUL bytes that a loss of power left before them', async () => {
    const { lines } = await split(['a\n\0\0\0b\n\0\0\n'])
    expect(lines).toEqual([
      { text: 'a', lineNo: 0, byteOffset: 0 },
      { text: 'b', lineNo: 1, byteOffset: 5 },
    ])
  })
})

const piece = fc.oneof(
  fc.constantFrom(
    '\n',
    '\r\n',
    '\r',
    ' ',
    'é',
    '漢字',
    '😀',
    '2024-01-02 03:04:05 ',
    '\tat x.y(z)',
    '\0',
    'a long word ',
  ),
  fc.string({ maxLength: 12 }),
)
const bytesOfLog = fc
  .array(
    fc.oneof(
      piece.map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 3 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => Buffer.concat(parts))
/** Without the control characters that would make it a binary file, which is refused. */
function printable(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => ((byte < 32 && byte !== 10 && byte !== 13) || byte === 127 ? 46 : byte))
}

const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 })

describe('how a stream is cut into chunks', () => {
  it('changes no line, number, offset or count', async () => {
    await fc.assert(
      fc.asyncProperty(bytesOfLog, shares, fc.integer({ min: 4, max: 40 }), async (bytes, cuts, maxLineBytes) => {
        expect(await split(cut(bytes, cuts), maxLineBytes)).toEqual(await split([bytes], maxLineBytes))
      }),
      { numRuns: 400 },
    )
  })

  it('changes no record', async () => {
    await fc.assert(
      fc.asyncProperty(bytesOfLog, shares, async (bytes, cuts) => {
        const log = Buffer.concat([Buffer.from('2024-01-02 03:04:05 début\r\n'), printable(bytes)])
        const { records, summary } = await readAll(sourceOf(log))
        const other = await readAll(sourceOf(...cut(log, cuts)))
        expect(other.records).toEqual(records)
        expect(other.summary).toEqual(summary)
      }),
    )
  })
})

describe('byteOffset', () => {
  it('points at the bytes of the record, whatever stands before', async () => {
    await fc.assert(
      fc.asyncProperty(bytesOfLog, async (bytes) => {
        const { records } = await readAll(sourceOf(Buffer.concat([Buffer.from('x\n'), printable(bytes)])), {
          multiline: false,
        })
        const log = Buffer.concat([Buffer.from('x\n'), printable(bytes)])
        for (const record of records) {
          const newline = log.indexOf(10, record.byteOffset)
          const line = log.toString('utf8', record.byteOffset, newline < 0 ? log.length : newline)
          expect(line.replace(/\r$/, '')).toBe(record.raw)
        }
      }),
    )
  })
})
