import type { ParsedLog } from '@sp/log-table'
import { BuildersError } from './errors.js'
import type { SessionKey } from './session-key.js'

/** What of a parsed log sessions need; `raw` only where a key is looked for in lines. */
export type SessionColumns = Pick<ParsedLog, 'rowCount' | 'source' | 'host' | 'process' | 'timestamp' | 'template'> &
  Partial<Pick<ParsedLog, 'raw'>>

/** Names kept before they are made anew. */
const MOST_NAMES = 100_000

/** Finds the keys of rows: by a rule, or by source, host and process. */
export class SessionKeys {
  readonly #key: SessionKey | undefined
  /** Names of source, host and process by their codes, which mean something in these dictionaries only. */
  readonly #names = new Map<string, readonly string[]>()
  #dictionaries: readonly unknown[] = []

  constructor(key?: SessionKey) {
    this.#key = key
  }

  /**
   * A function that says the distinct keys of a row of a batch.
   * @throws {BuildersError} `bad-session-key` when a rule is to look at rows without `raw`
   */
  reader(batch: SessionColumns): (i: number) => readonly string[] {
    return this.#key === undefined ? this.#byProcess(batch) : byRule(this.#key, batch)
  }

  /** Sources, hosts and processes recur, so their names are joined once a combination. */
  #byProcess({ source, host, process }: SessionColumns): (i: number) => readonly string[] {
    const dictionaries = [source.values, host.values, process.values]
    if (dictionaries.some((values, d) => values !== this.#dictionaries[d])) this.#names.clear()
    this.#dictionaries = dictionaries
    return (i) => {
      const codes = `${source.codes[i]} ${host.codes[i]} ${process.codes[i]}`
      let names = this.#names.get(codes)
      if (names === undefined) {
        names = [[source.at(i), host.at(i), process.at(i)].filter((part) => part !== null).join('/')]
        if (this.#names.size >= MOST_NAMES) this.#names.clear()
        this.#names.set(codes, names)
      }
      return names
    }
  }
}

function byRule(key: SessionKey, { raw, source }: SessionColumns): (i: number) => readonly string[] {
  if (!raw) throw new BuildersError('bad-session-key', `rows without the column raw; "${key.name}" is looked for in it`)
  return (i) => key.keysOf(raw.at(i) ?? '', source.at(i) ?? '')
}
