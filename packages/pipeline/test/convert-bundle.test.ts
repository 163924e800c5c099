import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openSources } from '@sp/log-reader'
import fc from 'fast-check'
import { decodeModel } from '@sp/onnx-export'
import * as ort from 'onnxruntime-node'
import { type ConversionSummary, convertBundle, DEPLOYMENT_FILES } from '../src/deploy/convert-bundle.js'
import { entityPattern, type LineHeader, lineHeader, messageOfLine } from '../src/deploy/line-header.js'
import { fitsTemplate, literalTemplate } from '../src/deploy/literal-template.js'
import { Detector } from '../src/detector/detector.js'
import { jobLines, trainSmall, writeJobs } from './small-bundle.js'
import { temporaryFolder } from './temporary-folder.js'

const EXAMPLE = fileURLToPath(new URL('../../../docs/deploy/onnx/judge-lines.mjs', import.meta.url))
const folder = temporaryFolder()
const deployment = join(folder, 'deployment')
let bundle: string
let summary: ConversionSummary
beforeAll(async () => {
  bundle = await trainSmall(folder)
  summary = await convertBundle(bundle, deployment, { portable: true })
}, 120_000)

function json(path: string, name: string) {
  return JSON.parse(readFileSync(join(path, name), 'utf8'))
}

test('a bundle becomes a folder that says what the network says, and the same bytes again', async () => {
  expect(readdirSync(deployment).sort()).toEqual(Object.values(DEPLOYMENT_FILES).sort())
  for (const { parity } of summary.models) expect(parity.logProbabilities).toBeLessThan(1e-5)
  expect(summary.models.map(({ opset }) => opset)).toEqual([17, 11])
  expect(summary.preprocessing).toEqual({ lines: jobLines(0, 600).length, sameEvent: 1, sameMessage: 1 })
  expect(json(deployment, 'conversion_summary.json')).toEqual(summary)
  const meta = json(deployment, 'deeplog.onnx.meta.json')
  expect(meta).toMatchObject({
    vocab_size: 7,
    seq_len: 10,
    session: { pattern: '(job-\\d+)', groups: 1 },
    header: { words: 3 },
  })
  expect(Object.keys(json(deployment, 'vocab.json'))).toEqual(['0', '1', '2', '3', '4', '5', '6'])
  const graph = decodeModel(readFileSync(join(deployment, 'deeplog_portable.onnx')))
  expect(graph.nodes.map(({ op }) => op)).toContain('LSTM')
  await convertBundle(bundle, join(folder, 'again'), { portable: true })
  for (const name of readdirSync(deployment)) {
    expect(readFileSync(join(folder, 'again', name))).toEqual(readFileSync(join(deployment, name)))
  }
})

test('the example with onnxruntime alone ranks every line as the detector of the bundle does', async () => {
  const lines = jobLines(600, 640)
  // A new kind of line, and steps in another order.
  lines.splice(50, 0, lines[50].replace(/(job-\d+) .*/, '$1 fell out of the window'))
  ;[lines[80], lines[81]] = [lines[81], lines[80]]
  const path = writeJobs(folder, 'judged.log', lines)
  const expected = new Map<number, number>()
  const detector = await Detector.open(bundle)
  const scan = detector.scan(await openSources([path]), {
    tellAbove: -Infinity,
    onBatch: (_, { events }) => events.forEach(({ row, judged }) => void expected.set(row, judged.rank)),
  })
  for await (const finding of scan) expect(finding.source).toBe(path)
  await detector.close()

  const { judgeLines } = await import(EXAMPLE)
  const [meta, templates] = [json(deployment, 'deeplog.onnx.meta.json'), json(deployment, 'templates.json')]
  const network = await ort.InferenceSession.create(join(deployment, meta.model))
  const judged: { rank: number; isStrange: boolean }[] = await judgeLines(lines, { ort, network, meta, templates })
  const ranks = new Map(judged.flatMap(({ rank }, row) => (rank > 0 ? [[row, rank] as const] : [])))
  expect(ranks).toEqual(expected)
  expect(judged[50]).toMatchObject({ rank: meta.vocab_size, isStrange: true })
  expect(judged.filter(({ isStrange }) => isStrange).length).toBeLessThan(10)
})

