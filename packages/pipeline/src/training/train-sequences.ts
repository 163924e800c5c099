import { buildSessions, type SessionKey, type Sessions, Vocabulary } from '@sp/builders'
import {
  type DeepLogModel,
  DeepLogError,
  type DeepLogTraining,
  roundSurprise,
  type SessionRule,
  trainDeepLog,
} from '@sp/deeplog'
import { ParsedLogFile, type TemplateTable } from '@sp/log-table'
import type { RunControl } from '../progress.js'
import { placeInSample, type RowSample } from './row-sample.js'
import type { TrainSettings } from './train-settings.js'

/** How the sessions of a bundle are taken from a log. */
export interface SequenceRule extends SessionRule {
  /** Events after which a session goes on as another. */
  readonly maxEvents: number
}

/** Events of a session without a key: a process may write for months. */
const MOST_EVENTS = 200
/** Events of a session with one. */
const MOST_KEYED_EVENTS = 10_000
/** A session is over when it was silent for so many times its longest normal pause. */
const PATIENCE = 2

/** A trained DeepLog, and what it says of the normal rows when it has not seen them. */
export interface TrainedSequences {
  readonly model: DeepLogModel
  readonly rule: SequenceRule
  /** One per row, of the sample where there is one: the largest surprise of its events in nats, rounded; 0 without. */
  readonly heldOut: Float64Array
}

/** The vocabulary of a bundle: the ids of its templates. */
export function vocabularyOf(templates: TemplateTable): Vocabulary {
  return Vocabulary.from(templates.map(({ id }) => id))
}

/**
 * Trains DeepLog on the sessions of a parsed normal log.
 * @returns a reason where the log holds too few sessions
 */
export async function trainSequences(
  parsed: string,
  {
    key,
    settings,
    templates,
    sample,
    ...control
  }: {
    readonly key: SessionKey | null
    readonly settings: TrainSettings
    readonly templates: TemplateTable
    /** Rows that are learned from: the sessions that hold one, whole; `null` for all. */
    readonly sample: RowSample | null
  } & RunControl,
): Promise<TrainedSequences | { readonly why: string }> {
  const vocabulary = vocabularyOf(templates)
  const maxEvents = key ? MOST_KEYED_EVENTS : MOST_EVENTS
  const { sessions, rows } = await sessionsOf(parsed, { key, maxEvents, vocabulary, sample, ...control })
  const timeoutMs = settings.sessionTimeoutMs ?? (key ? PATIENCE * longestPause(sessions) : null)
  const rule = { key: key?.name ?? null, timeoutMs, maxEvents }
  let training: DeepLogTraining
  try {
    training = trainDeepLog(sessions, vocabulary, {
      preset: settings.deeplogPreset,
      ...(settings.deeplogWindow === null ? {} : { window: settings.deeplogWindow }),
      ...(settings.deeplogEpochs === null ? {} : { epochs: settings.deeplogEpochs }),
      // A session is known to be over where something names it and no clock cuts it short.
      closed: key !== null && settings.sessionTimeoutMs === null,
      budget: settings.sessionBudget,
      seed: settings.seed,
      texts: textsOf(templates, vocabulary),
      sessionRule: { key: rule.key, timeoutMs },
      signal: control.signal,
    })
  } catch (error) {
    if (error instanceof DeepLogError && error.code === 'too-little-data') return { why: error.message }
    throw error
  }
  for await (const { stage, epoch, epochs } of training) {
    control.onProgress?.({
      step: `training sequences (${stage})`,
      done: epoch,
      total: epochs,
      unit: 'epochs',
      records: 0,
    })
  }
  return {
    model: training.model,
    rule,
    heldOut: surpriseOfRows(sessions, { rows, surprise: training.heldOutSurprise, sample }),
  }
}

