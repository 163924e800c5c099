import fc from 'fast-check'
import { DrainError } from '../src/errors.js'
import { EvidenceMiner } from '../src/evidence-miner.js'
import { MOST_TOKENS } from '../src/message-tokens.js'
import { maskedLine, maskedLines } from './masked-lines.js'

function learned(messages: readonly string[]): EvidenceMiner {
  const miner = EvidenceMiner.create()
  for (const message of messages) miner.learn(message)
  return miner
}

/** The distinct templates, the most frequent first. */
function textsOf(messages: readonly string[]): string[] {
  const table = new Map(
    learned(messages)
      .templates()
      .map((template) => [template.id, template]),
  )
  return [...table.values()].sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1)).map(({ text }) => text)
}

/** What must not depend on the order of lines or snapshots. */
function outcome(miner: EvidenceMiner): string[] {
  return [...new Set(miner.templates().map(({ id, text, count }) => `${id} ${count} ${text}`))].sort()
}

const users = ['ann', 'bob', 'cid', 'dan', 'eve', 'fay', 'gus', 'hal']

describe('what becomes one template', () => {
  test('messages that differ in values', () => {
    expect(textsOf(['worker 7 at 10.0.0.1 ready', 'worker 12 at <IP> ready'])).toEqual(['worker <*> at <*> ready'])
  })

  test('a value that always has one mask is shown as that mask', () => {
    expect(textsOf(['from <IP> port <NUM>', 'from <IP> port <HEX>'])).toEqual(['from <IP> port <*>'])
  })

  test('words stay text while nothing proves that they are values', () => {
    expect(textsOf(['service started', 'service stopped', 'service failed'])).toHaveLength(3)
  })

  test('eight words in one place are values', () => {
    expect(textsOf(users.map((user) => `quota of ${user} exceeded`))).toEqual(['quota of <*> exceeded'])
    expect(textsOf(users.slice(1).map((user) => `quota of ${user} exceeded`))).toHaveLength(7)
  })

  test('a word where others have a number is a value', () => {
    expect(textsOf(['id 7 lost', 'id 8 lost', 'id none lost'])).toEqual(['id <*> lost'])
  })

  test('three words that come back in another context are values; the contexts stay apart', () => {
    const sessions = ['ann', 'bob', 'cid', 'dan'].flatMap((user) => [`opened for ${user}`, `closed for ${user}`])
    expect(textsOf(sessions)).toEqual(['closed for <*>', 'opened for <*>'])
  })

  test('states of several services stay apart, when the services are more than the states', () => {
    const states = ['web', 'db', 'mail', 'dns'].flatMap((service) =>
      ['started', 'stopped', 'failed'].map((state) => `unit ${service} ${state}`),
    )
    expect(textsOf(states)).toEqual(['unit <*> failed', 'unit <*> started', 'unit <*> stopped'])
  })

  test('names with three figures, and qualified names with one beginning, are values', () => {
    expect(textsOf(['port en0 up', 'port en1 up', 'port en2 up'])).toEqual(['port <*> up'])
    expect(textsOf(['run com.example.a now', 'run com.example.b now', 'run com.example.c now'])).toEqual([
      'run com.example.<*> now',
    ])
  })

  test('lists of any length, remarks and units', () => {
    expect(textsOf(['args: 1', 'args: 1, 2', 'args: 1, 2, 3'])).toEqual(['args: <*>'])
    expect(textsOf(['rule set (5)', 'rule set'])).toEqual(['rule set'])
    expect(textsOf(['lifetime <1 sec', 'lifetime <TIME>'])).toEqual(['lifetime <*>'])
  })

  test('a missing value is a value', () => {
    expect(textsOf(['user= at (<IP>)', 'user=7 at ()'])).toEqual(['user=<*> at (<*>)'])
  })

  test('a rare form of a value joins the frequent one', () => {
    const messages = Array.from({ length: 20 }, () => 'connect from <IP>')
    expect(textsOf([...messages, 'connect from LOCAL(zero)'])).toEqual(['connect from <*>'])
    expect(textsOf([...messages.slice(15), 'connect from LOCAL(zero)'])).toHaveLength(2)
  })
})

