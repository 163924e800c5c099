import fc from 'fast-check'
import { EvidenceMiner } from '../src/evidence-miner.js'
import { extractParameters } from '../src/parameters.js'
import { maskedLines } from './masked-lines.js'

const NUM = { type: 'NUM', value: '80' }
const PATH = { type: 'PATH', value: '/a b' }

test('a wildcard may stand for a list, for a text in quotes or for nothing', () => {
  expect(extractParameters('args: <*>', 'args: 1, 2,  3', [])).toEqual([{ type: '*', value: '1, 2,  3' }])
  expect(extractParameters('agent "<*>" at <NUM>', 'agent "some (old) one" at <NUM>', [NUM])).toEqual([
    { type: '*', value: 'some (old) one' },
    NUM,
  ])
  expect(extractParameters('user=<*> at <*>', 'user= at <NUM>', [NUM])).toEqual([{ type: '*', value: '' }, NUM])
})

test('a name or signs around a value stay text', () => {
  expect(extractParameters('core.<*> of (<*>)', 'core.2275 of (<PATH>)', [PATH])).toEqual([
    { type: '*', value: '2275' },
    PATH,
  ])
})

test('a remark that the template leaves out is passed over', () => {
  expect(extractParameters('rule <*> set (x y)', 'rule a set (<NUM>) (x y)', [NUM])).toEqual([
    { type: '*', value: 'a' },
    NUM,
  ])
  expect(extractParameters('rule set', 'rule set (<NUM>)', [NUM])).toEqual([NUM])
  expect(extractParameters('rule set', 'rule (7) set (<NUM>)', [NUM])).toEqual([NUM])
})

test('a message that does not fit has none', () => {
  expect(extractParameters('a <*> b', 'a x c', [])).toBeNull()
  expect(extractParameters('a <*> b', 'a b', [])).toBeNull()
  expect(extractParameters('a b', 'a  b', [])).toEqual([])
  expect(extractParameters('<*>x<*>', 'abc', [])).toBeNull()
})

test('many wildcards that do not fit cost no more than the text for each', () => {
  const template = `${'<*>a'.repeat(200)}<*>!`
  expect(extractParameters(template, 'a'.repeat(20_000), [])).toBeNull()
})

test('a line that was learned fits its template', () => {
  fc.assert(
    fc.property(maskedLines, (lines) => {
      const miner = EvidenceMiner.create()
      const codes = lines.map((line) => miner.learn(line))
      const table = miner.templates()
      const unfit = lines.filter((line, at) => extractParameters(table[codes[at]].text, line, []) === null)
      expect(unfit).toEqual([])
    }),
  )
})
