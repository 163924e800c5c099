import type { Evidence } from '@sp/log-table'
import { namedEvidence } from '../src/detector/build-finding.js'

test('what came is not told as what was expected in its place', () => {
  const order: Evidence = {
    kind: 'unexpected-order',
    template: 2,
    after: 1,
    expected: [1, 0, 2],
    probability: 0.001,
    row: 7,
    surprise: 3,
  }
  const named = namedEvidence(order, (code) => ({ id: `t${code}`, text: `template ${code}` }))
  expect(named).toMatchObject({ template: { id: 't2' }, after: { id: 't1' }, expected: [{ id: 't1' }, { id: 't0' }] })
  expect('expected' in named && named.expected).toHaveLength(2)
})
