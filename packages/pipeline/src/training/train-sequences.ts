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
  /** One per row: the largest surprise of its events in nats, rounded; 0 where there is none. */
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
    ...control
  }: {
    readonly key: SessionKey | null
    readonly settings: TrainSettings
    readonly templates: TemplateTable
  } & RunControl,
): Promise<TrainedSequences | { readonly why: string }> {
  const vocabulary = vocabularyOf(templates)
  const maxEvents = key ? MOST_KEYED_EVENTS : MOST_EVENTS
  const { sessions, rows } = await sessionsOf(parsed, { key, maxEvents, vocabulary, ...control })
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
    heldOut: surpriseOfRows(sessions, { rows, surprise: training.heldOutSurprise }),
  }
}

/** One per row: the largest finite surprise of its events; new events are judged as such. */
export function surpriseOfRows(
  sessions: Sessions,
  { rows, surprise }: { readonly rows: number; readonly surprise: Float64Array },
): Float64Array {
  const ofRows = new Float64Array(rows)
  sessions.rows.forEach((row, event) => {
    if (surprise[event] < Infinity) ofRows[row] = Math.max(ofRows[row], roundSurprise(surprise[event]))
  })
  return ofRows
}

/** The sessions of a parsed log, and how many rows it has. */
export async function sessionsOf(
  parsed: string,
  {
    key,
    maxEvents,
    vocabulary,
    signal,
    onProgress,
  }: RunControl & {
    readonly key: SessionKey | null
    readonly maxEvents: number
    readonly vocabulary: Vocabulary
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
    const { sessions } = await buildSessions(batches(), {
      ...(key ? { key: withinSource(key) } : {}),
      maxEvents,
      eventOf: (code) => vocabulary.indexOf(log.templates[code].id),
    })
    return { sessions, rows: log.rowCount }
  } finally {
    await log.close()
  }
}

/** The same key in two sources is two sessions, as it is when logs are judged: each source by itself. */
function withinSource({ name, keysOf }: SessionKey): SessionKey {
  return { name, keysOf: (line, source) => keysOf(line, source).map((key) => `${source}\0${key}`) }
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
