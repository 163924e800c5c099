import { moreCharacters, moreLines } from './catalogue.js'
import { cutText, visibleText } from './plain-text.js'
import type { FindingLine } from './report.js'

const MAX_CHARACTERS = 400
const MAX_LINES_PER_RECORD = 6

/**
 * The lines of a finding as harmless text with a gutter: `>` for evidence, the line number from 1, `⋮` where lines
 * of the log are left out. A record shows its first six lines, a line its first 400 characters.
 */
export function shownLines(lines: readonly FindingLine[]): string[] {
  const width = Math.max(0, ...lines.map(({ line }) => String(line).length))
  return lines.flatMap((line, i) => {
    const gap = i > 0 && lines[i - 1].row + 1 < line.row ? [`  ${'⋮'.padStart(width)}`] : []
    return [...gap, ...recordLines(line, width)]
  })
}

/** A line of log text, harmless, its first 400 characters. */
export function shownText(text: string, cutBefore = 0): string {
  const { text: head, cutCharacters } = cutText(text, MAX_CHARACTERS)
  const left = cutCharacters + cutBefore
  return visibleText(head) + (left > 0 ? ` ${moreCharacters(left)}` : '')
}

function recordLines({ role, line, text, cutCharacters }: FindingLine, width: number): string[] {
  const parts = text.split('\n')
  const shown = parts.slice(0, MAX_LINES_PER_RECORD)
  const gutter = `${role === 'evidence' ? '>' : ' '} ${String(line).padStart(width)}  `
  const blank = ' '.repeat(gutter.length)
  const rows = shown.map(
    (part, i) => (i === 0 ? gutter : blank) + shownText(part, i === parts.length - 1 ? cutCharacters : 0),
  )
  return parts.length > shown.length ? [...rows, blank + moreLines(parts.length - shown.length)] : rows
}
