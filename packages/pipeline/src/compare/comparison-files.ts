import { writeFile } from 'node:fs/promises'
import { jsonText } from '../json-file.js'
import type { OutputFolder } from '../output-folder.js'
import type { BundleComparison } from './compare-bundles.js'
import type { PairedFigure } from './paired-figures.js'

/** The files of a comparison, named as in the reference system. */
export const COMPARISON_FILES = { comparison: 'model_comparison.json', report: 'comparison_report.md' } as const

/** Writes a comparison for programs and for people. */
export async function writeComparison(folder: OutputFolder, comparison: BundleComparison): Promise<void> {
  await writeFile(folder.file(COMPARISON_FILES.comparison), jsonText(comparison))
  await writeFile(folder.file(COMPARISON_FILES.report), renderComparison(comparison))
}

/** A comparison as Markdown. */
export function renderComparison(comparison: BundleComparison): string {
  const { bundles, settings, isSameData, templates, logs, figures, agreement, alone, verdict } = comparison
  return [
    `# ${verdict.better === null ? 'No verdict' : `The ${verdict.better} is better`}`,
    '',
    `${capital(verdict.why)}.`,
    '',
    ...tableLines(
      ['', 'first', 'second'],
      [
        ['bundle', ...bundles.map(({ path }) => path)],
        ['hash', ...bundles.map(({ hash }) => hash.slice(0, 16))],
        ['records learned', ...bundles.map(({ records }) => String(records))],
        ['templates', ...bundles.map((facts) => String(facts.templates))],
        ['detectors', ...bundles.map(({ detectors }) => detectors.join(', '))],
        ['bytes', ...bundles.map(({ bytes }) => String(bytes))],
        ...Object.entries(settings).map(([name, values]) => [
          `setting ${name}`,
          ...values.map((value) => JSON.stringify(value)),
        ]),
      ],
    ),
    '',
    `${isSameData ? 'The same' : 'Other'} normal logs; ${templates.both} templates in both, ${templates.onlyFirst.length} ` +
      `only in the first, ${templates.onlySecond.length} only in the second.`,
    '',
    '## Figures',
    '',
    ...tableLines(
      ['', 'first', 'second', 'difference', '95 % interval', 'units'],
      [
        figureRow('incidents found', figures.recall),
        figureRow('normal windows flagged', figures.flaggedNormal),
        figureRow('found beyond flagged', figures.informedness),
      ].filter((row) => row !== null),
    ),
    '',
    '## Logs',
    '',
    ...tableLines(
      ['log', 'windows flagged', 'sessions flagged', 'unknown records', 'findings'],
      logs.map(({ log, bundles: of }) => [
        log,
        of.map(({ flaggedWindows }) => percent(flaggedWindows)).join(' / '),
        of.map(({ flaggedSessions }) => percent(flaggedSessions)).join(' / '),
        of.map(({ unknown }) => percent(unknown)).join(' / '),
        of.map(({ findings }) => findings).join(' / '),
      ]),
    ),
    '',
    '## Agreement, in stretches of 50 lines',
    '',
    ...tableLines(
      ['log', 'both', 'only first', 'only second', 'neither', 'κ'],
      agreement.map(({ log, both, onlyFirst, onlySecond, neither, kappa }) => [
        log,
        ...[both, onlyFirst, onlySecond, neither].map(String),
        kappa === null ? '–' : kappa.toFixed(2),
      ]),
    ),
    ...alone.flatMap(({ findings, incidents }, side) => [
      '',
      `## Only the ${side === 0 ? 'first' : 'second'} finds (${findings})`,
      '',
      ...incidents.map(({ place, sentence }) => `- ${place}: ${sentence}`),
    ]),
    '',
  ].join('\n')
}

function figureRow(name: string, figure: PairedFigure | null): string[] | null {
  if (figure === null) return null
  const { first, second, difference, interval, units } = figure
  const between = interval ? `${percent(interval.low)} … ${percent(interval.high)}` : '–'
  return [name, percent(first), percent(second), percent(difference), between, String(units)]
}

function tableLines(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  function line(cells: readonly string[]): string {
    return `| ${cells.join(' | ')} |`
  }
  return [line(header), line(header.map(() => '---')), ...rows.map(line)]
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1)
}
