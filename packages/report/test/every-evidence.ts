import type { Evidence, NamedTemplate } from '@sp/log-table'
import { template } from './make-findings.js'

const [A, B, C, D, E] = ['opened <ID>', 'read <NUM> rows', 'closed <ID>', 'committed <ID>', 'rolled back <ID>'].map(
  template,
)
const HEARTBEAT = template('heartbeat <NUM>')

/** Evidence of every kind, as the sentences of the catalogues need it. */
export const EVERY_EVIDENCE: readonly Evidence<NamedTemplate>[] = [
  {
    kind: 'new-template',
    template: template('segfault at <HEX>'),
    count: 3,
    expected: 0,
    surprise: 9,
    nearest: template('fault at <HEX>'),
  },
  { kind: 'more-frequent', template: template('eth0: link down'), count: 40, expected: 1, surprise: 20 },
  { kind: 'less-frequent', template: HEARTBEAT, count: 0, expected: 17, surprise: 9 },
  { kind: 'less-frequent', template: HEARTBEAT, count: 2, expected: 17.4, surprise: 9 },
  { kind: 'unexpected-order', template: E, after: D, expected: [A, B, C], probability: 0.001, row: 3, surprise: 7 },
  { kind: 'unexpected-order', template: E, after: null, expected: [A], probability: 0.001, row: 3, surprise: 7 },
  { kind: 'unexpected-order', template: E, after: D, expected: [], probability: 0.001, row: 3, surprise: 7 },
  { kind: 'missing-step', template: C, after: B, usualMs: 5000, row: 3, surprise: 7 },
  { kind: 'late', template: C, after: B, gapMs: 840_000, usualMs: 90_000, row: 3, surprise: 7 },
  { kind: 'late', template: HEARTBEAT, after: HEARTBEAT, gapMs: 840_000, usualMs: 90_000, row: 3, surprise: 7 },
  { kind: 'value', template: B, position: 0, value: 93, low: 1, high: 40, row: 3, surprise: 7 },
  { kind: 'burst', template: A, host: 'web-1', count: 40, most: 3, withinMs: 10_000, row: 3, surprise: 7 },
  { kind: 'silence', template: HEARTBEAT, host: 'web-1', silentMs: 840_000, longestMs: 125_000, row: 3, surprise: 7 },
  { kind: 'spread', template: A, hosts: 7, most: 2, row: 3, surprise: 7 },
  { kind: 'session-length', events: 2, shortest: 13, longest: 33, surprise: 7 },
  {
    kind: 'session-counts',
    differences: [
      { template: A, count: 0, usual: 3 },
      { template: B, count: 4, usual: 1 },
    ],
    surprise: 7,
  },
  { kind: 'session-end', template: B, probability: 0.0001, row: 3, surprise: 7 },
  {
    kind: 'new-habit',
    template: A,
    sessions: 40,
    share: 0.31,
    differences: [{ template: A, before: 0.02, after: 1 }],
    surprise: 7,
  },
  { kind: 'series', template: A, series: 't1', direction: 'up', deviation: 5.2, surprise: 7 },
  { kind: 'series', template: null, series: 'other', direction: 'down', deviation: 12, surprise: 7 },
]
