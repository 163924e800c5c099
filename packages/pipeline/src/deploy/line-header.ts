import type { SampleRecord } from '../validate/read-sample.js'

/** How a program without our reader finds the message of a line: behind so many words. */
export interface LineHeader {
  /** Words, parted by spaces, before the message. */
  readonly words: number
  /** Which of them, from 0, names host and process; `null` where none does. The process may have `[pid]` and `:` behind it. */
  readonly host: number | null
  readonly process: number | null
}

/** Share of the records that a rule must hold for. */
const MOST = 0.95

/** The header that the records of a sample have in common; `null` where the message stands behind varying words. */
export function lineHeader(records: readonly SampleRecord[]): LineHeader | null {
  const headers = records.map(headerWords)
  const counts = new Map<number, number>()
  for (const header of headers) if (header) counts.set(header.length, (counts.get(header.length) ?? 0) + 1)
  const [commonest] = [...counts].sort(([, a], [, b]) => b - a)
  if (commonest === undefined || commonest[1] < MOST * records.length) return null
  const [words] = commonest
  function placeOf(nameOf: (record: SampleRecord) => string): number | null {
    const place = Array.from({ length: words }, (_, i) => i).find((i) => {
      const hits = records.filter(
        (record, r) => nameOf(record) !== '' && bareName(headers[r]?.[i] ?? '') === nameOf(record),
      )
      return hits.length >= MOST * records.length
    })
    return place ?? null
  }
  return { words, host: placeOf(({ host }) => host), process: placeOf(({ process }) => process) }
}

/** The message of a line, `null` where it has too few words. */
export function messageOfLine(line: string, { words }: LineHeader): string | null {
  return new RegExp(`^\\s*(?:\\S+\\s+){${words}}(.*)$`, 's').exec(line)?.[1] ?? null
}

/** A word without the `[pid]` and `:` behind it. */
function bareName(word: string): string {
  return word.replace(/:$/, '').replace(/\[\d+\]$/, '')
}

function headerWords({ raw, message }: SampleRecord): string[] | null {
  if (message === '' || !raw.endsWith(message)) return null
  const header = raw.slice(0, raw.length - message.length).trim()
  return header === '' ? [] : header.split(/\s+/)
}
