import { join } from 'node:path'
import { type Evidence, LogTableError, readTable } from '@sp/log-table'
import type { LogSegment } from './log-survey.js'
import { pValuesOf, type StepContext, type StepResults, type StrangeStep, strengthOf } from './step-results.js'
import type { StepTemplates } from './step-templates.js'

const NAME = 'mscred'
/** Table that `sp mscred-infer` leaves; columns beyond those of the reference format are used where they are there. */
const FILE = 'mscred_infer.parquet'
/** Records of a window, for a table that does not say where it ends. */
const WINDOW = 50

/** A piece of evidence as a table may hold it: the template by id and text. */
interface StoredSeries {
  readonly series: string
  readonly templateId?: string | null
  readonly template?: string | null
  readonly direction: 'up' | 'down'
  readonly deviation: number
  readonly surprise: number
}

/** What `sp mscred-infer` found: windows by reconstruction error; `null` where the folder has none of it. */
export async function mscredResults(folder: string, about: MscredContext): Promise<StepResults | null> {
  const table = await readTable(join(folder, FILE)).catch((error: unknown) => {
    if (error instanceof LogTableError && error.code === 'missing-file') return null
    throw error
  })
  if (table === null) return null
  await about.prepare()
  return resultsOf(table, about)
}

/** What the table is read with. */
export interface MscredContext extends StepContext {
  readonly segments: readonly LogSegment[]
  /** Row of the record that holds a line of a source, or of the first source where it is `null`. */
  readonly rowOfLine: (source: string | null, line: number) => number
  /** Called before the first question to `rowOfLine`. */
  readonly prepare: () => Promise<void>
}

function resultsOf(
  table: Record<string, ArrayLike<unknown>>,
  { templates, segments, rowOfLine, onUnit }: MscredContext,
): StepResults {
  const error = Float64Array.from(table.reconstruction_error, Number)
  const pValue = pValuesOf(
    Float64Array.from(error, (_, w) => Number(table.p_value?.[w] ?? NaN)),
    error,
  )
  const all = Array.from(error.keys())
  const onlySource = segments.find(({ source }) => source.role === 'judged')?.source.name ?? ''
  const threshold = table.threshold?.[0]
  for (const w of all) {
    onUnit({
      source: sourceOf(w),
      detector: NAME,
      time: (table.start_time?.[w] as number | null | undefined) ?? null,
      line: Number(table.start_index[w]),
      score: error[w],
      pValue: pValue[w],
      isFlagged: table.is_anomaly[w] === true,
    })
  }
  return {
    detectors: [
      { name: NAME, unit: 'window', normalUnits: 0, threshold: typeof threshold === 'number' ? threshold : null },
    ],
    budget: null,
    strange: all.filter((w) => table.is_anomaly[w] === true).map(stepOf),
    changes: [],
    remarks: [],
  }

  function sourceOf(w: number): string {
    return String(table.source?.[w] ?? onlySource)
  }

  function stepOf(w: number): StrangeStep {
    const startLine = Number(table.start_index[w])
    const endLine = Number(table.window_end_line?.[w] ?? startLine + WINDOW - 1)
    const startRow = rowOfLine(sourceOf(w), startLine)
    const endRow = rowOfLine(sourceOf(w), endLine) + 1
    return {
      unit: 'window',
      session: null,
      isFlagged: true,
      startRow,
      endRow,
      keptRows: null,
      records: endRow - startRow,
      score: strengthOf(pValue[w]),
      pValue: pValue[w],
      detectors: [{ name: NAME, pValue: pValue[w] }],
      evidence: ((table.evidence?.[w] ?? []) as StoredSeries[]).map((one) => seriesEvidence(one, templates)),
    }
  }
}

function seriesEvidence(stored: StoredSeries, templates: StepTemplates): Evidence {
  const { series, templateId, template, direction, deviation, surprise } = stored
  const code = templateId ? templates.codeOf({ id: templateId, text: template ?? '' }) : null
  return { kind: 'series', series, template: code, direction, deviation, surprise }
}
