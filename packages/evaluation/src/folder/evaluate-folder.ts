import { join } from 'node:path'
import { readTable } from '@sp/log-table'
import { EvaluationError } from '../errors.js'
import { calibrationError } from '../metrics/calibration-error.js'
import { evaluateDetections, type DetectionMetrics } from '../metrics/detection-metrics.js'
import { evaluateFlags, flagEverything, type FlagMetrics } from '../metrics/flag-metrics.js'
import { evaluateRanking, type RankingMetrics } from '../metrics/ranking-metrics.js'
import { readTruth, type LineTruth } from './line-truth.js'
import { RESULTS, type Unit } from './result-tables.js'

/** Settings of the reference system, for files that do not say what they cover. */
export interface FolderEvaluationOptions {
  /** Lines of a window, where a table has only its first line; default 50. */
  readonly windowSize?: number
  /** Lines before the first that was judged, where a table has only an index; default 50. */
  readonly sequenceLength?: number
}

/** What one detector's results are worth. */
export interface DetectorEvaluation {
  /** `Baseline`, `DeepLog`, `MS-CRED`. */
  readonly detector: string
  readonly file: string
  /** What is judged one by one. */
  readonly unit: 'window' | 'line'
  readonly units: number
  readonly anomalous: number
  readonly flags: FlagMetrics
  readonly flagEverything: FlagMetrics
  /** `null` where the file has no scores. */
  readonly ranking: RankingMetrics | null
  /** Lines under a flag against labelled lines. */
  readonly lines: FlagMetrics
  /** `null` without incident ids. */
  readonly incidents: DetectionMetrics | null
  /** Of p-values of units without a labelled line; `null` where the file has none. */
  readonly calibrationError: number | null
}

/**
 * Compares the results of every detector in a folder with labels (`sp-labels` JSON, or the reference system's parquet).
 * A window is anomalous when a labelled line lies in it. Results of lines that are not labelled at all (a training part)
 * are left out where the labels name their source.
 * @throws {EvaluationError} `bad-labels`, `no-data` when the folder holds no results
 */
export async function evaluateFolder(
  folder: string,
  labelsPath: string,
  { windowSize = 50, sequenceLength = 50 }: FolderEvaluationOptions = {},
): Promise<DetectorEvaluation[]> {
  const truth = await readTruth(labelsPath)
  const evaluations: DetectorEvaluation[] = []
  for (const { detector, file, unitsOf } of RESULTS) {
    const table = await readTable(join(folder, file)).catch((error: unknown) => {
      if ((error as { code?: string }).code === 'missing-file') return null
      throw error
    })
    if (table === null) continue
    const units = unitsOf(table, { windowSize, sequenceLength }).filter(({ source }) => truth.covers(source))
    evaluations.push(evaluate({ detector, file }, units, truth))
  }
  if (evaluations.length > 0) return evaluations
  const files = RESULTS.map(({ file }) => file).join(', ')
  throw new EvaluationError('no-data', `none of ${files} in ${folder}; run "sp detect" into it first`)
}

function evaluate(
  about: { detector: string; file: string },
  units: readonly Unit[],
  truth: LineTruth,
): DetectorEvaluation {
  const isAnomalous = Uint8Array.from(units, ({ firstLine, lastLine }) => Number(truth.anyBetween(firstLine, lastLine)))
  const isFlagged = Uint8Array.from(units, (unit) => Number(unit.isFlagged))
  const judged = new Map<number, boolean>()
  for (const { firstLine, lastLine, isFlagged: flag } of units) {
    for (let line = firstLine; line <= lastLine; line++) judged.set(line, flag || (judged.get(line) ?? false))
  }
  const scores = units.map(({ score }) => score ?? NaN)
  const normal = units.flatMap(({ pValue }, i) => (pValue === null || isAnomalous[i] ? [] : [pValue]))
  return {
    ...about,
    unit: about.detector === 'DeepLog' ? 'line' : 'window',
    units: units.length,
    anomalous: isAnomalous.reduce((sum, label) => sum + label, 0),
    flags: evaluateFlags(isFlagged, { isAnomalous }),
    flagEverything: flagEverything({ isAnomalous }),
    ranking: scores.some(Number.isNaN) || units.length === 0 ? null : evaluateRanking(scores, { isAnomalous }),
    lines: evaluateFlags(Array.from(judged.values(), Number), {
      isAnomalous: Array.from(judged.keys(), (line) => Number(truth.anyBetween(line, line))),
    }),
    incidents:
      truth.incidents &&
      evaluateDetections(
        {
          count: units.length,
          startRow: Int32Array.from(units, ({ firstLine }) => firstLine),
          endRow: Int32Array.from(units, ({ lastLine }) => lastLine + 1),
          isAnomaly: isFlagged,
        },
        truth.incidents,
      ),
    calibrationError: calibrationError(normal),
  }
}
