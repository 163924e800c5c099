import type { ParsedLog, TemplateTable } from '@sp/log-table'

/** What a log is made of, in figures that compare between logs. Template ids are those of one miner. */
export interface LogProfile {
  readonly name: string
  readonly total_logs: number
  readonly unique_templates: number
  /** Lines by template id. */
  readonly template_distribution: Readonly<Record<string, number>>
  /** The ten most frequent, ids. */
  readonly top_templates: readonly string[]
  readonly host_distribution: Readonly<Record<string, number>>
  readonly process_distribution: Readonly<Record<string, number>>
  /** ISO 8601, `null` without times. */
  readonly time_range: { readonly start: string; readonly end: string; readonly duration_hours: number } | null
  /** Share of lines that speak of an error, fail, exception, panic or fatal (in any case, anywhere). */
  readonly error_rate: number
  /** Share of lines that warn or call something deprecated. */
  readonly warning_rate: number
  /** `null` without times, or where all are the same. */
  readonly logs_per_hour: number | null
  /** Shannon entropy of the templates, in bits. */
  readonly template_entropy: number
  /** Templates with one line. */
  readonly rare_templates_count: number
  /** Share of lines that come more than an hour after the one before. */
  readonly gap_share: number
}

const ERROR = /error|fail|exception|panic|fatal/i
const WARNING = /warn|deprecated/i
const LONG_GAP_MS = 3_600_000

/** Gathers the profile of one log from its rows. Memory: one counter a template, host and process. */
export class LogProfiler {
  readonly #templates = new Map<number, number>()
  readonly #hosts = new Map<string, number>()
  readonly #processes = new Map<string, number>()
  #total = 0
  #errors = 0
  #warnings = 0
  #gaps = 0
  #first = Infinity
  #last = -Infinity
  #previous = NaN

  /** Takes in rows, in order. */
  add({ rowCount, template, host, process, timestamp, raw }: ParsedLog): void {
    for (let i = 0; i < rowCount; i++) {
      this.#total++
      count(this.#templates, template[i])
      count(this.#hosts, host.at(i) ?? '')
      count(this.#processes, process.at(i) ?? '')
      const line = raw.at(i) ?? ''
      if (ERROR.test(line)) this.#errors++
      if (WARNING.test(line)) this.#warnings++
      const time = timestamp[i]
      if (Number.isNaN(time)) continue
      if (time - this.#previous > LONG_GAP_MS) this.#gaps++
      this.#previous = time
      this.#first = Math.min(this.#first, time)
      this.#last = Math.max(this.#last, time)
    }
  }

  /** The profile of all that was added; `templates` says what the codes mean by now. */
  finish(name: string, templates: TemplateTable): LogProfile {
    const byId = new Map<string, number>()
    for (const [code, lines] of this.#templates) {
      const id = templates[code]?.id ?? 'none'
      byId.set(id, (byId.get(id) ?? 0) + lines)
    }
    const ranked = [...byId].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    const hours = (this.#last - this.#first) / 3_600_000
    const total = Math.max(this.#total, 1)
    return {
      name,
      total_logs: this.#total,
      unique_templates: byId.size,
      template_distribution: Object.fromEntries(ranked),
      top_templates: ranked.slice(0, 10).map(([id]) => id),
      host_distribution: distribution(this.#hosts),
      process_distribution: distribution(this.#processes),
      time_range: Number.isFinite(hours)
        ? { start: iso(this.#first), end: iso(this.#last), duration_hours: hours }
        : null,
      error_rate: this.#errors / total,
      warning_rate: this.#warnings / total,
      logs_per_hour: hours > 0 && Number.isFinite(hours) ? this.#total / hours : null,
      template_entropy: entropy(ranked.map(([, lines]) => lines / total)),
      rare_templates_count: ranked.filter(([, lines]) => lines === 1).length,
      gap_share: this.#gaps / total,
    }
  }
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function distribution(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)))
}

function entropy(shares: readonly number[]): number {
  return shares.reduce((sum, share) => sum - share * Math.log2(share), 0)
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
