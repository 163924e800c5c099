import { normalKinds, SessionHabits, type SessionHabitsSnapshot } from '../src/session-habits.js'

const OLD = Int32Array.of(2, 3, 4)
const NEW = Int32Array.of(2, 3)
const model = { replay: [{ events: [...OLD], occurrences: 100 }], events: [...OLD] }

/** `count` sessions, those of the new kind flagged; saved and restored now and then. */
function watched(count: number, isNew: (s: number) => boolean, known: readonly number[] = model.events) {
  const about = { ...model, events: known }
  let habits = new SessionHabits(about, normalKinds(about))
  return Array.from({ length: count }, (_, s) => {
    if (s % 50 === 49)
      habits = new SessionHabits(
        about,
        normalKinds(about),
        JSON.parse(JSON.stringify(habits.snapshot())) as SessionHabitsSnapshot,
      )
    return habits.add(isNew(s) ? NEW : OLD, isNew(s))
  })
}

test('a kind that came to stay is told once, and is normal from then on', () => {
  const seen = watched(400, (s) => s >= 100 && s % 2 === 0)
  const told = seen.findIndex(({ news }) => news !== null)
  expect(told).toBe(298)
  expect(seen[told].news).toEqual({
    sessions: 100,
    share: expect.closeTo(0.5, 2) as number,
    templates: [{ event: 4, before: 1, after: 0 }],
  })
  expect(seen.filter(({ news }) => news !== null)).toHaveLength(1)
  expect(seen.every(({ isHabit }, s) => isHabit === (s > told && s % 2 === 0))).toBe(true)
})

test.each<[string, (s: number) => boolean, readonly number[]]>([
  ['rare', (s) => s % 25 === 0, model.events],
  ['over again', (s) => s >= 100 && s < 190, model.events],
  ['there from the start', () => true, model.events],
  ['made of an event that training did not hold', (s) => s >= 100 && s % 2 === 0, [2, 4]],
])('what is %s is no habit', (_, isNew, known) => {
  expect(watched(400, isNew, known).every(({ isHabit, news }) => !isHabit && news === null)).toBe(true)
})
