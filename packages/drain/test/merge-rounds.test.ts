import fc from 'fast-check'
import { type Key, placesOf } from '../src/key-openings.js'
import { keyText, MergeRounds } from '../src/merge-rounds.js'
import { tokeniseMessage } from '../src/message-tokens.js'
import { SLOT } from '../src/token-key.js'
import { maskedLines } from './masked-lines.js'

function keysOf(messages: readonly string[]): Key[] {
  return messages.map((message) => tokeniseMessage(message).keys)
}

function rewritten(message: string, rounds: MergeRounds): string {
  return rounds.rewrite(tokeniseMessage(message).keys).join('').replaceAll(SLOT, '*')
}

test('a key that was not among the keys is rewritten where they prove a value, and only there', () => {
  const rounds = new MergeRounds(
    keysOf(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => `user ${name} logged in`)),
  )
  expect(rewritten('user zoe logged in', rounds)).toBe('user * logged in')
  expect(rewritten('user zoe logged out', rounds)).toBe('user zoe logged out')
})

test('the last word of a key never becomes a value', () => {
  const rounds = new MergeRounds(keysOf('abcdefghijkl'.split('')))
  expect(rewritten('a', rounds)).toBe('a')
})

const wordings = ['a', 'b c', 'd e f', 'g, h', 'i (j)', 'k', 'l m n o', 'p.']

function inContexts(texts: readonly string[], contexts: readonly string[]): MergeRounds {
  return new MergeRounds(keysOf(contexts.flatMap((context) => texts.map((text) => context.replace('*', text)))))
}

test('quoted texts are values from eight wordings on that come back in another context, whatever their length', () => {
  const rounds = inContexts(wordings, ['agent "*" seen', 'agent "*" lost'])
  expect(rewritten('agent "some other (thing)" seen', rounds)).toBe('agent "*" seen')
  const few = inContexts(wordings.slice(1), ['agent "*" seen', 'agent "*" lost'])
  expect(rewritten('agent "b c" seen', few)).toBe('agent "b c" seen')
})

test('quoted texts that have a name, or one context, may be messages: they stay', () => {
  const named = inContexts(wordings, ['level=info msg="*"', 'level=warn msg="*"'])
  expect(rewritten('level=info msg="b c"', named)).toBe('level=info msg="b c"')
  const alone = inContexts(wordings, ['INFO says "*"'])
  expect(rewritten('INFO says "b c"', alone)).toBe('INFO says "b c"')
})

test('a quoted text that is a value in one place is one everywhere', () => {
  const contexts = ['agent "*" seen', 'agent "*" lost']
  const keys = contexts.flatMap((context) => wordings.map((text) => context.replace('*', text)))
  const rounds = new MergeRounds(keysOf([...keys, 'no agent "b c" here']))
  expect(rewritten('no agent "b c" here', rounds)).toBe('no agent "*" here')
})

test('a field is a value from eight texts on, whatever the other fields hold', () => {
  const names = 'abcdefgh'.split('')
  const rounds = new MergeRounds(
    keysOf(names.map((name, at) => `denied name=${name}:x class=${at % 2 ? 'file' : 'dir'}`)),
  )
  expect(rewritten('denied name=zoe class=dir', rounds)).toBe('denied name=* class=dir')
})

test('a sign where others have a value is a missing value', () => {
  const rounds = new MergeRounds(keysOf(['sent 7 of', 'sent - of']))
  expect(rewritten('sent - of', rounds)).toBe('sent * of')
})

test('rewriting only ever opens runs, and a rewritten key stays as it is', () => {
  fc.assert(
    fc.property(maskedLines, (lines) => {
      const keys = keysOf(lines)
      const rounds = new MergeRounds(keys)
      for (const key of keys) {
        const after = rounds.rewrite(key)
        const places = placesOf(after, key)
        expect(after.every((token, at) => token === SLOT || token === key[places[at]])).toBe(true)
        expect(places.filter((place) => place >= 0)).toEqual(
          [...new Set(places)].filter((place) => place >= 0).sort((a, b) => a - b),
        )
      }
      const again = new MergeRounds(keys.map((key) => rounds.rewrite(key)))
      for (const key of keys.map((each) => rounds.rewrite(each))) expect(keyText(again.rewrite(key))).toBe(keyText(key))
    }),
  )
})