test.each([
  ['IPv6 over eth on L2', 'IPv6 over eth on L2'],
  ['jk2_init() found child 7', 'jk2_init() found child <*>'],
  ['host abc-12 at core.2275', 'host abc-<*> at core.<*>'],
  ['class org.example.v2.Main up', 'class org.example.v2.Main up'],
  ['enabled=true value: null', 'enabled=<*> value: <*>'],
  ['done.  All\tgood!', 'done. All good!'],
  ['', ''],
])('the template of "%s" alone is "%s"', (message, text) => {
  expect(textsOf([message])).toEqual([text])
})

test('codes stay valid: kinds that become one template have one id', () => {
  const miner = EvidenceMiner.create()
  const codes = users.map((user) => miner.learn(`quota of ${user} exceeded`))
  expect(new Set(codes).size).toBe(8)
  const table = miner.templates()
  for (const code of codes) expect(table[code]).toEqual({ ...table[codes[0]], count: 8 })
})

test('history tells what became of ids given out earlier', () => {
  const miner = learned(users.slice(1).map((user) => `quota of ${user} exceeded`))
  const early = miner.templates().map(({ id }) => id)
  miner.learn('quota of ann exceeded')
  const [{ id }] = miner.templates()
  expect(early).not.toContain(id)
  for (const old of early) expect(miner.history().get(old)).toBe(id)
  expect(EvidenceMiner.restore(miner.snapshot()).history()).toEqual(miner.history())
})

test('an unknown line matches where its difference is a value, else the nearest template is near', () => {
  const miner = learned([...users.map((user) => `quota of ${user} exceeded`), 'disk full'])
  expect(miner.templates()[miner.match('quota of zoe exceeded')].text).toBe('quota of <*> exceeded')
  expect(miner.match('quota of zoe restored')).toBe(-1)
  const nearest = miner.nearest('quota of zoe restored')!
  expect(miner.templates()[nearest.code].text).toBe('quota of <*> exceeded')
  expect(nearest.distance).toBeGreaterThan(0)
  expect(nearest.distance).toBeLessThan(0.6)
  expect(EvidenceMiner.create().nearest('x')).toBeNull()
})

test('the order of the lines does not matter', () => {
  fc.assert(
    fc.property(
      maskedLines.chain((lines) =>
        fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length })),
      ),
      ([lines, shuffled]) => {
        expect(outcome(learned(shuffled))).toEqual(outcome(learned(lines)))
      },
    ),
  )
})

test('how the lines were split, and the order of merging, do not matter', () => {
  fc.assert(
    fc.property(fc.array(maskedLines, { maxLength: 4 }), (shards) => {
      const snapshots = shards.map((lines) => learned(lines).snapshot())
      const merged = EvidenceMiner.merge(snapshots)
      expect(outcome(merged)).toEqual(outcome(learned(shards.flat())))
      expect(JSON.stringify(EvidenceMiner.merge([...snapshots].reverse()).snapshot())).toBe(
        JSON.stringify(merged.snapshot()),
      )
      const table = merged.templates()
      for (const [shard, lines] of shards.entries()) {
        const codes = merged.codesOf(snapshots[shard])
        const miner = EvidenceMiner.restore(snapshots[shard])
        for (const line of lines) expect(table[codes[miner.match(line)]]).toEqual(table[merged.match(line)])
        for (const { id } of miner.templates()) expect(merged.history().has(id)).toBe(true)
      }
    }),
    { numRuns: 50 },
  )
})