test('what cannot be exported is refused, and what is no deployment is never replaced', async () => {
  const blind = await trainSmall(join(folder, 'blind'), { detectors: [] })
  await expect(convertBundle(blind, join(folder, 'x'))).rejects.toThrow(/no network to export \(it was not asked for\)/)
  await expect(convertBundle(bundle, join(folder, 'x'), { opset: 9 })).rejects.toMatchObject({ code: 'bad-options' })
  await expect(convertBundle(folder, join(folder, 'x'))).rejects.toMatchObject({ code: 'bad-bundle' })
  await expect(convertBundle(bundle, bundle)).rejects.toThrow(/is a folder that is no deployment/)
  const damaged = join(folder, 'damaged')
  cpSync(bundle, damaged, { recursive: true })
  writeFileSync(join(damaged, 'deeplog.safetensors'), 'nothing')
  await expect(convertBundle(damaged, join(folder, 'x'))).rejects.toThrow(/deeplog\.safetensors was changed/)
  mkdirSync(join(folder, 'mine'))
  writeFileSync(join(folder, 'mine', 'diary.txt'), 'dear')
  await expect(convertBundle(bundle, join(folder, 'mine'))).rejects.toMatchObject({ code: 'bad-bundle' })
  expect(readdirSync(folder)).not.toContain('x')
})

test('a message fits a template piece by piece', () => {
  const template = literalTemplate({ index: 2, id: 't', text: 'job-<*> took <NUM> ms' }, new Set(['*']))
  expect(template).toMatchObject({ literals: ['job-', ' took ', ' ms'], spaces: [true, false] })
  expect(fitsTemplate('job-7 b took 12 ms', template)).toBe(true)
  for (const other of [
    'job- took 12 ms',
    'job-7 took 12 or 13 ms',
    'job-7 took  ms',
    'ajob-7 took 1 ms',
    'job-7 took 1 ms.',
  ]) {
    expect(fitsTemplate(other, template)).toBe(false)
  }
  const open = literalTemplate({ index: 2, id: 't', text: '<IP> up' }, new Set())
  expect([fitsTemplate('10.0.0.1 up', open), fitsTemplate(' up', open)]).toEqual([true, false])
})

test('the expression of a template fits what its pieces fit', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', ' ', '1'), maxLength: 12 })
  const template = fc.array(fc.oneof(text, fc.constantFrom('<*>', '<NUM>')), { maxLength: 7 })
  fc.assert(
    fc.property(template, text, fc.boolean(), (parts, message, isFilled) => {
      const shown = literalTemplate({ index: 2, id: 't', text: parts.join('') }, new Set(['*']))
      // Else hardly any message would fit.
      const own = isFilled ? parts.map((part) => (part.startsWith('<') ? message : part)).join('') : message
      const collapsed = own.replace(/ +/g, ' ')
      expect(new RegExp(shown.pattern, 's').test(collapsed)).toBe(fitsTemplate(collapsed, shown))
    }),
    { numRuns: 2000 },
  )
})

test('a header is so many words before the message, and names host and process', () => {
  const records = ['Jan  5 10:00:00 web sshd[7]: ', 'Jan 15 10:00:00 web cron: '].map((header, i) => ({
    ...{ raw: `${header}message ${i}`, message: `message ${i}`, time: 0, host: 'web' },
    process: i === 0 ? 'sshd' : 'cron',
  }))
  expect(lineHeader(records)).toMatchObject({ separator: ' ', words: 5, host: 3, process: 4 })
  expect(records.map(({ raw }) => namesIn(raw, lineHeader(records)))).toEqual([
    ['web', 'sshd'],
    ['web', 'cron'],
  ])
  expect(messageOfLine(records[0].raw, lineHeader(records)!)).toBe('message 0')
  const booted = Array.from({ length: 40 }, (_, i) =>
    i === 7 ? { ...records[0], raw: 'Jan  5 10:00:00 web kernel: [  1.25] message 0' } : records[i % 2],
  )
  expect(messageOfLine(booted[7].raw, lineHeader(booted)!)).toBe('message 0')
  expect(messageOfLine(booted[8].raw, lineHeader(booted)!)).toBe('message 0')
  const piped = records.map((record) => ({ ...record, raw: `10:00|web|${record.process}|${record.message}` }))
  expect(lineHeader(piped)).toMatchObject({ separator: '|', words: 3, host: 1, process: 2 })
  expect(namesIn(piped[1].raw, lineHeader(piped))).toEqual(['web', 'cron'])
  expect(messageOfLine(piped[1].raw, lineHeader(piped)!)).toBe('message 1')
  expect(lineHeader([{ ...records[0], raw: 'web message 0' }, records[1]])).toBeNull()
})

function namesIn(line: string, header: LineHeader | null): string[] | undefined {
  return new RegExp(entityPattern(header).pattern, 's').exec(line)?.slice(1)
}
