import fc from 'fast-check'

const user = fc.constantFrom('ann', 'bob', 'cid', 'dan', 'eve', 'fay', 'gus', 'hal', 'ida', 'jon')
const value = fc.constantFrom('<IP>', '<NUM>', '<HEX>', 'blk_7', 'blk_8', 'v1.2', '12', 'null', 'eth0', 'eth1', 'eth2')
const sign = fc.constantFrom(' ', ': ', '=', ', ', '(', ')', '()', '[]', '.', '  ', '\t', '<', '>', '"')
const word = fc.constantFrom('opened', 'closed', 'for', 'user', 'error', 'com.a.x', 'com.a.y', 'com.a.z', 'ms', 'list')

/** Pieces that meet in keys, buckets, quotes, fields, lists, families and absorbed runs. */
const free: fc.Arbitrary<string> = fc
  .array(fc.tuple(fc.oneof(word, value, user), sign), { maxLength: 6 })
  .map((pairs) => pairs.map(([piece, gap]) => piece + gap).join(''))

const formed: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(fc.constantFrom('opened', 'closed', 'lost'), user).map(([verb, name]) => `session ${verb} for ${name}`),
  fc.tuple(user, value).map(([name, at]) => `login of ${name} at ${at}`),
  fc.array(value, { minLength: 1, maxLength: 4 }).map((values) => `list: ${values.join(', ')}`),
  fc
    .tuple(fc.constantFrom('GET', 'PUT'), fc.array(fc.oneof(user, value), { maxLength: 3 }))
    .map(([verb, words]) => `${verb} "${words.join(' ')}" ok`),
  fc
    .tuple(fc.constantFrom('denied', 'granted'), user, fc.constantFrom('file', 'dir', '-', '<NUM>'))
    .map(([verb, name, kind]) => `${verb} name=${name}:x class=${kind}`),
  value,
  fc.constantFrom('from <IP>', 'from <IP>', 'from <IP>', 'from LOCAL(0)', 'took <NUM> ms', 'took <NUM>'),
)

/** A masked line that has much in common with others. */
export const maskedLine: fc.Arbitrary<string> = fc.oneof({ weight: 3, arbitrary: formed }, free)

/** Up to 120 such lines. */
export const maskedLines: fc.Arbitrary<string[]> = fc.array(maskedLine, { maxLength: 120 })
