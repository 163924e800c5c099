import fc from 'fast-check'
import { codeBlock, codeCell, codeSpan, cutText, visibleText } from '../src/plain-text.js'

const HOSTILE = fc.string({
  unit: fc.oneof(
    fc.constantFrom('`', '|', '\n', '\r', '\u001b', '\0', '<', '\u202e', '\u2028', '\ud800', '\u009b'),
    fc.string({ unit: 'binary', maxLength: 2 }),
  ),
})

describe('log text', () => {
  it('shows what cannot be seen', () => {
    expect(visibleText('a\u001b[31mb\0c\u007fd\u202ee\u009bf\ufeffg\u2028h\r\ni\tj')).toBe(
      'a␛[31mb␀c␡d<U+202E>e<U+009B>f<U+FEFF>g<U+2028>h␍␊i    j',
    )
    expect(visibleText('\ud800 한국어 naïve 😀')).toBe('<U+D800> 한국어 naïve 😀')
  })

  it('holds nothing that controls afterwards, whatever it was', () => {
    fc.assert(
      fc.property(HOSTILE, (text) => {
        expect(visibleText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      }),
    )
  })

  it('cannot leave a code span or a fence', () => {
    fc.assert(
      fc.property(HOSTILE, (text) => {
        const span = codeSpan(text)
        const [delimiter] = /^`+/.exec(span)!
        const runs = span.slice(delimiter.length, -delimiter.length).match(/`+/g) ?? []
        expect(span.endsWith(delimiter)).toBe(true)
        expect(runs.some((run) => run.length >= delimiter.length)).toBe(false)
        const block = codeBlock([visibleText(text)]).split('\n')
        expect(block).toHaveLength(3)
        expect(block[1].includes(block[2])).toBe(false)
      }),
    )
    expect(codeSpan('``x`')).toBe('``` ``x` ```')
    expect(codeCell('a|b')).toBe('`a¦b`')
  })

  it('is cut between characters, never inside one', () => {
    expect(cutText('ab😀cd', 3)).toEqual({ text: 'ab', cutCharacters: 4 })
    expect(cutText('ab😀cd', 4)).toEqual({ text: 'ab😀', cutCharacters: 2 })
    expect(cutText('abc', 3)).toEqual({ text: 'abc', cutCharacters: 0 })
  })
})
