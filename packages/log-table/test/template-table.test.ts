import { distinctTemplates } from '../src/template-table.js'

test('codes of one template lead to its one entry', () => {
  const [a, b] = ['a', 'b'].map((id) => ({ id, text: `text of ${id}`, count: 2 }))
  const { templates, indexOfCode } = distinctTemplates([a, b, { ...a }, b])
  expect(templates).toEqual([a, b])
  expect([...indexOfCode]).toEqual([0, 1, 0, 1])
})

test('an empty table has no templates', () => {
  expect(distinctTemplates([]).templates).toEqual([])
})
