import { basename } from 'node:path'
import type { ReadSummary } from '@sp/log-reader'

/** A count for people: `12,345`. */
export function number(value: number): string {
  return value.toLocaleString('en')
}

/** A share for people: `99.8 %`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

/** Rows of cells with columns aligned; numbers (right) by `align`. */
export function table(rows: readonly (readonly string[])[], align: readonly ('left' | 'right')[]): string {
  const widths = align.map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          align[column] === 'right' ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** What of the reading of a log is shown. */
type ReadFacts = Pick<
  ReadSummary,
  'source' | 'format' | 'confidence' | 'records' | 'timestamps' | 'invalidUtf8' | 'cutLines'
>

/** What was read: one line a source. */
export function sourcesTable(segments: readonly ReadFacts[]): string {
  const header = ['source', 'format', 'records', 'with time', 'remarks']
  const rows = segments.map((segment) => [
    segment.source,
    segment.format,
    number(segment.records),
    segment.records === 0 ? '–' : percent(segment.timestamps / segment.records),
    remarks(segment),
  ])
  return table([header, ...rows], ['left', 'left', 'right', 'right', 'left'])
}

function remarks({ invalidUtf8, cutLines, confidence }: ReadFacts): string {
  const said: string[] = []
  if (confidence < 0.9) said.push(`format fits ${percent(confidence)} of the lines`)
  if (invalidUtf8 > 0) said.push(`${number(invalidUtf8)} lines with bad UTF-8`)
  if (cutLines > 0) said.push(`${number(cutLines)} lines cut at 1 MB`)
  return said.join(', ')
}

/** Where the results lie. */
export function filesText(files: Record<string, string>): string {
  const names = Object.keys(files).map((name) => basename(name))
  const width = Math.max(24, ...names.map((name) => name.length + 2))
  return Object.values(files)
    .map((path, i) => `${names[i].padEnd(width)}${path}`)
    .join('\n')
}

/** Width and colour of the terminal on stdout; no colour in a pipe or where NO_COLOR is set (no-color.org). */
export function terminalStyle(): { readonly width: number; readonly color: boolean } {
  const color = process.stdout.isTTY === true && !process.env.NO_COLOR
  return { width: process.stdout.columns || 100, color }
}
