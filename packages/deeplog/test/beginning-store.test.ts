import { BEGIN } from '@sp/builders'
import { type Beginning, BeginningStore } from '../src/beginning-store.js'

/** Floats of a prediction: so many that an era is five of them. */
const SIZE = 3 << 17

function read(store: BeginningStore, beginning: Beginning, value: number, size = SIZE): Beginning {
  const [row, state] = [new Float32Array(size).fill(value), new Float32Array(2).fill(-value)]
  store.keep(beginning, row)
  store.keepState(beginning, state)
  return beginning
}

function rowOf(store: BeginningStore, beginning: Beginning): Float32Array {
  return store.rowsOf(beginning).at(beginning.place)
}

function nextEra(store: BeginningStore): void {
  for (let event = 100; event < 105; event++) read(store, store.none.then(event), event)
  store.makeRoom()
}

test('a beginning that was read is found again, with its values', () => {
  const store = new BeginningStore(4, 2)
  const one = read(store, store.none.then(7), 1, 4)
  const two = read(store, one.then(8), 2, 4)
  expect(store.none.then(7)).toBe(one)
  expect(one.then(8)).toBe(two)
  expect(one.then(9).isRead).toBe(false)
  expect([...rowOf(store, two)]).toEqual([2, 2, 2, 2])
  expect([...store.stateOf(two)]).toEqual([-2, -2])
  expect([...store.stateOf(store.none)]).toEqual([0, 0])
  expect(store.none.event).toBe(BEGIN)
})

test('what is over is kept for one more era, and keeps nothing that came after it', () => {
  const store = new BeginningStore(SIZE, 2)
  const standing = read(store, store.none.then(7), 1)
  const after = read(store, standing.then(8), 2)
  const before = store.none
  nextEra(store)
  expect(store.none).not.toBe(before)
  // Whoever stands at it goes on from it, and all that had come after it is let go.
  expect(standing.then(8)).not.toBe(after)
  const kept = store.kept(standing)!
  expect(kept).not.toBe(standing)
  expect(rowOf(store, kept)[SIZE - 1]).toBe(1)
  expect([...store.stateOf(kept)]).toEqual([-1, -1])
  expect(store.kept(kept)).toBe(kept)
  // From here nobody can go on.
  const passed = store.none.then(9)
  store.keep(passed, new Float32Array(SIZE))
  nextEra(store)
  expect(store.kept(standing)).toBeNull()
  expect(store.kept(passed)).toBeNull()
  expect(rowOf(store, store.kept(kept)!)[0]).toBe(1)
})
