import { collectLines, type EnsembleModel, LINE_DETECTORS, type LineDetectorName, trainEnsemble } from '@sp/baseline'
import { countWindows, type WindowCounts } from '@sp/builders'
import type { TemplateTable } from '@sp/log-table'
import type { RunControl } from '../progress.js'
import { normalRows } from './normal-rows.js'
import type { RowSample } from './row-sample.js'
import type { TrainSettings } from './train-settings.js'

/** What a detector of rows says of normal rows that it has not seen. */
export interface HeldOutRows {
  readonly name: string
  /** One score a row, 0 or more. */
  readonly scores: Float64Array
  /** The smallest difference of scores that means something. */
  readonly resolution: number
}

/**
 * Trains the window and line detectors, and calibrates them together with others under one budget.
 * @param parsed normal logs, whose rows are numbered as if they were one
 * @throws {BaselineError} `too-little-data`
 */
export async function trainWindows(
  parsed: readonly string[],
  {
    templates,
    renamed,
    settings,
    others,
    sample = null,
    ...control
  }: {
    readonly templates: TemplateTable
    readonly renamed?: ReadonlyMap<string, string>
    readonly settings: TrainSettings
    readonly others: readonly HeldOutRows[]
    /** Rows that are learned from; default all. `others` have one score for each of them. */
    readonly sample?: RowSample | null
  } & RunControl,
): Promise<EnsembleModel> {
  const { windowSize, stride, budget } = settings
  const rows = { templates, renamed, sample, ...control }
  const counted = ['lineNo', 'source', 'timestamp', 'template'] as const
  const windows = await countWindows(allRows(parsed, { ...rows, columns: counted, step: 'counting' }), {
    windowSize,
    stride,
  })
  const read = ['source', 'timestamp', 'host', 'process', 'pid', 'template', 'parameters'] as const
  const lines = await collectLines(allRows(parsed, { ...rows, columns: read, step: 'gathering lines' }))
  control.signal?.throwIfAborted()
  return trainEnsemble(
    { windows, lines, corpus: sample === null ? undefined : templates.map(({ count }) => count) },
    {
      budget,
      detectors: settings.detectors.includes('lines') ? (Object.keys(LINE_DETECTORS) as LineDetectorName[]) : [],
      others: others.map(({ name, scores, resolution }) => ({
        name,
        resolution,
        heldOut: highestOfRows(windows, scores),
      })),
    },
  )
}

async function* allRows(parsed: readonly string[], options: Parameters<typeof normalRows>[1]) {
  for (const path of parsed) yield* normalRows(path, options)
}

/** The highest score of the rows of each window. */
function highestOfRows({ count, startRow, endRow }: WindowCounts, scores: Float64Array): Float64Array {
  return Float64Array.from({ length: count }, (_, w) => {
    let highest = 0
    for (let row = startRow[w]; row < endRow[w]; row++) highest = Math.max(highest, scores[row])
    return highest
  })
}
