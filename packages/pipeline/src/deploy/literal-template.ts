import { collapseSpaces } from './collapse-spaces.js'

/**
 * A template that any program can match without masks or a miner: the text between its open places, in order. A message
 * fits when it begins with the first piece, ends with the last, and holds the others between in order, with at least one
 * character at each open place.
 */
export interface LiteralTemplate {
  /** Index in the vocabulary. */
  readonly index: number
  readonly id: string
  readonly text: string
  /** Pieces; `''` where the template begins or ends open. */
  readonly literals: readonly string[]
  /** Of each open place, whether it may hold spaces. */
  readonly spaces: readonly boolean[]
  /** The same as a regular expression (flag `s`), for languages that have look-ahead and back-references. */
  readonly pattern: string
}

/** What stands for something else in a template. */
const OPEN = /<[A-Z0-9_:*]{1,34}>/g

/**
 * Cuts a template at its open places.
 * @param withSpaces the types of open places that may hold spaces, such as `*` or `DATETIME`
 */
export function literalTemplate(
  { index, id, text }: Pick<LiteralTemplate, 'index' | 'id' | 'text'>,
  withSpaces: ReadonlySet<string>,
): LiteralTemplate {
  const shown = collapseSpaces(text)
  const types = (shown.match(OPEN) ?? []).map((open) => open.slice(1, -1))
  const [literals, spaces] = [shown.split(OPEN), types.map((type) => withSpaces.has(type))]
  return { index, id, text, literals, spaces, pattern: patternOf(literals, spaces) }
}

/** Each piece is looked for once, where it stands first: a look-ahead that was left is not entered again. */
function patternOf(literals: readonly string[], spaces: readonly boolean[]): string {
  const [first, ...rest] = literals.map((literal) => literal.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
  const pieces = rest.map((literal, i) => {
    const open = spaces[i] ? '.+' : '[^ ]+'
    return i === rest.length - 1 ? `${open}${literal}` : `(?=(${open}?${literal}))\\${i + 1}`
  })
  return `^${first}${pieces.join('')}$`
}

/** The order in which templates are tried: those that say most first, then by text. */
export function byLiterals(a: LiteralTemplate, b: LiteralTemplate): number {
  return lengthOf(b) - lengthOf(a) || (a.text < b.text ? -1 : 1)
}

/** Whether a message, its spaces collapsed, fits a template. Time grows with their lengths only. */
export function fitsTemplate(message: string, { literals, spaces }: LiteralTemplate): boolean {
  if (literals.length === 1) return message === literals[0]
  if (!message.startsWith(literals[0])) return false
  let at = literals[0].length
  for (let i = 1; i < literals.length; i++) {
    const isLast = i === literals.length - 1
    const place = isLast ? message.length - literals[i].length : message.indexOf(literals[i], at + 1)
    if (place <= at || (isLast && !message.endsWith(literals[i]))) return false
    if (!spaces[i - 1] && message.slice(at, place).includes(' ')) return false
    at = place + literals[i].length
  }
  return true
}

function lengthOf({ literals }: LiteralTemplate): number {
  return literals.reduce((sum, { length }) => sum + length, 0)
}
