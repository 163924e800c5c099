import type { Options } from 'yargs'
import type { ReportOptions } from '@sp/report'

/** Flags that set how much a report shows. */
export const reportOptions = {
  'max-findings': { type: 'number', default: 50, describe: 'findings shown, strangest first' },
  'context-lines': { type: 'number', default: 3, describe: 'lines shown before and after the evidence' },
} as const satisfies Record<string, Options>

/** The values of {@link reportOptions}. */
export interface ReportFlags {
  readonly maxFindings: number
  readonly contextLines: number
}

/** The report options that the flags ask for. */
export function reportOptionsFrom(flags: ReportFlags): ReportOptions {
  return { maxFindings: flags.maxFindings, contextLines: flags.contextLines }
}
