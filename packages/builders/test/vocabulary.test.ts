import fc from 'fast-check'
import { BuildersError } from '../src/errors.js'
import { UNK, Vocabulary } from '../src/vocabulary.js'

const names = fc.array(fc.string())

describe('Vocabulary', () => {
  it('reserves 0 and 1 and gives templates 2 onwards in sorted order', () => {
    const vocabulary = Vocabulary.from(['b', 'a', 'b'])
    expect(vocabulary.size).toBe(4)
    expect(['a', 'b', 'c'].map((name) => vocabulary.indexOf(name))).toEqual([2, 3, UNK])
    expect([0, 1, 2, 3, 4].map((index) => vocabulary.nameOf(index))).toEqual([null, null, 'a', 'b', null])
  })

  it('does not depend on the order of the names', () => {
    fc.assert(
      fc.property(names, (list) => {
        expect(Vocabulary.from([...list].reverse()).toJSON()).toEqual(Vocabulary.from(list).toJSON())
      }),
    )
  })

  it('keeps every old index when it is extended', () => {
    fc.assert(
      fc.property(names, names, (old, added) => {
        const before = Vocabulary.from(old)
        const after = before.extend(added)
        for (const name of old) expect(after.indexOf(name)).toBe(before.indexOf(name))
        expect(after.size).toBe(new Set([...old, ...added]).size + 2)
      }),
    )
  })

  it('comes back from JSON as it was', () => {
    fc.assert(
      fc.property(names, names, (old, added) => {
        const vocabulary = Vocabulary.from(old).extend(added)
        expect(Vocabulary.fromJSON(JSON.parse(JSON.stringify(vocabulary))).toJSON()).toEqual(vocabulary.toJSON())
      }),
    )
  })

  it('refuses another version, a damaged list and a repeated name', () => {
    expect(() => Vocabulary.fromJSON({ version: 9, names: [] })).toThrow('vocabulary version 9, expected 1')
    expect(() => Vocabulary.fromJSON({ version: 1 } as never)).toThrow(BuildersError)
    expect(() => Vocabulary.fromJSON({ version: 1, names: ['a', 'a'] })).toThrow('names a template twice')
  })
})