/** One per row, of the sample where there is one: the largest finite surprise of its events; new ones are judged as such. */
export function surpriseOfRows(
  sessions: Sessions,
  {
    rows,
    surprise,
    sample = null,
  }: { readonly rows: number; readonly surprise: Float64Array; readonly sample?: RowSample | null },
): Float64Array {
  const ofRows = new Float64Array(sample?.rows ?? rows)
  const placeOf = sample === null ? (row: number) => row : placeInSample(sample)
  sessions.rows.forEach((row, event) => {
    const place = placeOf(row)
    if (place < 0 || surprise[event] === Infinity) return
    ofRows[place] = Math.max(ofRows[place], roundSurprise(surprise[event]))
  })
  return ofRows
}

/** The sessions of a parsed log, of a sample those that hold a row of it, and how many rows the log has. */
export async function sessionsOf(
  parsed: string,
  {
    key,
    maxEvents,
    vocabulary,
    sample = null,
    signal,
    onProgress,
  }: RunControl & {
    readonly key: SessionKey | null
    readonly maxEvents: number
    readonly vocabulary: Vocabulary
    readonly sample?: RowSample | null
  },
): Promise<{ readonly sessions: Sessions; readonly rows: number }> {
  const log = await ParsedLogFile.open(parsed)
  const columns = ['source', 'host', 'process', 'timestamp', 'template'] as const
  async function* batches() {
    let done = 0
    for await (const batch of log.batches({ columns: key ? [...columns, 'raw'] : columns })) {
      signal?.throwIfAborted()
      yield batch
      done += batch.rowCount
      onProgress?.({ step: 'building sequences', done, total: log.rowCount, unit: 'rows', records: done })
    }
  }
  try {
    const wanted = key === null || sample === null ? undefined : await keysIn(log, { key, sample, signal })
    const placeOf = sample === null ? null : placeInSample(sample)
    const { sessions } = await buildSessions(batches(), {
      ...(key ? { key: withinSource(key, wanted) } : {}),
      ...(placeOf ? { keeps: (rows: Int32Array) => rows.some((row) => placeOf(row) >= 0) } : {}),
      maxEvents,
      eventOf: (code) => vocabulary.indexOf(log.templates[code].id),
    })
    return { sessions, rows: log.rowCount }
  } finally {
    await log.close()
  }
}

/** The same key in two sources is two sessions, as it is when logs are judged: each source by itself. */
function withinSource({ name, keysOf }: SessionKey, wanted?: ReadonlySet<string>): SessionKey {
  return {
    name,
    keysOf(line, source) {
      const keys = keysOf(line, source).map((key) => `${source}\0${key}`)
      return wanted === undefined ? keys : keys.filter((key) => wanted.has(key))
    },
  }
}

/** Keys that rows of a sample name: sessions of others need not be gathered at all. */
async function keysIn(
  log: ParsedLogFile,
  { key, sample, signal }: { readonly key: SessionKey; readonly sample: RowSample; readonly signal?: AbortSignal },
): Promise<ReadonlySet<string>> {
  const { keysOf } = withinSource(key)
  const keys = new Set<string>()
  for (const { from, to } of sample.ranges) {
    for await (const { rowCount, raw, source } of log.batches({
      columns: ['raw', 'source'],
      startRow: from,
      endRow: to,
    })) {
      signal?.throwIfAborted()
      for (let i = 0; i < rowCount; i++) for (const one of keysOf(raw.at(i) ?? '', source.at(i) ?? '')) keys.add(one)
    }
  }
  return keys
}

/** The longest time between two events of one session, at least a minute. */
function longestPause({ count, offsets, times }: Sessions): number {
  let longest = 60_000
  for (let s = 0; s < count; s++) {
    for (let i = offsets[s] + 1; i < offsets[s + 1]; i++) {
      const pause = times[i] - times[i - 1]
      if (pause > longest) longest = pause
    }
  }
  return longest
}

/** The text of each template by vocabulary index. */
export function textsOf(templates: TemplateTable, vocabulary: Vocabulary): (string | null)[] {
  const texts = new Array<string | null>(vocabulary.size).fill(null)
  for (const { id, text } of templates) texts[vocabulary.indexOf(id)] = text
  return texts
}
