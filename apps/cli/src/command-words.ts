import { STDIN } from './source-options.js'

/** Stands before a line that begins with a dash until the command has it; no word of a command line can hold it. */
const LINE = '\0'

/** The words of the command line in a form in which yargs takes none for what it is not. */
export function commandWords(words: readonly string[]): string[] {
  // yargs drops a lone dash, which stands for standard input.
  return withLine(words).map((word) => (word === '-' ? STDIN : word))
}

/** A line as it was written on the command line. */
export function writtenLine(word: string): string {
  return word.startsWith(LINE) ? word.slice(LINE.length) : word
}

/** A line to be explained may begin with a dash, which would make it a flag; behind `--`, yargs would not look for it. */
function withLine(words: readonly string[]): readonly string[] {
  if (words[0] !== 'masks' || words[1] !== 'explain') return words
  const dashes = words.indexOf('--')
  const line = dashes >= 0 ? dashes + 1 : words.findIndex(isNoFlag)
  return words.map((word, place) => (place === line ? LINE + word : word)).filter((_, place) => place !== dashes)
}

/** Whether a word begins with a dash and is more than one word, and not the value of a flag (`--flag=some words`). */
function isNoFlag(word: string): boolean {
  return /^-.*\s/.test(word) && !/^--?[a-z][\w-]*=/i.test(word)
}
