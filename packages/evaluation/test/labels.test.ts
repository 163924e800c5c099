import { EvaluationError } from '../src/errors.js'
import { type Labels, readLabels, writeLabels } from '../src/labels.js'

const LABELS: Labels = {
  source: 'a "quoted" name.log',
  incidents: [
    { id: 'i1', kind: 'crash', firstLine: 3, lastLine: 9, lines: [3, 4, 9] },
    { id: 'i2', kind: 'missing', firstLine: 20, lastLine: 40, lines: [] },
  ],
}

describe('labels', () => {
  it('come back as they were written', () => {
    expect(readLabels(writeLabels(LABELS))).toEqual(LABELS)
    expect(readLabels(writeLabels({ source: 'x', incidents: [] }))).toEqual({ source: 'x', incidents: [] })
  })

  it.each([
    ['not JSON', 'Mar  2 00:00:00'],
    ['the file is []', '[]'],
    ['format is nothing', '{}'],
    ['version is 2', JSON.stringify({ format: 'sp-labels', version: 2 })],
    ['incidents is 7', JSON.stringify({ format: 'sp-labels', version: 1, source: 'x', incidents: 7 })],
    ['incidents[0].kind is "odd"', writeLabels(LABELS).replace('crash', 'odd')],
    ['incidents[0].lines is [9,3]', writeLabels(LABELS).replace('[3,4,9]', '[9,3]')],
    ['incidents[1].lastLine is -1', writeLabels(LABELS).replace('"lastLine":40', '"lastLine":-1')],
  ])('are refused with the key named: %s', (expected, json) => {
    expect(() => readLabels(json)).toThrow(EvaluationError)
    expect(() => readLabels(json)).toThrow(expected)
  })
})
