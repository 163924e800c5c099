import fc from 'fast-check'
import { seededRandom } from '@sp/engine'
import { deepLogNetwork } from '../src/deeplog-network.js'
import { deepLogSettings } from '../src/deeplog-options.js'
import { EventPredictor } from '../src/event-predictor.js'
import { EventTrack } from '../src/event-track.js'
import { predictEvents } from '../src/predict-events.js'
import { sessionsOf } from './make-sessions.js'

const SIZE = 12
const settings = deepLogSettings({ embedding: 8, hidden: 16, layers: 2, window: 10 })
/** Untrained: its probabilities are as good as any to compare. */
const network = { graph: deepLogNetwork(SIZE, settings), settings, events: [2, 3, 4, 5, 6, 7, 8, 9, 10] }

const random = seededRandom(3)
function listOf(length: number): number[] {
  return Array.from({ length }, () => 1 + random.integer(SIZE - 1))
}
/**
 * Shorter and longer than the window, with events that training did not hold. A third goes the way of another one and leaves
 * it somewhere, also where no state is kept.
 */
const LISTS = Array.from({ length: 40 }, () => listOf(1 + random.integer(37)))
LISTS.slice(0, 20).forEach((list) =>
  LISTS.push([...list.slice(0, 1 + random.integer(12)), ...listOf(1 + random.integer(8))]),
)

describe('events that are predicted while they come', () => {
  let predictor: EventPredictor
  beforeAll(async () => {
    predictor = await EventPredictor.open(network)
  })
  afterAll(() => predictor.dispose())

  test('are judged as in the whole session', async () => {
    const whole = await predictEvents(network, sessionsOf(LISTS), { topK: 3 })
    const tracks = LISTS.map((events) => new EventTrack(events))
    const judged = (await predictor.judge(tracks)).flat()
    judged.forEach((event, i) => {
      const { surprise, rank, massBefore } = event
      if (whole.surprise[i] === Infinity) expect(surprise).toBe(Infinity)
      else expect(surprise).toBeCloseTo(whole.surprise[i], 4)
      expect(rank).toBe(whole.rank[i])
      expect(massBefore).toBeCloseTo(whole.massBefore[i], 4)
      expect([...event.likeliest(3)]).toEqual([...whole.likeliest.subarray(3 * i, 3 * i + 3)])
    })
  })

  test('are judged alike to the last bit however they come, with whom, and after whatever was read before', async () => {
    const alone = LISTS.map((events) => new EventTrack(events))
    for (const track of alone) await predictor.judge([track])
    const other = await EventPredictor.open(network)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(7), { minLength: 5, maxLength: 60 }), async (steps) => {
        const tracks = LISTS.map(() => new EventTrack())
        // Each step lets every session grow by a few events; at the end all that is left comes at once.
        for (const [turn, step] of [...steps, 99].entries()) {
          for (const [s, track] of tracks.entries()) {
            if (step !== 99 && (s + turn) % 3 === 0) continue
            track.events.push(...LISTS[s].slice(track.events.length, track.events.length + step))
          }
          await other.judge(tracks)
          // A session that was saved goes on as it would have.
          if (turn % 5 === 4) tracks.forEach((track, s) => (tracks[s] = new EventTrack(track.events, track.surprise)))
        }
        expect(tracks.map(({ surprise }) => surprise)).toEqual(alone.map(({ surprise }) => surprise))
      }),
      { numRuns: 15 },
    )
    await other.dispose()
  })

  test('are judged alike by calls that overlap, also when memory is used again meanwhile', async () => {
    // More beginnings than are kept.
    const many = Array.from({ length: 2400 }, () => Array.from({ length: 30 }, () => 2 + random.integer(SIZE - 2)))
    const [apart, together] = [0, 1].map(() => many.map((events) => new EventTrack(events)))
    await predictor.judge(apart)
    const groups = Array.from({ length: 8 }, (_, g) => together.filter((_, t) => t % 8 === g))
    await Promise.all(
      groups.map(async (group) => {
        for (let from = 0; from < group.length; from += 10) await predictor.judge(group.slice(from, from + 10))
      }),
    )
    expect(together.map(({ surprise }) => surprise)).toEqual(apart.map(({ surprise }) => surprise))
  })

  test('cannot be predicted by a network that reads whole windows alone', async () => {
    const next = { ...network, settings: { ...settings, predict: 'next' as const } }
    await expect(EventPredictor.open(next)).rejects.toMatchObject({ code: 'bad-options' })
  })
})
