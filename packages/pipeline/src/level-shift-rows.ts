import { findLevelShifts, type BaselineModel, type BaselineScores } from '@sp/baseline'
import type { WindowCounts } from '@sp/builders'
import type { TemplateTable } from '@sp/log-table'
import { z } from 'zod'

/** One lasting change, as `detect_summary.json` tells it. */
export const levelShiftSchema = z.looseObject({
  template_id: z.string(),
  template: z.string(),
  source: z.string(),
  /** First line of the first window that the change flagged, and last line of the last one; from 0. */
  first_line: z.number(),
  last_line: z.number(),
  flagged_windows: z.number(),
  /** Lines of the template a full window, in training and since. */
  before: z.number(),
  after: z.number(),
})

/** One lasting change, as `detect_summary.json` tells it. */
export type LevelShiftRow = z.infer<typeof levelShiftSchema>

/** The lasting changes of a judged log, templates by id, windows by line. */
export function levelShiftRows(judged: {
  readonly model: BaselineModel
  readonly scores: BaselineScores
  readonly windows: WindowCounts
  readonly templates: TemplateTable
}): LevelShiftRow[] {
  const { model, scores, windows, templates } = judged
  return findLevelShifts(model, scores, windows).map(
    ({ template, firstWindow, lastWindow, flagged, before, after }) => ({
      template_id: templates[template]?.id ?? 'none',
      template: templates[template]?.text ?? '',
      source: windows.sources[windows.source[firstWindow]],
      first_line: windows.startLine[firstWindow],
      last_line: windows.endLine[lastWindow],
      flagged_windows: flagged,
      before,
      after,
    }),
  )
}