test('a line that was learned matches again, with its template, and matching changes nothing', () => {
  fc.assert(
    fc.property(maskedLines, maskedLines, (lines, others) => {
      const miner = EvidenceMiner.create()
      const codes = lines.map((line) => miner.learn(line))
      const before = JSON.stringify(miner.snapshot())
      const table = miner.templates()
      for (const line of others) miner.match(line)
      for (const [index, line] of lines.entries()) expect(table[miner.match(line)].id).toBe(table[codes[index]].id)
      expect(JSON.stringify(miner.snapshot())).toBe(before)
      expect(table.length === 0 ? 0 : new Set(codes.map((code) => table[code].id)).size).toBe(
        new Set(table.map(({ id }) => id)).size,
      )
    }),
  )
})

test('counts add up to the lines', () => {
  fc.assert(
    fc.property(maskedLines, (lines) => {
      const counts = new Map(
        learned(lines)
          .templates()
          .map(({ id, count }) => [id, count]),
      )
      expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(lines.length)
    }),
  )
})

test('a restored miner goes on as if never interrupted', () => {
  fc.assert(
    fc.property(maskedLines, maskedLines, (first, second) => {
      const miner = learned(first)
      const restored = EvidenceMiner.restore(JSON.parse(JSON.stringify(miner.snapshot())))
      expect(JSON.stringify(restored.snapshot())).toBe(JSON.stringify(miner.snapshot()))
      for (const line of second) expect(restored.learn(line)).toBe(miner.learn(line))
      expect(restored.templates()).toEqual(miner.templates())
    }),
  )
})

test('when no more kinds are remembered, lines still find a template and match again', () => {
  fc.assert(
    fc.property(maskedLines, fc.integer({ min: 1, max: 5 }), (lines, mostKinds) => {
      const miner = EvidenceMiner.create({ mostKinds })
      for (const line of lines) miner.learn(line)
      const ids = miner.templates().map(({ id }) => id)
      expect(ids.length).toBeLessThanOrEqual(mostKinds + 1)
      for (const line of lines) expect(ids[miner.match(line)]).toBe(ids[miner.learn(line)])
      const restored = EvidenceMiner.restore(miner.snapshot())
      for (const line of lines) expect(restored.match(line)).toBe(miner.match(line))
    }),
  )
})

test('a line of 100,000 tokens costs no more than its first ones: the tail is one value', () => {
  const miner = EvidenceMiner.create()
  const long = 'word '.repeat(100_000)
  expect(miner.learn(long)).toBe(miner.learn(`${'word '.repeat(100_000)}and more`))
  expect(miner.templates()[0].text.split(' ').length).toBeLessThanOrEqual(MOST_TOKENS)
  expect(miner.learn('x'.repeat(1_000_000))).toBe(miner.learn(`${'y'.repeat(1_000_000)}`))
})

test('the mask is applied first, and is no part of a snapshot', () => {
  function mask(message: string): string {
    return message.replace(/secret/g, '<WORD>')
  }
  const miner = EvidenceMiner.create({ mask })
  miner.learn('the secret')
  expect(miner.templates()[0].text).toBe('the <WORD>')
  expect(miner.copy().match('the secret')).toBe(0)
  expect(EvidenceMiner.restore(miner.snapshot()).match('the secret')).toBe(-1)
})

test.each([
  ['nothing', null],
  ['another format', { format: 'sp-drain', version: 1 }],
  ['another version', { ...EvidenceMiner.create().snapshot(), version: 2 }],
  ['too few values', { ...learned(['a 1']).snapshot(), kinds: [{ key: ['a', ' ', '\u0001'], count: 1, values: [] }] }],
  ['an id of no kind', { ...EvidenceMiner.create().snapshot(), issued: [['t1', 0]] }],
])('a snapshot that is %s is refused', (_, snapshot) => {
  expect(() => EvidenceMiner.restore(snapshot)).toThrow(DrainError)
})

test('options out of range are refused', () => {
  expect(() => EvidenceMiner.create({ mostKinds: 0 })).toThrow(DrainError)
})

test('any text is cut, keyed and matched', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), maskedLine)), (lines) => {
      const miner = learned(lines)
      for (const line of lines) expect(miner.match(line)).toBeGreaterThanOrEqual(0)
      miner.templates()
    }),
  )
})
