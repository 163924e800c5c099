import { basename } from 'node:path'
import { type DetectionMetrics, evaluateDetections, type Labels } from '@sp/evaluation'
import type { Analysis } from '@sp/pipeline'
import { UsageError } from './errors.js'

/**
 * Checks, before the work begins, that the labels are of a log that will be judged.
 * @throws {UsageError} when they are not
 */
export function requireLabelled(sources: readonly { readonly name: string }[], { source }: Labels): void {
  const names = sources.map(({ name }) => name)
  if (names.some((name) => basename(name) === source)) return
  throw new UsageError(`the labels are of ${source}, which is not among the judged logs (${names.join(', ')})`)
}

/** Compares the flagged windows of an analysis with the labels of one of its sources. */
export function compareWithLabels({ windows, scores }: Analysis, labels: Labels): DetectionMetrics {
  const source = windows.sources.findIndex((name) => basename(name) === labels.source)
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
