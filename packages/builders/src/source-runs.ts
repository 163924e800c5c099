import type { DictionaryColumn } from '@sp/log-table'
import type { BatchRange } from './window-counter.js'

/** Rows of a batch that follow one another in one source. */
export interface SourceRun extends BatchRange {
  readonly source: string
}

/** The runs of rows of the same source in a batch, in order. */
export function sourceRuns({ codes, values }: DictionaryColumn): SourceRun[] {
  const runs: SourceRun[] = []
  for (let from = 0, i = 1; i <= codes.length; i++) {
    if (i < codes.length && codes[i] === codes[from]) continue
    if (from < i && codes.length > 0) runs.push({ source: values[codes[from]] ?? '', from, to: i })
    from = i
  }
  return runs
}
