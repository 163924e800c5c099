import type { WindowCounts } from '@sp/builders'
import { alignTemplates } from '../src/align-templates.js'

function template(id: string, text: string) {
  return { id, text, count: 1 }
}

function windowsOf(templates: number[], counts: number[]): WindowCounts {
  return {
    count: 1,
    windowSize: 50,
    stride: 25,
    startRow: Int32Array.of(0),
    endRow: Int32Array.of(50),
    sources: ['a'],
    source: Int32Array.of(0),
    startLine: Int32Array.of(0),
    endLine: Int32Array.of(49),
    startTime: Float64Array.of(NaN),
    endTime: Float64Array.of(NaN),
    offsets: Int32Array.of(0, templates.length),
    templates: Int32Array.from(templates),
    counts: Int32Array.from(counts),
  }
}

test('templates are the same when their texts are, whatever their ids', () => {
  const from = [template('1', 'stop'), template('2', 'start')]
  const to = [template('1', 'start'), template('2', 'stop')]
  const { windows } = alignTemplates(windowsOf([0, 1], [30, 20]), from, to)
  expect([...windows.templates]).toEqual([0, 1])
  expect([...windows.counts]).toEqual([20, 30])
})

test('a template that the target lacks keeps its text under an id of its own', () => {
  const { windows, templates } = alignTemplates(
    windowsOf([0], [50]),
    [template('7', 'heartbeat')],
    [template('1', 'x')],
  )
  expect([...windows.templates]).toEqual([1])
  expect(templates[1]).toEqual({ id: 'normal:7', text: 'heartbeat', count: 0 })
})

test('two templates of one text count together', () => {
  const from = [template('1', 'tick'), template('2', 'tick')]
  const { windows } = alignTemplates(windowsOf([0, 1], [30, 20]), from, [template('1', 'tick')])
  expect([[...windows.templates], [...windows.counts]]).toEqual([[0], [50]])
})
