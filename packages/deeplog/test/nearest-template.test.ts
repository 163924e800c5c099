import { nearestTemplate } from '../src/nearest-template.js'

test('the template with most words in common, in order', () => {
  const known = [null, 'session opened for <*>', 'session closed for <*>', 'disk full']
  const nearest = nearestTemplate('session was closed for <*>', known)!
  expect(nearest.index).toBe(2)
  expect(nearest.similarity).toBeCloseTo(8 / 9)
})

test('nothing known, nothing near', () => {
  expect(nearestTemplate('a b', [null])).toBeNull()
  expect(nearestTemplate('a b', ['c d'])).toBeNull()
})
