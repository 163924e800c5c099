import { join } from 'node:path'
import { readBaselineScores } from '@sp/baseline'
import { type AnomalyScores, type CountEvidence, readTable } from '@sp/log-table'
import { DETECT_FILES, type DetectSummary } from '../detect-summary.js'
import { pValuesOf, type StepContext, type StepResults, strengthOf, type StrangeStep } from './step-results.js'
import type { StepTemplates } from './step-templates.js'

const NAME = 'baseline'
/** Windows below the threshold that are told of; a builder shows three. */
const NEAR_MISSES = 3

/** What `sp detect` found: windows by template counts. */
export async function baselineResults(
  folder: string,
  summary: DetectSummary,
  { templates, onUnit }: StepContext,
): Promise<StepResults> {
  const path = join(folder, DETECT_FILES.scores)
  const scored = await readBaselineScores(path, templates.table)
  const places = await readTable(path, { columns: ['source', 'start_time', 'window_start_line'] })
  templates.adopt(scored.templates)
  const { scores } = scored
  const pValue = pValuesOf(scores.pValue, scores.score)
  const all = Array.from({ length: scores.count }, (_, w) => w)
  for (const w of all) {
    onUnit({
      source: String(places.source[w] ?? ''),
      detector: NAME,
      time: places.start_time[w] as number | null,
      line: Number(places.window_start_line[w]),
      score: scores.score[w],
      pValue: pValue[w],
      isFlagged: scores.isAnomaly[w] === 1,
    })
  }
  const flagged = all.filter((w) => scores.isAnomaly[w] === 1)
  function stepOf(w: number): StrangeStep {
    return {
      unit: 'window',
      session: null,
      isFlagged: scores.isAnomaly[w] === 1,
      startRow: scores.startRow[w],
      endRow: scores.endRow[w],
      keptRows: null,
      records: scores.endRow[w] - scores.startRow[w],
      score: strengthOf(pValue[w]),
      pValue: pValue[w],
      detectors: [{ name: NAME, pValue: pValue[w] }],
      evidence: scores.evidence[w].map((one) => withNearest(one, templates)),
    }
  }
  return {
    detectors: [
      {
        name: NAME,
        unit: 'window',
        normalUnits: summary.normalWindows,
        threshold: Number.isFinite(scores.threshold) ? scores.threshold : null,
        windowSize: summary.windowSize,
        stride: summary.stride,
      },
    ],
    budget: summary.budget,
    strange: [...flagged, ...nearMisses(scores)].map(stepOf),
    changes: (summary.levelShifts ?? []).map(({ template, source, first_line, last_line, before, after }) => {
      return { template, source, firstLine: first_line, lastLine: last_line, before, after, unit: 'window' as const }
    }),
    remarks: [],
  }
}

function withNearest(evidence: CountEvidence, templates: StepTemplates): CountEvidence {
  const nearest = evidence.kind === 'new-template' ? templates.nearestTo(evidence.template) : undefined
  return nearest === undefined ? evidence : { ...evidence, nearest }
}

/** The strangest windows below the threshold, none overlapping another; those without evidence are passed over. */
function nearMisses({ count, score, isAnomaly, evidence, startRow, endRow }: AnomalyScores): number[] {
  const byScore = Array.from({ length: count }, (_, w) => w)
    .filter((w) => isAnomaly[w] === 0 && evidence[w].length > 0)
    .sort((a, b) => score[b] - score[a] || startRow[a] - startRow[b])
  const chosen: number[] = []
  for (const w of byScore) {
    if (chosen.length === NEAR_MISSES) break
    if (chosen.every((other) => startRow[w] >= endRow[other] || startRow[other] >= endRow[w])) chosen.push(w)
  }
  return chosen
}

/** The row at which the first judged window begins: those before it taught, or none where another log did. */
export async function firstJudgedRow(folder: string): Promise<number> {
  const { start_row: startRow } = await readTable(join(folder, DETECT_FILES.scores), { columns: ['start_row'] })
  return Array.from(startRow ?? [], Number).reduce((least, row) => Math.min(least, row), Infinity)
}
