import { STDIN } from './source-options.js'

/** The words of the command line in a form in which yargs takes none for what it is not. */
export function commandWords(words: readonly string[]): string[] {
  // yargs drops a lone dash, which stands for standard input.
  return withLineLast(words).map((word) => (word === '-' ? STDIN : word))
}

/** A line to be explained may begin with a dash: behind `--` it is no flag. */
function withLineLast(words: readonly string[]): readonly string[] {
  const isExplained = words[0] === 'masks' && words[1] === 'explain' && !words.includes('--')
  const line = isExplained ? words.findIndex((word) => /^-.*\s/.test(word) && !/^--?[a-z][\w-]*=/i.test(word)) : -1
  return line < 0 ? words : [...words.slice(0, line), ...words.slice(line + 1), '--', words[line]]
}
