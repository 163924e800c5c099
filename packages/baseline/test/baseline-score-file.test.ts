import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TemplateTable, writeTable } from '@sp/log-table'
import { baselinePreview, readBaselineScores, writeBaselineScores } from '../src/baseline-score-file.js'
import { scoreBaseline } from '../src/score-baseline.js'
import { trainBaseline } from '../src/train-baseline.js'
import { stationaryLog, windowsOf } from './make-windows.js'

let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'baseline-'))))
afterEach(() => rm(folder, { recursive: true }))

const templates: TemplateTable = Array.from({ length: 80 }, (_, code) => ({
  id: `t${code}`,
  text: `event ${code}`,
  count: 1,
}))

describe('baseline_scores.parquet', () => {
  it('is read back as it was written, evidence too', async () => {
    const scored = await scoreWithNewLine()
    const path = join(folder, 'baseline_scores.parquet')
    await writeBaselineScores(path, scored)
    const { detector, count, startRow, endRow, score, pValue, isAnomaly, threshold, evidence } = scored.scores
    const written = { detector, count, startRow, endRow, score, pValue, isAnomaly, threshold, evidence }
    expect(await readBaselineScores(path, templates)).toEqual({ scores: written, templates })
    expect(evidence.at(-1)![0]).toMatchObject({ kind: 'new-template', template: 77 })
  })

  it('names templates by id, so that it can be read with a table of another order', async () => {
    const path = join(folder, 'baseline_scores.parquet')
    await writeBaselineScores(path, await scoreWithNewLine())
    const { scores } = await readBaselineScores(path, [...templates].reverse())
    expect(scores.evidence.at(-1)![0].template).toBe(2)
  })

  it('brings along the templates that only its evidence knows', async () => {
    const path = join(folder, 'baseline_scores.parquet')
    await writeBaselineScores(path, await scoreWithNewLine())
    const read = await readBaselineScores(path, templates.slice(0, 30))
    const { template } = read.scores.evidence.at(-1)![0]
    expect(template).toBeGreaterThanOrEqual(30)
    expect(read.templates[template]).toEqual({ ...templates[77], count: 0 })
  })

  it('says which columns another table lacks', async () => {
    const path = join(folder, 'other.parquet')
    await writeTable(path, [{ name: 'score', type: 'double', data: [1] }])
    await expect(readBaselineScores(path, [])).rejects.toThrow('lacks the columns window_start_line, unseen_rate')
  })
})

describe('baselinePreview', () => {
  it('begins with the columns of the reference system, in their order', async () => {
    const [row] = baselinePreview(await scoreWithNewLine())
    expect(Object.keys(row).slice(0, 7)).toEqual(
      'window_start_line unseen_rate freq_z freq_norm unseen_norm score is_anomaly'.split(' '),
    )
  })

  it('shows 20 rows, or fewer where there are fewer', async () => {
    const scored = await scoreWithNewLine()
    expect(baselinePreview(scored)).toHaveLength(20)
    expect(baselinePreview(scored, 100)).toHaveLength(41)
  })

  it('shows times where the log has them', async () => {
    const scored = await scoreWithNewLine()
    scored.windows.startTime[0] = 1_700_000_000_123
    const rows = baselinePreview(scored)
    expect(rows[0].start_time).toBe(1_700_000_000_123)
    expect(rows[1].start_time).toBeNull()
  })
})

/** Scores of 1,001 lines, the last of which training did not know. */
async function scoreWithNewLine() {
  const windows = await windowsOf([...stationaryLog(1000, 2), 77])
  return { windows, templates, scores: scoreBaseline(trainBaseline(await windowsOf(stationaryLog(2000, 1))), windows) }
}
