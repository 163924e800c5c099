import { COMPAT_RULES } from '../src/compat-rules.js'
import { MASK_RULES, MASK_TOGGLES } from '../src/mask-rules.js'
import { Masker } from '../src/masker.js'

const masker = Masker.create()
const examples = MASK_RULES.flatMap(({ name, examples }) =>
  examples.map((example) => [name, example.in, example.out] as const),
)

test.each(examples)('rule %s: %s', (_, text, out) => {
  expect(masker.mask(text).masked).toBe(out)
})

test.each(MASK_RULES.map(({ name, toggle, examples: [example] }) => [name, toggle, example.in] as const))(
  'rule %s obeys the toggle %s',
  (name, toggle, text) => {
    expect(rulesIn(masker, text)).toContain(name)
    const off = MASK_RULES.filter((rule) => rule.toggle === toggle).map((rule) => rule.name)
    for (const rule of rulesIn(Masker.create({ [toggle]: false }), text)) expect(off).not.toContain(rule)
  },
)

test('every month is one, also those whose names are made of hexadecimal figures', () => {
  for (const month of 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')) {
    expect(masker.mask(`since ${month} 12, y`).masked).toBe('since <DATE>, y')
    expect(masker.mask(`at ${month}  9 06:06:20 y`).masked).toBe('at <DATETIME> y')
  }
})

test('every toggle switches some rule', () => {
  expect(new Set(MASK_RULES.map((rule) => rule.toggle))).toEqual(new Set(MASK_TOGGLES))
})

test('with every toggle off the text stays', () => {
  const off = Masker.create(Object.fromEntries(MASK_TOGGLES.map((toggle) => [toggle, false])))
  for (const [, text] of examples) expect(off.mask(text)).toEqual({ masked: text, parameters: [] })
})

test.each([
  ['words that hold a slash', 'I/O rx/tx and/or n/a w/o 3/4 1000Mbps/Full TCP/IP HTTP/1.1'],
  ['words that hold figures', 'ssh2 EXT4 IPv6 x86_64 sha256 Slf4jLogger jk2_init() en0 wl0 tty2 i2c_dev'],
  ['figures that belong to a name', 'rdd_42_24 dsl-1-2 core.2275 CPU#3 f@286 R30-M0-N9-C:J16-U01'],
  ['colons that join words', 'std::vector en0::Face::start (0x)::stop a::b'],
  ['lone signs', 'GET / - . ~ : :: x @ # %'],
  ['source lines', 'at Main.run(Main.java)'],
])('left alone: %s', (_, text) => {
  const { masked } = masker.mask(text)
  expect(masked.replace('<IP6>', '::')).toBe(text)
})

test.each([
  ['I/O', 'I<PATH>'],
  ['rx/tx', 'rx<PATH>'],
  ['and/or', 'and<PATH>'],
  ['n/a', 'n<PATH>'],
  ['w/o', 'w<PATH>'],
  ['3/4', '<NUM><PATH>'],
  ['1000Mbps/Full', '1000Mbps<PATH>'],
  ['http://a.b/c', 'http:<PATH>'],
  ['fe80::1', 'fe<ID>::<NUM>'],
  ['2001:db8::1', '<NUM>:db<ID>::<NUM>'],
  ['ssh2', 'ssh<ID>'],
  ['EXT4', 'EXT<ID>'],
  ['ffff8800', 'ffff<ID>'],
  ['15ms', '15ms'],
  ['5GB', '5GB'],
  ['42.5C', '42.5C'],
  ['x86_64', 'x86_64'],
  ['nvme0n1', 'nvme0n1'],
  ['v2.1.3', 'v<ID>.1.3'],
  ['1-1', '1-1'],
  ['1e9', '1e9'],
  ['deadbeef', 'deadbeef'],
  ['2026-01-02T03:04:05.678Z', '2026-01-02T03:<NUM>:05.678Z'],
  ['pid=12 eth0 at 0xff, -3.5', 'pid=<ID> eth<ID> at <HEX>, <NUM>'],
  ['10.0.0.1 52:54:00:12:ab:cd 0f8fad5b-d9cb-469f-a165-70867728950e', '<IP> <MAC> <UUID>'],
])('compat, as the reference system does: %s becomes %s', (text, masked) => {
  expect(Masker.create({ mode: 'compat' }).mask(text).masked).toBe(masked)
})

