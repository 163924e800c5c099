import type { SampleRecord } from '../validate/read-sample.js'

/** How a program without our reader finds the message of a line: behind so many words. */
export interface LineHeader {
  /** Regular expression (flag `s`) with two groups: the header and the message. */
  readonly pattern: string
  /** What parts the words of the header. */
  readonly separator: Separator
  /** Words before the message. */
  readonly words: number
  /** Which of them, from 0, names host and process; `null` where none does. The process may have `[pid]` and `:` behind it. */
  readonly host: number | null
  readonly process: number | null
}

/** Signs that part the words of headers. */
const SEPARATORS = [' ', '|', '\t', ';', ','] as const
type Separator = (typeof SEPARATORS)[number]

/** What may stand behind the words of some lines: nothing, or the uptime of a kernel. */
const OPTIONAL = ['', '(?:\\[ *\\d+\\.\\d+\\]\\s+)?']

/** Share of the records that a rule must hold for. */
const MOST = 0.95

/** The header that the records of a sample have in common; `null` where the message does not stand behind a number of words. */
export function lineHeader(records: readonly SampleRecord[]): LineHeader | null {
  for (const separator of SEPARATORS) {
    const headers = records.map((record) => headerWords(record, separator))
    const words = commonest(headers.map((header) => header?.length ?? null))
    if (words === null) continue
    const tried = OPTIONAL.map((optional) => {
      const pattern = headerPattern(separator, words, optional)
      const expression = new RegExp(pattern, 's')
      return { pattern, hits: records.filter((record) => hasMessage(expression, record)).length }
    })
    const [best] = tried.sort((a, b) => b.hits - a.hits)
    if (best.hits < MOST * records.length) continue
    return { pattern: best.pattern, separator, words, ...namesOf(records, headers) }
  }
  return null
}

/** The message of a line without spaces at its ends, `null` where it has too few words. */
export function messageOfLine(line: string, { pattern }: LineHeader): string | null {
  return new RegExp(pattern, 's').exec(line)?.[2].trim() ?? null
}

/** A regular expression whose groups are the words of a header that name host and process, without `[pid]` and `:`. */
export function entityPattern(header: LineHeader | null): { pattern: string; groups: number } {
  const places = [header?.host ?? null, header?.process ?? null].filter((place) => place !== null)
  if (header === null || places.length === 0) return { pattern: '', groups: 0 }
  const { separator } = header
  const [word, end] = separator === ' ' ? ['\\S', '\\s+'] : [`[^${signOf(separator)}]`, signOf(separator)]
  const words = Array.from({ length: Math.max(...places) + 1 }, (_, i) =>
    places.includes(i) ? `(${word}*?)(?:\\[\\d+\\])?:?${end}` : `${word}*${end}`,
  )
  return { pattern: `^\\s*${words.join('')}`, groups: new Set(places).size }
}

function headerPattern(separator: Separator, words: number, optional: string): string {
  if (separator === ' ') return `^\\s*((?:\\S+\\s+){${words}}${optional})(.*)$`
  const sign = signOf(separator)
  return `^((?:[^${sign}]*${sign}){${words}}${optional})(.*)$`
}

function signOf(separator: Separator): string {
  return separator === '|' ? '\\|' : separator
}

function hasMessage(expression: RegExp, { raw, message }: SampleRecord): boolean {
  return expression.exec(raw)?.[2].trim() === message.trim()
}

/** Where host and process stand among the words. */
function namesOf(
  records: readonly SampleRecord[],
  headers: readonly (readonly string[] | null)[],
): Pick<LineHeader, 'host' | 'process'> {
  function placeOf(nameOf: (record: SampleRecord) => string): number | null {
    const most = Math.max(0, ...headers.map((header) => header?.length ?? 0))
    const place = Array.from({ length: most }, (_, i) => i).find((i) => {
      const hits = records.filter((record, r) => nameOf(record) !== '' && bareName(headers[r]?.[i]) === nameOf(record))
      return hits.length >= MOST * records.length
    })
    return place ?? null
  }
  return { host: placeOf(({ host }) => host), process: placeOf(({ process }) => process) }
}

/** A word without the `[pid]` and `:` behind it. */
function bareName(word = ''): string {
  return word.replace(/:$/, '').replace(/\[\d+\]$/, '')
}

function headerWords({ raw, message }: SampleRecord, separator: Separator): string[] | null {
  if (message === '' || !raw.endsWith(message)) return null
  const header = raw.slice(0, raw.length - message.length).trim()
  if (separator === ' ') return header === '' ? [] : header.split(/\s+/)
  return header.endsWith(separator) ? header.slice(0, -1).split(separator) : null
}

function commonest(lengths: readonly (number | null)[]): number | null {
  const counts = new Map<number, number>()
  for (const length of lengths) if (length !== null) counts.set(length, (counts.get(length) ?? 0) + 1)
  const [first] = [...counts].sort(([, a], [, b]) => b - a)
  return first?.[0] ?? null
}
