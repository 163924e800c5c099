import { MOST_TOKENS, tokeniseMessage } from '../src/message-tokens.js'
import { SLOT } from '../src/token-key.js'

/** The key with `*` for values. */
function keyOf(message: string): string[] {
  return tokeniseMessage(message).keys.map((key) => key.replaceAll(SLOT, '*'))
}

test.each([
  ['  a\t b ', ['a', ' ', 'b']],
  ['k=v,x:y', ['k', '=', 'v', ',', 'x', ':', 'y']],
  ['from <IP> <:NUM:> <*>', ['from', ' ', '*', ' ', '*', ' ', '*']],
  ['if a<b and <x>', ['if', ' ', 'a', '<', 'b', ' ', 'and', ' ', '<', 'x', '>']],
  [
    'f() [] {} k= k=, (k=)',
    [
      ...['f', '(', '*', ')', ' ', '[', '*', ']', ' ', '{', '*', '}', ' ', 'k', '=', '*', ' '],
      ...['k', '=', '*', ',', ' ', '(', 'k', '=', '*', ')'],
    ],
  ],
  ['==', ['=', '=']],
  ['Done. Really?!', ['Done', '.', ' ', 'Really', '?!']],
  ['wait...', ['wait', '...']],
  ['blk_7 x86_64 1.2 12', ['*', ' ', '*', ' ', '*', ' ', '*']],
  ['en0 IPv6 sha256', ['en0', ' ', 'IPv6', ' ', '*']],
  ['CPU#3 core.2275 f@286 exception.....0', ['CPU#*', ' ', 'core.*', ' ', 'f@*', ' ', 'exception.....*']],
  ['//<IP> dsl-<NUM>-7 core.<NUM>', ['//*', ' ', '*', ' ', 'core.*']],
  ['True null None nothing', ['*', ' ', '*', ' ', '*', ' ', 'nothing']],
  ['größe ٣ — 東京', ['größe', ' ', '*', ' ', '—', ' ', '東京']],
  ['', []],
])('%j is cut and keyed', (message, keys) => {
  expect(keyOf(message)).toEqual(keys)
})

test('the tokens side by side are the message, its white space squeezed', () => {
  const message = 'job (id=<ID>) at 10.0.0.1:  done, k= v.'
  expect(tokeniseMessage(message).texts.join('')).toBe('job (id=<ID>) at 10.0.0.1: done, k= v.')
})

test('a line of many tokens ends in one value', () => {
  const { keys } = tokeniseMessage('a '.repeat(100_000))
  expect(keys).toHaveLength(MOST_TOKENS + 1)
  expect(keys.at(-1)).toBe(SLOT)
})
