import { basename } from 'node:path'
import { type DetectionMetrics, evaluateDetections, type Labels } from '@sp/evaluation'
import type { Analysis } from '@sp/pipeline'
import { UsageError } from './errors.js'

/**
 * Compares the flagged windows of an analysis with the labels of one of its sources.
 * @throws {UsageError} when the labels are of a log that was not judged
 */
export function compareWithLabels({ windows, scores }: Analysis, labels: Labels): DetectionMetrics {
  const source = windows.sources.findIndex((name) => basename(name) === labels.source)
  if (source < 0) {
    throw new UsageError(
      `the labels are of ${labels.source}, which is not among the judged logs (${windows.sources.join(', ')})`,
    )
  }
  const chosen = Array.from(windows.source.keys()).filter((window) => windows.source[window] === source)
  return evaluateDetections(
    {
      count: chosen.length,
      startRow: Int32Array.from(chosen, (window) => windows.startLine[window]),
      endRow: Int32Array.from(chosen, (window) => windows.endLine[window] + 1),
      isAnomaly: Uint8Array.from(chosen, (window) => scores.isAnomaly[window]),
    },
    labels.incidents,
  )
}
