import fc from 'fast-check'
import { type Key, keyText, MergeRounds } from '../src/merge-rounds.js'
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

test('rewriting only ever opens places, and a rewritten key stays as it is', () => {
  fc.assert(
    fc.property(maskedLines, (lines) => {
      const keys = keysOf(lines)
      const rounds = new MergeRounds(keys)
      for (const key of keys) {
        const after = rounds.rewrite(key)
        expect(after).toHaveLength(key.length)
        expect(after.every((token, place) => token === key[place] || token === SLOT)).toBe(true)
      }
      const again = new MergeRounds(keys.map((key) => rounds.rewrite(key)))
      for (const key of keys.map((each) => rounds.rewrite(each))) expect(keyText(again.rewrite(key))).toBe(keyText(key))
    }),
  )
})
