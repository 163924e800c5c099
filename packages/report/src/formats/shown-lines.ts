import type { IncidentLine } from '../incidents/incident.js'
import type { Catalogue } from '../language/catalogue.js'
import { cutText, visibleText } from '../plain-text.js'

const MAX_CHARACTERS = 400
const MAX_LINES_PER_RECORD = 6

/** What is shown of a record. */
export type ShownLine = Pick<IncidentLine, 'role' | 'lineNo' | 'text' | 'cutCharacters'> & { readonly source?: string }

/**
 * Records as harmless text with a gutter: `>` for evidence, the line number from 1, `⋮` where lines of the log are left
 * out. A record shows its first six lines, a line its first 400 characters.
 */
export function shownLines(lines: readonly ShownLine[], words: Catalogue): string[] {
  const width = Math.max(0, ...lines.map(({ lineNo }) => String(lineNo + 1).length))
  return lines.flatMap((line, i) => {
    const gap = i > 0 && isGap(lines[i - 1], line) ? [`  ${'⋮'.padStart(width)}`] : []
    return [...gap, ...recordLines(line, width, words)]
  })
}

/** Whether lines of the log lie between two that are shown. */
export function isGap(before: ShownLine, after: ShownLine): boolean {
  return before.source !== after.source || before.lineNo + before.text.split('\n').length < after.lineNo
}

/** A line of log text, harmless, its first 400 characters. */
export function shownText(text: string, words: Catalogue, cutBefore = 0): string {
  const { text: head, cutCharacters } = cutText(text, MAX_CHARACTERS)
  const left = cutCharacters + cutBefore
  return visibleText(head) + (left > 0 ? ` ${words.moreCharacters(left)}` : '')
}

/** The lines of a record as harmless text, with a word on what is left out. */
export function recordTexts(
  { text, cutCharacters }: Pick<ShownLine, 'text' | 'cutCharacters'>,
  words: Catalogue,
): string[] {
  const parts = text.split('\n')
  const shown = parts
    .slice(0, MAX_LINES_PER_RECORD)
    .map((part, i) => shownText(part, words, i === parts.length - 1 ? cutCharacters : 0))
  return parts.length > shown.length ? [...shown, words.moreLines(parts.length - shown.length)] : shown
}

function recordLines(line: ShownLine, width: number, words: Catalogue): string[] {
  const gutter = `${line.role === 'evidence' ? '>' : ' '} ${String(line.lineNo + 1).padStart(width)}  `
  const blank = ' '.repeat(gutter.length)
  return recordTexts(line, words).map((text, i) => (i === 0 ? gutter : blank) + text)
}
