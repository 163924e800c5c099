import fc from 'fast-check'
import { Masker } from '../src/masker.js'

// Pieces that start, join and end values, so that neighbours meet in every way.
const PIECES = [
  ...[
    '10.0.0.1',
    ':50010',
    '/8',
    'fe80::1',
    '::',
    ':',
    'aa',
    '52:54:00:12:ab:cd',
    '0f8fad5b-d9cb-469f-a165-70867728950e',
  ],
  ...['2026-01-02', 'T03:04:05.678Z', '03:04', 'Jun  9', 'Wed', ' 2005', 'UTC', '20240115', '+0200', '17/May/2015'],
  ...['/var/log', '~', '..', './a', 'C:\\x', '?q=1', 'http://', 'a.b.example', 'hdfs://', '@', '\\\\srv\\x'],
  ...[
    '0x1f',
    'deadbe0f',
    '12',
    '1,234',
    '.5',
    '1e9',
    '%',
    '-',
    '+',
    '.',
    '_',
    '#',
    '/',
    '=',
    'pid=',
    'uid=',
    '00123456',
  ],
  ...[
    '15ms',
    'GB',
    ' KB',
    'v2',
    '2.6.5',
    '-1.358',
    'eth0',
    'sda1',
    'usb 1-1',
    'word',
    'x',
    '한',
    '(',
    ')',
    '[',
    ']',
    '"',
  ],
  ...[',', ';', ' ', '  ', '\t', '|', '\n', "'", '*', '&', '!'],
]
const line = fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map((pieces) => pieces.join(''))
const anyText = fc.oneof(
  { weight: 5, arbitrary: line },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
)
const plain = anyText.filter((text) => !text.includes('<') && !text.includes('>'))
const masker = Masker.create()
const runs = { numRuns: 6_000, seed: 2026 }

test('masking what is masked changes nothing', () => {
  fc.assert(
    fc.property(plain, (text) => {
      const { masked } = masker.mask(text)
      expect(masker.mask(masked).masked).toBe(masked)
    }),
    runs,
  )
})

test.each(['default', 'compat'] as const)(
  'in mode %s there are as many parameters as masks, and they restore the text',
  (mode) => {
    const own = Masker.create({ mode })
    fc.assert(
      fc.property(plain, (text) => {
        const { masked, parameters } = own.mask(text)
        // The one mask in a mask: the figure of <IP6>, which the reference system's device rule hides again.
        const pieces = masked.split(/<IP<ID>>|<[A-Z][A-Z0-9]*>/)
        expect(pieces.length - 1).toBe(parameters.length)
        expect(pieces.map((piece, index) => piece + (parameters[index]?.value ?? '')).join('')).toBe(text)
      }),
      runs,
    )
  },
)

test('lines are masked as if each stood alone', () => {
  fc.assert(
    fc.property(plain, plain, (first, second) => {
      const alone = [masker.mask(first).masked, masker.mask(second).masked].join('\n')
      expect(masker.mask(`${first}\n${second}`).masked).toBe(alone)
    }),
    runs,
  )
})

test('no mask starts or ends inside a word', () => {
  fc.assert(
    fc.property(plain, (text) => {
      for (const { start, end, rule } of masker.explain(text)) {
        const head = /[\p{L}\p{N}_]$/u.test(text.slice(0, start)) && /^[\p{L}\p{N}_]/u.test(text.slice(start, end))
        const tail = /[\p{L}\p{N}_]$/u.test(text.slice(start, end)) && /^[\p{L}\p{N}_]/u.test(text.slice(end))
        expect([rule, text, head || tail]).toEqual([rule, text, false])
      }
    }),
    runs,
  )
})

test('mask and explain tell the same story', () => {
  fc.assert(
    fc.property(plain, (text) => {
      const explained = masker.explain(text).map(({ type, value }) => ({ type, value }))
      expect(explained).toEqual(masker.mask(text).parameters)
    }),
    runs,
  )
})
