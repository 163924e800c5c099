import { evaluateDetections } from '../src/metrics/detection-metrics.js'
import type { Incident } from '../src/labels.js'

const INCIDENTS: Incident[] = [
  { id: 'i1', kind: 'crash', firstLine: 12, lastLine: 28, lines: [12, 28] },
  { id: 'i2', kind: 'missing', firstLine: 50, lastLine: 69, lines: [] },
  { id: 'i3', kind: 'crash', firstLine: 90, lastLine: 91, lines: [90, 91] },
]

/** Ten windows of ten rows; those named are flagged. */
function windows(flagged: readonly number[]) {
  const starts = Array.from({ length: 10 }, (_, i) => i * 10)
  return {
    count: 10,
    startRow: Int32Array.from(starts),
    endRow: Int32Array.from(starts, (start) => start + 10),
    isAnomaly: Uint8Array.from(starts, (_, i) => (flagged.includes(i) ? 1 : 0)),
  }
}

describe('detection metrics', () => {
  it('count an incident as found once, and flagged windows that meet none as false alarms', () => {
    // Windows 1, 2 hold lines 12, 28; 5, 6 are the silence; 9 holds 90, 91.
    expect(evaluateDetections(windows([0, 1, 2, 6]), INCIDENTS)).toEqual({
      incidents: 3,
      found: 2,
      incidentRecall: 2 / 3,
      windows: 10,
      flagged: 4,
      truePositives: 3,
      falseAlarms: 1,
      precision: 3 / 4,
      windowRecall: 3 / 5,
      falseAlarmsPer1000Windows: 100,
      // i1 from row 12 to the end of window 1, i2 from row 50 to the end of window 6.
      rowsToDetect: 8,
      perKind: [
        { kind: 'crash', incidents: 2, found: 1, recall: 0.5 },
        { kind: 'missing', incidents: 1, found: 1, recall: 1 },
      ],
      missed: ['i3'],
    })
  })

  it('do not count normal lines between the lines of an incident', () => {
    const gap: Incident[] = [{ id: 'i1', kind: 'error', firstLine: 5, lastLine: 25, lines: [5, 25] }]
    expect(evaluateDetections(windows([1]), gap)).toMatchObject({ found: 0, falseAlarms: 1, windowRecall: 0 })
  })

  it('have no share where there is nothing to divide by', () => {
    const empty = { count: 0, startRow: new Int32Array(), endRow: new Int32Array(), isAnomaly: new Uint8Array() }
    const metrics = evaluateDetections(empty, [])
    expect(metrics).toMatchObject({
      incidentRecall: null,
      precision: null,
      falseAlarmsPer1000Windows: null,
      perKind: [],
    })
  })
})
