import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sessionKey } from '@sp/builders'
import { EvidenceMiner } from '@sp/drain'
import { readTable, writeTable } from '@sp/log-table'
import { Masker } from '@sp/masking'
import type { Report } from '@sp/report'
import { buildSequencesIntoFolder } from '../src/deeplog/build-sequences.js'
import { inferDeepLogIntoFolder, readDeepLog } from '../src/deeplog/infer-run.js'
import { trainDeepLogToFile } from '../src/deeplog/train-run.js'
import { readVocabulary } from '../src/deeplog/vocabulary-file.js'
import { detectIntoFolder } from '../src/detect-run.js'
import { writeOutput } from '../src/output-folder.js'
import { parseIntoFolder } from '../src/parse-run.js'
import { reportIntoFolder, type ReportRunOptions } from '../src/report/report-run.js'
import { samplesIntoFolder } from '../src/report/samples/samples-run.js'
import { readSavedReport } from '../src/report/write-report.js'
import { lineAt, sourceOf, temporaryFolder } from './temporary-folder.js'

const folder = temporaryFolder()
const miner = EvidenceMiner.create()

/** Jobs of three steps; those numbered in `broken` lack the last, and a disk fails in the middle of one. */
function jobs(count: number, broken: readonly number[] = []): string[] {
  const messages = Array.from({ length: count }, (_, job) => {
    const steps = ['opened its input', 'has read the rows', 'closed its input']
    const own = broken.includes(job) ? [steps[0], 'lost its disk: error 5', steps[1]] : steps
    return own.map((step) => `job_${job} ${step}`)
  })
  return messages.flat().map((message, i) => lineAt(i, message))
}

async function parsed(name: string, lines: readonly string[], frozen: boolean): Promise<string> {
  const out = join(folder, name)
  mkdirSync(out)
  const source = await sourceOf(out, 'app.log', lines)
  await writeOutput(out, (output) => parseIntoFolder(output, [{ source }], { masker: Masker.create(), miner, frozen }))
  return out
}

const BROKEN = [60, 61, 80]
let normal: string
let judged: string

beforeAll(async () => {
  normal = await parsed('normal', jobs(200), false)
  judged = await parsed('judged', jobs(120, BROKEN), true)
})

async function report(out = judged, options: ReportRunOptions = {}): Promise<Report> {
  const { result } = await writeOutput(out, (output) => reportIntoFolder(output, judged, options))
  return result
}

test('a folder without results is refused with the step that is missing', async () => {
  await expect(report()).rejects.toThrow('run "sp detect" into it first')
  await expect(writeOutput(judged, (output) => samplesIntoFolder(output, judged))).rejects.toThrow(
    'no detector left results',
  )
})

