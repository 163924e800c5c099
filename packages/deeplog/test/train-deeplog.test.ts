import { scoreDeepLog } from '../src/deeplog-score.js'
import { decodeDeepLog, encodeDeepLog, type DeepLogModel } from '../src/deeplog-model.js'
import { PRESETS, type PresetName } from '../src/deeplog-options.js'
import { trainDeepLog, type TrainDeepLogOptions } from '../src/train-deeplog.js'
import { voicesAgainst } from '../src/fusion.js'
import { indices, normalLists, sessionsOf, SMALL, VOCABULARY } from './make-sessions.js'

async function trained(options: TrainDeepLogOptions = {}, lists = normalLists(300)): Promise<DeepLogModel> {
  const training = trainDeepLog(sessionsOf(lists), VOCABULARY, { ...SMALL, ...options })
  for await (const _ of training) void _
  return training.model
}

const STRANGE = {
  fine: indices('open', 'read', 'write', 'sync', 'close'),
  'wrong order': indices('open', 'sync', 'read', 'write', 'close'),
  'stops early': indices('open', 'read'),
  'unknown event': indices('open', 'read', 'exploded', 'sync', 'close'),
  'never trained': indices('open', 'read', 'retry', 'sync', 'close'),
}

describe('a small network', () => {
  let model: DeepLogModel
  beforeAll(async () => {
    model = await trained()
  })

  test('finds what is out of order, cut short or unknown, and leaves what is normal', async () => {
    const { isAnomaly, fused } = await scoreDeepLog(model, sessionsOf(Object.values(STRANGE)))
    expect([...isAnomaly]).toEqual([0, 1, 1, 1, 1])
    expect([...fused.isAnomaly]).toEqual([0, 1, 1, 1, 1])
  })

  test('about as many normal sessions alarm as the budget allows', async () => {
    const { isAnomaly, fused } = await scoreDeepLog(model, sessionsOf(normalLists(1000, 2)))
    for (const flags of [isAnomaly, fused.isAnomaly]) {
      expect(flags.reduce((sum, flag) => sum + flag, 0)).toBeLessThanOrEqual(0.03 * 1000)
    }
  })

  test('an unknown event ranks last and is surprising beyond any known one', async () => {
    const { events, linePValue } = await scoreDeepLog(model, sessionsOf([STRANGE['unknown event']]))
    expect(events.surprise[2]).toBe(Infinity)
    expect(events.rank[2]).toBe(VOCABULARY.size)
    expect(Math.min(...linePValue)).toBe(linePValue[2])
  })

  test('says which events were likely, likeliest first', async () => {
    const { events } = await scoreDeepLog(model, sessionsOf([STRANGE['wrong order']]), { topK: 2 })
    expect([...events.likeliest.subarray(0, 2)][0]).toBe(VOCABULARY.indexOf('open'))
    expect(new Set(events.likeliest.subarray(2, 4))).toEqual(new Set(indices('read', 'write')))
  })

  test('rank, probability and mass before an event agree', async () => {
    const { events } = await scoreDeepLog(model, sessionsOf(normalLists(20, 3)))
    events.surprise.forEach((surprise, i) => {
      expect(events.massBefore[i] + Math.exp(-surprise)).toBeLessThanOrEqual(1 + 1e-5)
      if (events.rank[i] === 1) expect(events.massBefore[i]).toBe(0)
      else expect(events.massBefore[i]).toBeGreaterThanOrEqual((events.rank[i] - 1) * Math.exp(-surprise) - 1e-6)
    })
  })

  test('k is the smallest that keeps the line budget on held-out normal lines', () => {
    const { topK, missesOfTopK } = model.calibration
    expect(missesOfTopK).toBeLessThanOrEqual(model.settings.lineBudget)
    expect(topK).toBe(3)
  })

  test('the scores of a session do not depend on the others', async () => {
    const lists = [...Object.values(STRANGE), ...normalLists(10, 5)]
    const together = await scoreDeepLog(model, sessionsOf(lists))
    const backwards = await scoreDeepLog(model, sessionsOf([...lists].reverse()))
    expect([...backwards.score].reverse()).toEqual([...together.score])
    expect([...backwards.fused.score].reverse()).toEqual([...together.fused.score])
  })

  test('who spoke against a session is told', async () => {
    const { fused } = await scoreDeepLog(model, sessionsOf(Object.values(STRANGE)))
    expect(voicesAgainst(fused, 2)).toContain('length')
    expect(voicesAgainst(fused, 3)).toContain('newEvent')
  })

  test('a model read back scores the same, and its bytes are the same again', async () => {
    const bytes = encodeDeepLog(model)
    const copy = decodeDeepLog(bytes)
    expect(encodeDeepLog(copy)).toEqual(bytes)
    const sessions = sessionsOf(Object.values(STRANGE))
    expect((await scoreDeepLog(copy, sessions)).score).toEqual((await scoreDeepLog(model, sessions)).score)
  })

  test('damaged bytes are an error that says so', () => {
    const bytes = encodeDeepLog(model)
    expect(() => decodeDeepLog(bytes.slice(0, bytes.length - 9))).toThrow('train again')
    expect(() => decodeDeepLog(new TextEncoder().encode('no model at all'))).toThrow('no DeepLog model')
  })

  test('events that the vocabulary has not are refused', async () => {
    await expect(scoreDeepLog(model, sessionsOf([[2, 99]]))).rejects.toThrow('event 99, the model knows 1 to 7')
  })
})

test('same seed, same bytes; another seed, others', async () => {
  const lists = normalLists(60)
  const [one, two, other] = [
    await trained({ seed: 1, epochs: 2 }, lists),
    await trained({ seed: 1, epochs: 2 }, lists),
    await trained({ seed: 2, epochs: 2 }, lists),
  ]
  expect(encodeDeepLog(two)).toEqual(encodeDeepLog(one))
  expect(encodeDeepLog(other)).not.toEqual(encodeDeepLog(one))
})

test.each(Object.keys(PRESETS) as PresetName[])(
  'preset %s trains and scores sessions shorter than its window',
  async (preset) => {
    const { predict, repeats } = PRESETS[preset]
    const options = { ...SMALL, preset, predict, repeats, window: 6, epochs: 2 }
    const model = await trained(options, normalLists(60))
    const { score } = await scoreDeepLog(model, sessionsOf([STRANGE.fine, STRANGE['unknown event']]))
    expect(score[1]).toBeGreaterThan(score[0])
  },
)

test('open sessions may stop anywhere', async () => {
  const model = await trained({ closed: false })
  const { isAnomaly, parts } = await scoreDeepLog(model, sessionsOf([STRANGE['stops early'], STRANGE['wrong order']]))
  expect(parts.map(({ name }) => name)).toEqual(['newEvent', 'surprise'])
  expect([...isAnomaly]).toEqual([0, 1])
})

test('too little data is an error that says how much there is and how much is needed', () => {
  expect(() => trainDeepLog(sessionsOf(normalLists(5)), VOCABULARY)).toThrow(
    /5 normal sessions with \d+ events, expected at least 8 with 100/,
  )
})

test.each([
  [{ preset: 'best' as PresetName }, 'preset "best"'],
  [{ hidden: 0 }, 'hidden is 0'],
  [{ budget: 0 }, 'budget is 0'],
  [{ topK: 1.5 }, 'topK is 1.5'],
])('%o is refused', (options, message) => {
  expect(() => trainDeepLog(sessionsOf(normalLists(60)), VOCABULARY, options)).toThrow(message)
})
