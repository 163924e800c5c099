import { MaskingError } from '../src/errors.js'
import { Masker } from '../src/masker.js'
import { parseMaskRules } from '../src/parse-mask-rules.js'

const BLOCK = { name: 'block', pattern: 'blk_-?\\d+', type: 'BLOCK' }

function maskWith(file: object, text: string): string {
  return Masker.create({ rules: parseMaskRules(JSON.stringify({ version: 1, ...file })) }).mask(text).masked
}

test('an own rule runs before the built-in ones, which see its mask as taken', () => {
  expect(maskWith({ rules: [BLOCK] }, 'got blk_-12 of 3 in /d/blk_7')).toBe('got <BLOCK> of <NUM> in <PATH><BLOCK>')
})

test('an own rule that runs after takes only what is left', () => {
  const rule = { name: 'any', pattern: '\\S+', type: 'WORD', priority: 'after' }
  expect(maskWith({ rules: [rule] }, 'a 10 b')).toBe('<WORD> <NUM> <WORD>')
})

test('of two own rules that overlap the earlier wins', () => {
  const file = {
    extends: 'none',
    rules: [
      { ...BLOCK, pattern: 'b.' },
      { name: 'wide', pattern: '[a-c]+', type: 'W' },
    ],
  }
  expect(maskWith(file, 'abc ca')).toBe('<W><BLOCK> <W>')
})

test('group 1 is what is hidden, where there is one, and `replace` is what stands instead', () => {
  const rule = { name: 'user name', pattern: 'user=(\\w+)', replace: '***' }
  const rules = parseMaskRules(JSON.stringify({ version: 1, rules: [rule] }))
  const { masked, parameters } = Masker.create({ rules }).mask('user=bob2 n=5')
  expect(masked).toBe('user=*** n=<NUM>')
  expect(parameters).toEqual([
    { type: 'USER_NAME', value: 'bob2' },
    { type: 'NUM', value: '5' },
  ])
})

test('a rules file chooses the built-in rules and switches some off', () => {
  expect(maskWith({ extends: 'compat' }, 'I/O 5')).toBe('I<PATH> <NUM>')
  expect(maskWith({ extends: 'none' }, 'I/O 5')).toBe('I/O 5')
  expect(maskWith({ disable: ['num'] }, '5 at 10.0.0.1')).toBe('5 at <IP>')
})

test('explain names the own rule', () => {
  const rules = parseMaskRules(JSON.stringify({ version: 1, rules: [{ ...BLOCK, description: 'a block' }] }))
  expect(Masker.create({ rules }).explain('x blk_1')).toEqual([
    { rule: 'block', type: 'BLOCK', value: 'blk_1', start: 2, end: 7, description: 'a block' },
  ])
})

test.each([
  ['not JSON', '{', 'bad-rules', /rules file: .*expected JSON/],
  ['another version', '{"version":2}', 'bad-rules', /version: .*expected 1, got 2/],
  ['an unknown field', '{"version":1,"rule":[]}', 'bad-rules', /Unrecognized key: "rule"/],
  ['an unknown toggle', '{"version":1,"disable":["path"]}', 'bad-rules', /disable\[0\]: .*got "path"/],
  [
    'a type in small letters',
    JSON.stringify({ version: 1, rules: [{ ...BLOCK, type: 'b' }] }),
    'bad-rules',
    /rules\[0\]\.type: /,
  ],
  ['no type', '{"version":1,"rules":[{"name":"a","pattern":"b"}]}', 'bad-rules', /rules\[0\]: expected exactly one of/],
  [
    'a pattern RE2 lacks',
    JSON.stringify({ version: 1, rules: [{ ...BLOCK, pattern: '(?=a)' }] }),
    'bad-pattern',
    /^rules\[0\]\.pattern: /,
  ],
  [
    'an empty match',
    JSON.stringify({ version: 1, rules: [{ ...BLOCK, pattern: 'a*' }] }),
    'bad-pattern',
    /matches the empty text/,
  ],
  [
    'an example that fails',
    JSON.stringify({ version: 1, rules: [{ ...BLOCK, examples: [{ in: 'blk_1', out: 'x' }] }] }),
    'bad-example',
    /^rules\[0\]\.examples\[0\]: got "<BLOCK>", expected "x"/,
  ],
])('refused: %s', (_, json, code, message) => {
  let error: unknown
  try {
    parseMaskRules(json)
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(MaskingError)
  expect((error as MaskingError).code).toBe(code)
  expect((error as MaskingError).message).toMatch(message)
})

test('a mode that contradicts the rules is refused', () => {
  const rules = parseMaskRules('{"version":1,"extends":"compat"}')
  expect(() => Masker.create({ mode: 'default', rules })).toThrow(/mode "default" with rules that extend "compat"/)
})
