import { SESSION_KEY_RULES, sessionKey } from '../src/session-key.js'

test.each(SESSION_KEY_RULES)('$name finds the key of its example', ({ name, example, pattern }) => {
  const [key] = sessionKey(name).keysOf(`before ${example} after`, 'app.log')
  expect(example).toContain(key)
  expect(key).toMatch(new RegExp(pattern.includes('(?:') || !pattern.includes('(') ? pattern : '^[0-9a-f-]+$'))
})

test('a line that names two blocks is an event of both, one that names a block twice of one', () => {
  const key = sessionKey('hdfs-block')
  expect(key.keysOf('delete blk_1 blk_-22 blk_1', 'x')).toEqual(['blk_1', 'blk_-22'])
})

test('the container whose log it is counts before one that is named in the line', () => {
  const key = sessionKey('hadoop-container')
  const [own, other] = ['container_1445_0011_01_000001', 'container_1445_0011_01_000002']
  expect(key.keysOf(`launched ${other}`, `logs/${own}.log`)).toEqual([own])
  expect(key.keysOf(`launched ${other}`, 'resourcemanager.log')).toEqual([other])
})

test('a regular expression gives its first group, or the whole match', () => {
  expect(sessionKey('req=(\\w+)').keysOf('GET / req=a1 req=b2', '')).toEqual(['a1', 'b2'])
  expect(sessionKey('job_\\d+').keysOf('start job_7', '')).toEqual(['job_7'])
})

test('a line without a key has none', () => {
  expect(sessionKey('hdfs-block').keysOf('nothing here', 'x')).toEqual([])
})

test.each([
  ['hdfs-blocks', 'no session key rule'],
  ['(', 'session key "("'],
  ['(?=a)b', 'RE2 syntax'],
])('"%s" is refused with what is expected', (pattern, message) => {
  expect(() => sessionKey(pattern)).toThrow(message)
  expect(() => sessionKey(pattern)).toThrow('hdfs-block')
})

test('a line that names thousands of keys is read once, whatever the rule', () => {
  const blocks = Array.from({ length: 3000 }, (_, i) => `blk_${i}`)
  const line = [...blocks, ...'container_1 '.repeat(20_000), '1_'.repeat(50_000)].join(' ')
  expect(sessionKey('hdfs-block').keysOf(line, '')).toEqual(blocks)
  expect(sessionKey('hadoop-container').keysOf(line, '')).toEqual([])
})
