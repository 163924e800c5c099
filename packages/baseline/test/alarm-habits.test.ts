import { AlarmHabits } from '../src/ensemble/alarm-habits.js'

const SHAPE = { windowSize: 50, stride: 25, budget: 0.005 }

test('what a detector tells again and again of one template is no news after four alarms', () => {
  const habits = new AlarmHabits(SHAPE)
  const told = Array.from({ length: 8 }, (_, i) => habits.isHabit(0, 7, 1000 * i))
  expect(told).toEqual([false, false, false, false, true, true, true, true])
  expect(habits.isHabit(1, 7, 9000)).toBe(false)
  expect(habits.isHabit(0, 8, 9000)).toBe(false)
})

test('the lines of one window are one alarm', () => {
  const habits = new AlarmHabits(SHAPE)
  expect(Array.from({ length: 40 }, (_, i) => habits.isHabit(0, 7, i)).every((habit) => !habit)).toBe(true)
})

test('after a long quiet it is news again', () => {
  const habits = new AlarmHabits(SHAPE)
  for (let i = 0; i < 10; i++) habits.isHabit(0, 7, 1000 * i)
  expect(habits.isHabit(0, 7, 10_000)).toBe(true)
  // Two half-lives of 40 / 0.005 windows.
  expect(habits.isHabit(0, 7, 10_000 + (2 * 40 * 25) / 0.005)).toBe(false)
})

test('another one goes on from a snapshot', () => {
  const habits = new AlarmHabits(SHAPE)
  for (let i = 0; i < 4; i++) habits.isHabit(2, -1, 100 * i)
  const restored = new AlarmHabits(SHAPE, JSON.parse(JSON.stringify(habits.snapshot())))
  expect(restored.isHabit(2, -1, 400)).toBe(true)
})