test.each([
  ['\x1b[0;94mok\x1b[0m 5m', '\x1b[0;94mok\x1b[0m <DURATION>'],
  ['#033[1mdone#033[2K', '#033[1mdone#033[2K'],
  ['^[[39m <NUM> [15m]', '^[[39m <NUM> [<DURATION>]'],
  ['md5 of sd5a, md127', 'md5 of sd5a, <DEVICE>'],
  ['getty@tty1.service for a@example.org', 'getty@tty1.service for <EMAIL>'],
  ['user@1000.service', 'user@1000.service'],
  ['at 00e0.fc09.bcf9, 1234.5678.9abc.', 'at <MAC>, <MAC>.'],
  ['abcd.ef01.2345 1.2.3', '<MAC> <VERSION>'],
  ['1234.5678.9abcd 12.34.56', '<VERSION> <VERSION>'],
])('what looks like another value is not taken for it: %j becomes %j', (text, masked) => {
  const masker = Masker.create()
  expect(masker.mask(text).masked).toBe(masked)
  const { values, codes } = masker.maskBytes(inBytes([text]))
  expect(values[codes[0]]).toBe(masked)
  expect(masker.explain(text)).toHaveLength(masked.split('>').length - 1 - (text.includes('<NUM>') ? 1 : 0))
})

test('compat: a later rule that hits an earlier mask hides the whole of it', () => {
  const { masked, parameters } = Masker.create({ mode: 'compat' }).mask('from fe80:0:0:0:1:2:3:4 port 22')
  expect(masked).toBe('from <IP<ID>> port <NUM>')
  expect(parameters).toEqual([
    { type: 'ID', value: 'fe80:0:0:0:1:2:3:4' },
    { type: 'NUM', value: '22' },
  ])
})

test.each([
  ['paths', '/a/b', '/a/b'],
  ['hex', '0xff', '0xff'],
  ['ips', 'on 10.0.0.1 now', 'on 10.0.0.1 now'],
  ['mac', 'at 5a:5b:5c:5d:5e:5f', 'at 5a:5b:5c:5d:5e:5f'],
  ['uuid', 'af8fad5b-d9cb-469f-a16b-7b867728950e', 'af8fad5b-d9cb-469f-a16b-7b867728950e'],
  ['pid', 'pid=x1', 'pid=x<ID>'],
  ['device', 'eth0', 'eth0'],
  ['num', '15 of 20', '15 of 20'],
] as const)('compat without %s: %s becomes %s', (toggle, text, masked) => {
  expect(COMPAT_RULES.some((rule) => rule.toggle === toggle)).toBe(true)
  expect(Masker.create({ mode: 'compat', [toggle]: false }).mask(text).masked).toBe(masked)
})

test('an option that does not exist or does not fit is refused', () => {
  expect(() => Masker.create({ mode: 'fast' } as object)).toThrow(expect.objectContaining({ code: 'bad-options' }))
  expect(() => Masker.create({ path: false } as object)).toThrow(
    /option "path" in mode "default", expected one of paths, hex/,
  )
  expect(() => Masker.create({ mode: 'compat', urls: false } as object)).toThrow(/option "urls" in mode "compat"/)
  expect(() => Masker.create({ num: 'no' } as object)).toThrow(/option "num" is "no", expected true or false/)
})

function rulesIn(masker: Masker, text: string): string[] {
  return masker.explain(text).map(({ rule }) => rule)
}

test('many texts in bytes come out as one by one', () => {
  const once = [
    ...MASK_RULES.flatMap(({ examples }) => examples.map((example) => example.in)),
    'µ 5 漢 10.0.0.1 😀 7',
    '',
  ]
  const all = [...once, ...once]
  const texts = inBytes(all)
  const { bytes } = texts
  for (const masker of [Masker.create(), Masker.create({ mode: 'compat' }), Masker.create({ num: false })]) {
    const result = masker.maskBytes(texts)
    all.forEach((text, t) => {
      const parameters = []
      for (let i = result.offsets[t]; i < result.offsets[t + 1]; i++) {
        const value = bytes.toString('utf8', result.starts[i], result.ends[i])
        parameters.push({ type: result.typeNames[result.types[i]], value })
      }
      expect({ masked: result.values[result.codes[t]], parameters }).toEqual(masker.mask(text))
    })
    expect(result.codes.subarray(once.length)).toEqual(result.codes.subarray(0, once.length))
    expect(bytes.toString()).toBe(all.join(''))
  }
})

test('a masker goes on finding the same texts when it has forgotten the earlier ones', () => {
  const masker = Masker.create()
  const words = Array.from(
    { length: 40_000 },
    (_, i) => `word ${'abcdefghij'[i % 10]}${i.toString(36)}x failed with ${i}`,
  )
  for (let from = 0; from < words.length; from += 8000) {
    const texts = words.slice(from, from + 8000)
    const { values, codes } = masker.maskBytes(inBytes(texts))
    expect(texts.map((_, t) => values[codes[t]])).toEqual(texts.map((text) => masker.mask(text).masked))
  }
})

function inBytes(texts: readonly string[]) {
  const sizes = texts.map((text) => Buffer.byteLength(text))
  let size = 0
  const ends = Int32Array.from(sizes, (own) => (size += own))
  return { bytes: Buffer.from(texts.join('')), starts: ends.map((end, t) => end - sizes[t]), ends }
}
