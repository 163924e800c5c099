import { normaliseTemplate } from '../src/metrics/normalise-template.js'
import { evaluateTemplates, type ParsedLine } from '../src/metrics/template-metrics.js'

function lines(...rows: [truth: string, group: string, text: string][]): ParsedLine[] {
  return rows.map(([truth, group, text]) => ({ truth, group, text }))
}

test('a perfect parse has 1 in every figure', () => {
  const perfect = evaluateTemplates(lines(['a <*>', '1', 'a <*>'], ['a <*>', '1', 'a <*>'], ['b', '2', 'b']))
  expect(perfect).toEqual({ GA: 1, FGA: 1, PA: 1, FTA: 1, groups: 2, trueGroups: 2 })
})

test('a true group that the parser splits counts for nothing, neither of its parts', () => {
  const split = evaluateTemplates(lines(['a <*>', '1', 'a x'], ['a <*>', '2', 'a y'], ['b', '3', 'b'], ['b', '3', 'b']))
  expect(split).toEqual({ GA: 0.5, FGA: 2 / 5, PA: 0.5, FTA: 2 / 5, groups: 3, trueGroups: 2 })
})

test('two true groups that the parser merges count for nothing, though one text may be right', () => {
  const merged = evaluateTemplates(lines(['a <*>', '1', 'a <*>'], ['a b', '1', 'a <*>']))
  expect(merged).toEqual({ GA: 0, FGA: 0, PA: 0.5, FTA: 0, groups: 1, trueGroups: 2 })
})

test('the parts of a split group may both have the right text: a text counts once', () => {
  const split = evaluateTemplates(lines(['a <*>', '1', 'a <*>'], ['a <*>', '2', 'a <*>']))
  expect([split.GA, split.FGA, split.PA, split.FTA]).toEqual([0, 0, 1, 1])
})

test('a stray line costs its whole group in GA', () => {
  const rows: [string, string, string][] = Array.from({ length: 9 }, () => ['a <*>', '1', 'a <*>'])
  expect(evaluateTemplates(lines(...rows, ['a <*>', '2', 'a x'])).GA).toBe(0)
})

test.each([
  ['  a   b ', 'a b'],
  ['size 12 of 7', 'size <*> of <*>'],
  ['blk_<*> done', '<*> done'],
  ['node-<*>:<*>', 'node-<*>'],
  ['/a/<*>/b', '/a/<*>/b'],
  ['<*>.<*>.<*> <*><*>', '<*> <*>'],
  ['from <*>/<*>:<*>@<*>', 'from <*>'],
  ['<*> <*>, <*>,<*> <*>-<*>', '<*> <*>, <*>,<*> <*>-<*>'],
  ['say "<*>" now', 'say <*> now'],
  ['Kb7 x86', 'Kb7 x86'],
])('%s is compared as %s', (text, normalised) => {
  expect(normaliseTemplate(text)).toBe(normalised)
  expect(normaliseTemplate(normalised)).toBe(normalised)
})
