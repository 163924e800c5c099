import { basename } from 'node:path'
import { type DetectionMetrics, evaluateDetections, type Labels } from '@sp/evaluation'
import type { Inference } from '@sp/pipeline'
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

/** Compares what was flagged with the labels of one of the sources. */
export function compareWithLabels(inference: Pick<Inference, 'judged'>, labels: Labels): DetectionMetrics {
  const own = inference.judged().filter(({ source }) => basename(source) === labels.source)
  return evaluateDetections(
    {
      count: own.length,
      startRow: Int32Array.from(own, ({ firstLine }) => firstLine),
      endRow: Int32Array.from(own, ({ lastLine }) => lastLine + 1),
      isAnomaly: Uint8Array.from(own, ({ isFlagged }) => Number(isFlagged)),
    },
    labels.incidents,
  )
}
