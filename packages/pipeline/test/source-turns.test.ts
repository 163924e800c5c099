import { setImmediate as turn } from 'node:timers/promises'
import { SourceTurns } from '../src/detector/source-turns.js'

/** Work that says when it begins and ends, and lasts for some turns of the event loop. */
function sayingWork(said: string[]) {
  return (name: string, turns: number) => async () => {
    said.push(`${name} begins`)
    for (let i = 0; i < turns; i++) await turn()
    said.push(`${name} ends`)
    return name
  }
}

test('work of one source is done in its order, that of others side by side', async () => {
  const turns = new SourceTurns()
  const said: string[] = []
  const work = sayingWork(said)
  const done = [
    turns.of('a', work('a1', 3)),
    turns.of('a', work('a2', 1)),
    turns.of('b', work('b1', 1)),
    turns.of('b', work('b2', 9)),
  ]
  expect(await Promise.all(done)).toEqual(['a1', 'a2', 'b1', 'b2'])
  expect(said.filter((line) => line.startsWith('a'))).toEqual(['a1 begins', 'a1 ends', 'a2 begins', 'a2 ends'])
  expect(said.indexOf('b1 begins')).toBeLessThan(said.indexOf('a1 ends'))
})

test('work on all waits for what came before it and holds up what comes after it', async () => {
  const turns = new SourceTurns()
  const said: string[] = []
  const work = sayingWork(said)
  const done = [
    turns.of('a', work('a1', 4)),
    turns.of('b', work('b1', 1)),
    turns.ofAll(work('all', 2)),
    turns.ofAll(work('all again', 1)),
    turns.of('b', work('b2', 1)),
  ]
  await Promise.all(done)
  expect(said.indexOf('all begins')).toBeGreaterThan(said.indexOf('a1 ends'))
  expect(said.slice(-6)).toEqual([
    'all begins',
    'all ends',
    'all again begins',
    'all again ends',
    'b2 begins',
    'b2 ends',
  ])
})

test('what fails is told to whoever asked, and holds nothing up', async () => {
  const turns = new SourceTurns()
  const failed = turns.of('a', () => Promise.reject(new Error('no')))
  const next = turns.of('a', () => Promise.resolve(1))
  const all = turns.ofAll(() => Promise.reject(new Error('neither')))
  const last = turns.of('a', () => Promise.resolve(2))
  await expect(failed).rejects.toThrow('no')
  expect(await next).toBe(1)
  await expect(all).rejects.toThrow('neither')
  expect(await last).toBe(2)
})
