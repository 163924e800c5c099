import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeTable, type TableColumn } from '@sp/log-table'
import { evaluateFolder } from '../src/folder/evaluate-folder.js'
import { renderEvaluation } from '../src/folder/render-evaluation.js'
import { writeLabels } from '../src/labels.js'

const LINES = 100

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'eval-'))
}

function int(name: string, data: readonly number[]): TableColumn {
  return { name, type: 'int32', data }
}

function flags(name: string, data: readonly boolean[]): TableColumn {
  return { name, type: 'boolean', data }
}

/** Labels as the reference system writes them; the lines given are anomalous. */
async function referenceLabels(path: string, anomalous: readonly number[]): Promise<string> {
  const lines = Array.from({ length: LINES }, (_, i) => i)
  await writeTable(path, [
    int('line_no', lines),
    int(
      'is_anomaly',
      lines.map((line) => Number(anomalous.includes(line))),
    ),
  ])
  return path
}

test('files of the reference system: windows of 50 lines from their start, DeepLog lines from index and length', async () => {
  const dir = folder()
  const labels = await referenceLabels(join(dir, 'labels.parquet'), [10, 60])
  await writeTable(join(dir, 'baseline_scores.parquet'), [
    int('window_start_line', [0, 25, 50, 75]),
    { name: 'score', type: 'double', data: [0.9, 0.1, 0.8, 0.7] },
    flags('is_anomaly', [true, false, false, true]),
  ])
  await writeTable(join(dir, 'deeplog_infer.parquet'), [
    int('idx', [0, 10, 11]),
    int('target', [1, 2, 3]),
    flags('in_topk', [true, false, false]),
  ])
  const [baseline, deepLog] = await evaluateFolder(dir, labels)
  // Windows 0 (line 10), 1 and 2 (line 60) are anomalous; 0 and 3 are flagged.
  expect(baseline.flags).toMatchObject({ truePositives: 1, falsePositives: 1, falseNegatives: 2, trueNegatives: 0 })
  expect(baseline.ranking!.rocAuc).toBeCloseTo(2 / 3, 10)
  // Lines 50, 60, 61 were judged; 60 is anomalous and flagged, 61 flagged only.
  expect(deepLog).toMatchObject({ unit: 'line', units: 3, anomalous: 1, ranking: null, incidents: null })
  expect(deepLog.flags).toMatchObject({ truePositives: 1, falsePositives: 1, falseNegatives: 0, trueNegatives: 1 })
  expect(renderEvaluation([baseline, deepLog]).split('\n').slice(0, 2)).toEqual([
    'Baseline: Precision=0.500 Recall=0.333 F1=0.400',
    'DeepLog: Precision=0.500 Recall=1.000 F1=0.667',
  ])
})

test('labels with incidents count incidents, and leave out results of other sources', async () => {
  const dir = folder()
  const labels = join(dir, 'labels.json')
  const incidents = [
    { id: 'i1', kind: 'crash' as const, firstLine: 10, lastLine: 12, lines: [10, 12] },
    { id: 'i2', kind: 'missing' as const, firstLine: 30, lastLine: 60, lines: [] },
  ]
  writeFileSync(labels, writeLabels({ source: 'app.log', incidents }))
  await writeTable(join(dir, 'mscred_infer.parquet'), [
    int('start_index', [0, 25, 0]),
    int('window_end_line', [24, 49, 24]),
    { name: 'reconstruction_error', type: 'double', data: [1, 5, 9] },
    flags('is_anomaly', [false, true, true]),
    { name: 'source', type: 'string', data: ['logs/app.log', 'logs/app.log', 'logs/train.log'] },
  ])
  const [{ incidents: found, units, calibrationError }] = await evaluateFolder(dir, labels)
  expect([units, calibrationError]).toEqual([2, null])
  expect(found).toMatchObject({ incidents: 2, found: 1, missed: ['i1'], rowsToDetect: 20 })
})

test('a folder without results and labels without their columns are errors that say so', async () => {
  const dir = folder()
  const labels = await referenceLabels(join(dir, 'labels.parquet'), [])
  await expect(evaluateFolder(dir, labels)).rejects.toMatchObject({ code: 'no-data' })
  await writeTable(join(dir, 'other.parquet'), [int('line', [1])])
  await expect(evaluateFolder(dir, join(dir, 'other.parquet'))).rejects.toMatchObject({ code: 'bad-labels' })
  await expect(evaluateFolder(dir, join(dir, 'absent.json'))).rejects.toMatchObject({ code: 'bad-labels' })
  writeFileSync(join(dir, 'labels.csv'), 'line_no,is_anomaly\n0,1\n')
  await expect(evaluateFolder(dir, join(dir, 'labels.csv'))).rejects.toThrow(
    /labels\.csv.*"sp-labels".*must be parquet/,
  )
})
