import type { Options } from 'yargs'
import { DEFAULT_FORMATS, REPORT_FORMATS, type ReportFormat, type ReportRunOptions } from '@sp/pipeline'
import { type Language, LANGUAGES } from '@sp/report'
import { UsageError } from './errors.js'

/** The flag of the language, of every command that writes texts for people. */
export const languageOption = {
  lang: { choices: LANGUAGES, default: 'en' as const, describe: 'language of the report' },
} as const satisfies Record<string, Options>

/** Flags that set what a report is written as, and how much it shows. */
export const reportOptions = {
  as: {
    type: 'string',
    array: true,
    default: [...DEFAULT_FORMATS],
    coerce: formatsFrom,
    describe: `files to write, repeatable or with commas: ${REPORT_FORMATS.join(', ')}`,
  },
  ...languageOption,
  title: { type: 'string', describe: 'title of the report' },
  'max-incidents': { type: 'number', default: 100, describe: 'incidents shown, gravest first' },
  'max-lines': { type: 'number', default: 14, describe: 'lines shown of an incident, context counted' },
  previous: {
    type: 'string',
    describe: 'folder of an earlier run, whose incidents are named where these are like them',
  },
} as const satisfies Record<string, Options>

/** The same for steps that choose the context themselves; a bundle shows what it was made to. */
export const stepReportOptions = {
  ...reportOptions,
  'context-lines': { type: 'number', default: 3, describe: 'lines shown before and after the evidence' },
} as const satisfies Record<string, Options>

/** The values of {@link reportOptions}. */
export interface ReportFlags {
  readonly as: readonly ReportFormat[]
  readonly lang: Language
  readonly title?: string
  readonly maxIncidents: number
  readonly maxLines: number
  readonly previous?: string
}

/** The values of {@link stepReportOptions}. */
export interface StepReportFlags extends ReportFlags {
  readonly contextLines: number
}

function formatsFrom(values: readonly string[]): ReportFormat[] {
  const names = values.flatMap((value) => value.split(','))
  const unknown = names.find((name) => !(REPORT_FORMATS as readonly string[]).includes(name))
  if (unknown === undefined) return names as ReportFormat[]
  throw new UsageError(`there is no report as "${unknown}"; known are ${REPORT_FORMATS.join(', ')}`)
}

/** The report options that the flags ask for. */
export function reportOptionsFrom(
  flags: ReportFlags,
): Omit<ReportRunOptions, 'onProgress' | 'signal' | 'contextLines'> {
  const { as: formats, lang: language, title, maxIncidents, maxLines, previous } = flags
  return { formats, language, title, maxIncidents, maxLines, previous }
}
