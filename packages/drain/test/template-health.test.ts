import { checkTemplates } from '../src/template-health.js'

function table(...texts: readonly string[]) {
  return texts.map((text, code) => ({ id: `t${code}`, text, count: 500 }))
}

test('what says nothing is a catch-all, what has a mask or several signs is none', () => {
  const { catchAlls } = checkTemplates(table('<*>', '<*> <*>:', '<PATH>', '[<*>] (<*>)', '<*>: <HEX> <*>', 'a <*>', ''))
  expect(catchAlls.map(({ text }) => text)).toEqual(['<*>', '<*> <*>:'])
})

test('one word among wildcards is over-merged, unless a mask tells more', () => {
  const { overMerged } = checkTemplates(
    table('<*> <*>: Loaded <*>', '<*> up', '<*> <*> <IP> up', 'at link <*> <*>', '<*>'),
  )
  expect(overMerged.map(({ text }) => text)).toEqual(['<*> <*>: Loaded <*>'])
})

test('an explosion is more than a template in five lines, of a thousand lines or more', () => {
  function exploding(templates: number, count: number): boolean {
    return checkTemplates(Array.from({ length: templates }, (_, at) => ({ id: `t${at}`, text: `a${at}`, count })))
      .isExploding
  }
  expect(exploding(900, 1)).toBe(false)
  expect(exploding(1000, 1)).toBe(true)
  expect(exploding(1000, 5)).toBe(false)
})

test('codes of one template count once, templates that did not occur not at all', () => {
  const one = { id: 't1', text: 'a', count: 1 }
  expect(checkTemplates([one, one, { id: 't2', text: 'b', count: 0 }])).toMatchObject({
    lines: 1,
    templates: 1,
    singletons: 1,
  })
  expect(checkTemplates([])).toMatchObject({ lines: 0, templates: 0, isExploding: false })
})
