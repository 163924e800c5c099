import {
  alertId,
  type DeepLogModel,
  type DeepLogScores,
  type JudgedEvents,
  nearestTemplate,
  type NearestTemplate,
  type AlertRun,
} from '@sp/deeplog'
import { UNK } from '@sp/builders'
import type { TableColumn } from '@sp/log-table'
import type { SequenceTable, TableSessions } from './sequence-table.js'

/** What an alert can be about. */
export const ENTITY_COLUMNS = ['host', 'process', 'source', 'session'] as const

/** What the rows are judged with. */
export interface Judgement {
  readonly table: SequenceTable
  readonly gathered: TableSessions
  readonly scores: DeepLogScores
  readonly model: DeepLogModel
  readonly topK: number
  readonly topP: number | null
  readonly entityColumn: (typeof ENTITY_COLUMNS)[number]
}

/** The judged lines in the order of the log; `event` counts them, `place` is their row of the table. */
export class JudgedSequences {
  readonly table: SequenceTable
  /** By event: its row of the table. */
  readonly places: Int32Array
  readonly entity: readonly string[]
  /** By event: 1 where it was not expected, and where its template is unknown. */
  readonly isFailure: Uint8Array
  readonly isNovel: Uint8Array
  readonly #judgement: Judgement
  /** By event: its index among the events of the sessions. */
  readonly #index: Int32Array
  readonly #events: JudgedEvents
  readonly #nearest = new Map<string, NearestTemplate | null>()

  constructor(judgement: Judgement) {
    const { table, gathered, scores, topK, topP, entityColumn } = judgement
    this.#judgement = judgement
    this.table = table
    this.#index = Int32Array.from(gathered.places.keys()).sort((a, b) => gathered.places[a] - gathered.places[b])
    this.places = this.#index.map((i) => gathered.places[i])
    const column = entityColumn === 'session' ? table.sessionKey : table[entityColumn]
    this.entity = Array.from(this.places, (place) => column[place] ?? '')
    const { surprise, rank, massBefore } = scores.events
    this.isNovel = Uint8Array.from(this.#index, (i) => Number(surprise[i] === Infinity))
    this.isFailure = Uint8Array.from(this.#index, (i) =>
      Number(surprise[i] === Infinity || (topP === null ? rank[i] > topK : massBefore[i] >= topP)),
    )
    this.#events = this.#eventsOf()
  }

  /** Number of judged lines. */
  get count(): number {
    return this.places.length
  }

  /** What the alert rules read. */
  get events(): JudgedEvents {
    return this.#events
  }

  /** A reproducible id of an alert of a type that an event raised. */
  idOf(type: string, event: number): string {
    return alertId(type, this.#events, event)
  }

  /** The known template nearest to that of an event. */
  nearest(event: number): NearestTemplate | null {
    const text = this.table.template[this.places[event]] ?? ''
    if (!this.#nearest.has(text)) this.#nearest.set(text, nearestTemplate(text, this.#judgement.model.texts))
    return this.#nearest.get(text)!
  }

  /** What is new about an event, in a sentence. */
  noveltyDetails(event: number): string {
    const text = this.table.template[this.places[event]] ?? '(no template)'
    const nearest = this.nearest(event)
    const known = nearest ? `; nearest known: ${nearest.text} (${Math.round(nearest.similarity * 100)} % alike)` : ''
    return `unknown template: ${text}${known}`
  }

  /** What was expected in place of an event, in a sentence. */
  failureDetails(event: number, failures: number): string {
    const expected = this.#expected(event)
    const { surprise } = this.#judgement.scores.events
    const chance = Math.exp(-surprise[this.#index[event]])
    return (
      `${failures} unexpected among the last events; this one had probability ${chance.toPrecision(2)}: ` +
      `${this.table.template[this.places[event]] ?? '(no template)'}; expected: ${expected}`
    )
  }

  /** The columns of `deeplog_infer.parquet`; names of the reference system first, its `target` being ours of the vocabulary. */
  columns(run: AlertRun): TableColumn[] {
    const { table, places } = this
    const { scores, model } = this.#judgement
    const { events, linePValue } = scores
    const index = this.#index
    function at<T>(column: ArrayLike<T>): T[] {
      return Array.from(index, (i): T => column[i])
    }
    function place<T>(column: ArrayLike<T>): T[] {
      return Array.from(places, (p): T => column[p])
    }
    const target = place(table.templateId).map((id) => model.vocabulary.indexOf(id ?? ''))
    const tops = Array.from({ length: events.topK }, (_, k) => ({
      name: `predicted_top${k + 1}`,
      type: 'int32' as const,
      data: Array.from(this.#index, (i) => events.likeliest[i * events.topK + k]),
    }))
    const isInTopK = Array.from(this.isFailure, (failed) => 1 - failed)
    return [
      { name: 'idx', type: 'int32', data: places },
      { name: 'timestamp', type: 'timestamp', data: place(table.timestamp) },
      { name: 'entity', type: 'string', data: this.entity },
      { name: 'target', type: 'int32', data: target },
      { name: 'in_topk', type: 'boolean', data: isInTopK },
      { name: 'is_novel', type: 'boolean', data: this.isNovel },
      { name: 'prediction_ok', type: 'boolean', data: isInTopK },
      { name: 'k_of_n_triggered', type: 'boolean', data: run.isTriggered },
      { name: 'session_id', type: 'string', data: run.sessionId },
      { name: 'alerted_seq_fail', type: 'boolean', data: run.alertedSequence },
      { name: 'alerted_novelty', type: 'boolean', data: run.alertedNovelty },
      ...tops,
      { name: 'target_template', type: 'string', data: place(table.template) },
      {
        name: 'predicted_templates',
        type: 'string',
        data: Array.from(this.isFailure, (_, event) => this.#expected(event)),
      },
      { name: 'line_no', type: 'int32', data: place(table.lineNo) },
      { name: 'source', type: 'string', data: place(table.source) },
      { name: 'session', type: 'int32', data: place(table.session) },
      { name: 'rank', type: 'int32', data: at(events.rank) },
      { name: 'probability', type: 'double', data: at(events.surprise).map((surprise) => Math.exp(-surprise)) },
      { name: 'p_value', type: 'double', data: at(linePValue) },
      {
        name: 'nearest_template',
        type: 'string',
        data: Array.from(this.isNovel, (novel, event) => (novel ? (this.nearest(event)?.text ?? null) : null)),
      },
    ]
  }

  #eventsOf(): JudgedEvents {
    const { table, places, entity, isFailure, isNovel } = this
    return {
      count: this.count,
      entity,
      line: Array.from(places, (place): string => `${table.source[place] ?? ''}:${table.lineNo[place]}`),
      time: Float64Array.from(places, (place) => table.timestamp[place]),
      template: Array.from(places, (place) => table.templateId[place] ?? ''),
      isFailure,
      isNovel,
    }
  }

  /** Texts of the likeliest events in place of one, likeliest first. */
  #expected(event: number): string {
    const { likeliest, topK } = this.#judgement.scores.events
    const from = this.#index[event] * topK
    return Array.from(likeliest.subarray(from, from + topK), (index) => this.#textOf(index)).join(' | ')
  }

  #textOf(index: number): string {
    if (index <= UNK) return index === UNK ? '(unknown)' : '(end)'
    const { texts, vocabulary } = this.#judgement.model
    return texts[index] ?? vocabulary.nameOf(index) ?? ''
  }
}