describe('after "sp detect"', () => {
  beforeAll(async () => {
    await writeOutput(judged, (output) =>
      detectIntoFolder(output, join(judged, 'parsed.parquet'), {
        trainParsed: join(normal, 'parsed.parquet'),
        windowSize: 20,
        stride: 10,
        budget: 0.05,
      }),
    )
  })

  test('windows become incidents with the lines of their evidence, a reason, and what they were learned from', async () => {
    const { incidents, counts, run, pictures } = await report()
    expect(counts.records).toBe(360)
    expect(run.training.rows).toBe(600)
    const [first] = incidents
    expect(first.severity).toBe('high')
    expect(first.reasons[0].evidence).toMatchObject({
      kind: 'new-template',
      template: { text: expect.stringContaining('lost its disk: error <NUM>') },
    })
    const evidence = first.lines.filter(({ reason }) => reason === 0).map(({ text }) => text.replace(/^.*: job/, 'job'))
    expect(evidence).toEqual(['job_60 lost its disk: error 5', 'job_61 lost its disk: error 5'])
    expect(first.lines.some(({ role }) => role === 'context')).toBe(true)
    expect(first.hosts).toEqual([{ name: 'host-1', count: first.findings }])
    expect(pictures.timeline.sources[0].axis).toBe('time')
    expect(pictures.distributions[0]).toMatchObject({ detector: 'baseline', units: 36 })
  })

  test('the files are those that were asked for, in the language that was asked for', async () => {
    const out = join(folder, 'formats')
    await report(out, {
      formats: ['md', 'json', 'html', 'sarif', 'junit', 'csv', 'inference'],
      language: 'ko',
      title: '야간 점검',
    })
    expect(readFileSync(join(out, 'report.md'), 'utf8')).toMatch(/^# 야간 점검\n/)
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('<html lang="ko">')
    expect(JSON.parse(readFileSync(join(out, 'timeline.json'), 'utf8'))).toMatchObject({
      format: 'sp-timeline',
      version: 1,
    })
    for (const file of ['report.sarif', 'report.junit.xml', 'incidents.csv', 'inference_report.md']) {
      expect(existsSync(join(out, file))).toBe(true)
    }
    const few = join(folder, 'few')
    await report(few, { formats: ['csv'] })
    expect(existsSync(join(few, 'report.md'))).toBe(false)
  })

  test('lines of context are as many as asked for', async () => {
    const [{ lines }] = (await report(judged, { contextLines: 0 })).incidents
    expect(lines.every(({ role }) => role === 'evidence')).toBe(true)
  })

  test('incidents of an earlier run are named', async () => {
    await report()
    const { report: saved, name } = await readSavedReport(judged)
    expect([saved.version, name]).toEqual([2, 'judged'])
    const [{ similar }] = (await report(join(folder, 'again'), { previous: judged })).incidents
    expect(similar[0]).toMatchObject({ report: 'judged', similarity: 1 })
    await expect(report(judged, { previous: join(folder, 'nowhere') })).rejects.toThrow('no report at')
  })

  test('samples have the keys of the reference system, and as many lines of context as asked for', async () => {
    const { result } = await writeOutput(join(judged, 'samples'), (output) =>
      samplesIntoFolder(output, judged, { maxSamples: 2, contextLines: 1 }),
    )
    const { baseline } = JSON.parse(readFileSync(join(judged, 'samples/anomaly_samples.json'), 'utf8'))
    expect(Object.keys(result)).toEqual(['baseline', 'deeplog', 'mscred', 'comparative'])
    expect(baseline).toMatchObject({ type: 'baseline', analyzed_count: 2 })
    const [sample] = baseline.samples
    expect(Object.keys(sample).sort()).toEqual(
      [
        'window_id',
        'window_start_line',
        'source',
        'anomaly_score',
        'unseen_rate',
        'freq_z_score',
        'time_range',
        'analysis',
        'representative_logs',
        'context_before',
        'context_after',
        'total_logs_in_window',
      ].sort(),
    )
    expect([sample.context_before.length, sample.context_after.length, sample.total_logs_in_window]).toEqual([1, 1, 20])
    expect(sample.analysis.error_log_count).toBeGreaterThan(0)
    expect(sample.representative_logs.map(({ type }: { type: string }) => type)).toContain('error_log')
    expect(readFileSync(join(judged, 'samples/anomaly_analysis_report.md'), 'utf8')).toContain('lost its disk')
    const run = writeOutput(judged, (output) => samplesIntoFolder(output, judged, { maxSamples: -1 }))
    await expect(run).rejects.toThrow('--max-samples -1 is no whole number')
  })

  describe('and DeepLog', () => {
    beforeAll(async () => {
      const key = sessionKey('job_\\d+')
      await writeOutput(normal, (output) => buildSequencesIntoFolder(output, join(normal, 'parsed.parquet'), { key }))
      const vocabulary = join(normal, 'vocab.json')
      const out = join(folder, 'model.safetensors')
      const options = { epochs: 2, hidden: 8, embedding: 4, layers: 1, folds: 2 }
      await trainDeepLogToFile({ sequences: join(normal, 'sequences.parquet'), vocabulary, out, options })
      await writeOutput(judged, async (output) =>
        buildSequencesIntoFolder(output, join(judged, 'parsed.parquet'), {
          key,
          vocabulary: await readVocabulary(vocabulary),
        }),
      )
      const model = await readDeepLog(out)
      const sequences = join(judged, 'sequences.parquet')
      await writeOutput(judged, (output) => inferDeepLogIntoFolder(output, { sequences, model }))
    })

    test('sessions and windows that speak of the same lines are one incident', async () => {
      const { incidents, counts } = await report()
      expect(counts.units.deeplog.judged).toBe(120)
      const keys = incidents.flatMap(({ sessionKeys }) => sessionKeys)
      expect(keys).toEqual(expect.arrayContaining(['job_60', 'job_61', 'job_80']))
      const both = incidents.find(({ windows, sessions }) => windows > 0 && sessions > 0)!
      expect(both.detectors.map(({ name }) => name)).toEqual(expect.arrayContaining(['baseline', 'newEvent']))
      expect(both.lines.some(({ text }) => text.includes('lost its disk'))).toBe(true)
    })

    test('strange values are told with what is usual', async () => {
      const path = join(judged, 'deeplog_alerts.parquet')
      const before = await readTable(path)
      const value = {
        alert_id: 'x',
        timestamp: null,
        line_no: 30,
        entity: 'host-1',
        alert_type: 'VALUE',
        template_id: miner.templates().find(({ text }) => text.includes('opened its input'))!.id,
        session_id: 's',
        k_of_n_failures: 0,
        details: 'seconds since the line before is 840, 7.0 deviations from what was expected',
        source: String(before.source[0]),
        raw: null,
      }
      const types = { timestamp: 'timestamp', line_no: 'int32', k_of_n_failures: 'int32' } as const
      const columns = Object.entries(value).map(([name, one]) => ({
        name,
        type: types[name as keyof typeof types] ?? ('string' as const),
        data: [...Array.from(before[name]), one],
      }))
      await writeTable(path, columns)
      const { incidents } = await report()
      const late = incidents
        .flatMap(({ reasons }) => reasons.map(({ evidence }) => evidence))
        .find(({ kind }) => kind === 'late')
      expect(late).toMatchObject({ gapMs: 840_000, usualMs: 180_000, row: 30 })
    })

    test('samples are alerts where there are any', async () => {
      const { result } = await writeOutput(join(judged, 'samples'), (output) => samplesIntoFolder(output, judged))
      expect(result.deeplog).toMatchObject({ type: 'deeplog_enhanced' })
      const [sample] = result.deeplog!.samples
      expect(sample).toMatchObject({ alert_type: 'NOVELTY', entity: 'host-1' })
    })

    test('what only the count network says is read too, with or without its own columns', async () => {
      const columns = [
        { name: 'window_idx', type: 'int32' as const, data: [0, 1, 2] },
        { name: 'start_index', type: 'int32' as const, data: [0, 50, 100] },
        { name: 'reconstruction_error', type: 'double' as const, data: [0.1, 0.2, 9] },
        { name: 'is_anomaly', type: 'boolean' as const, data: [0, 0, 1] },
        { name: 'threshold', type: 'double' as const, data: [1, 1, 1] },
      ]
      await writeTable(join(judged, 'mscred_infer.parquet'), columns)
      const plain = await report()
      expect(plain.counts.units.mscred).toEqual({ judged: 3, flagged: 1 })
      const evidence = [{ series: 'other', direction: 'up', deviation: 7, surprise: 6 }]
      const more = { name: 'evidence', type: 'json' as const, data: [[], [], evidence] }
      await writeTable(join(judged, 'mscred_infer.parquet'), [...columns, more])
      const { incidents } = await report()
      expect(incidents.flatMap(({ rootCauses }) => rootCauses)).toEqual([
        { series: 'other', template: null, direction: 'up', deviation: 7 },
      ])
      const { result } = await writeOutput(join(judged, 'samples'), (output) => samplesIntoFolder(output, judged))
      expect(result.mscred!.samples[0]).toMatchObject({
        window_id: 2,
        start_line: 100,
        end_line: 149,
        severity: 'high',
        error_ratio: 9,
      })
    })
  })
})
