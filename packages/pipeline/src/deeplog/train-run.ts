import {
  type DeepLogModel,
  encodeDeepLog,
  type DeepLogUpdate,
  trainDeepLog,
  trainValueModel,
  type TrainDeepLogOptions,
  updateDeepLog,
  type UpdateReport,
} from '@sp/deeplog'
import { UNK, type Vocabulary } from '@sp/builders'
import { AtomicFile } from '@sp/log-table'
import { PipelineError } from '../errors.js'
import type { RunControl } from '../progress.js'
import { readSequencesSummary, requireParsedOf, requireSessionsOf } from './build-sequences.js'
import { readNumericValues } from './numeric-values.js'
import { readSequences, sessionsOfTable, type SequenceTable } from './sequence-table.js'
import { readVocabulary } from './vocabulary-file.js'

/** What a training reads and writes. */
export interface DeepLogTrainRun extends RunControl {
  /** `sequences.parquet` of normal logs. */
  readonly sequences: string
  readonly vocabulary: string
  /** Where the model goes. */
  readonly out: string
  /** `parsed.parquet` of the same logs: trains the parameter-value model too. */
  readonly parsed?: string
  /** A model to be updated instead of training a new one; its settings hold, but for `options.epochs`. */
  readonly update?: DeepLogModel
  readonly options?: Omit<TrainDeepLogOptions, 'texts' | 'sessionRule' | 'signal'>
}

/** What a training gave. */
export interface DeepLogTrainSummary {
  readonly format: 'sp-deeplog-train'
  readonly version: 1
  readonly sessions: number
  readonly events: number
  readonly vocabularySize: number
  readonly epochs: number
  /** Mean surprise of a prediction in the last epoch, in nats. */
  readonly trainLoss: number
  readonly topK: number
  readonly missesOfTopK: number
  readonly budget: number
  /**
   * Share of normal sessions that are flagged: the budget, or one over the sessions that the threshold was found on,
   * whichever is larger. A smaller share cannot be told from so few.
   */
  readonly effectiveBudget: number
  /** Of the score of a session. */
  readonly threshold: number
  /** Templates with a model of their values; `null` where none was asked for. */
  readonly valueTemplates: number | null
  /** What an update changed; `null` for a new model. */
  readonly update: UpdateReport | null
  readonly out: string
}

/**
 * Trains DeepLog on the sequences of normal logs, or updates a model with them, and writes it.
 * @throws {DeepLogError} `too-little-data`, `bad-options`, `update-refused`
 * @throws {PipelineError} `bad-folder`
 * @throws {LogTableError} `write-failed`, before the training where the folder of `out` is missing or refuses
 */
export async function trainDeepLogToFile(run: DeepLogTrainRun): Promise<DeepLogTrainSummary> {
  const file = await AtomicFile.create(run.out)
  try {
    const { model, summary } = await trainToModel(run)
    await file.append(encodeDeepLog(model))
    await file.commit()
    return summary
  } finally {
    await file.discard()
  }
}

async function trainToModel(run: DeepLogTrainRun): Promise<{ model: DeepLogModel; summary: DeepLogTrainSummary }> {
  const { sequences, out, parsed, update, onProgress, signal } = run
  const table = await readSequences(sequences)
  const built = await readSequencesSummary(sequences)
  const { sessionKey, timeoutMs } = built
  if (parsed !== undefined) await requireParsedOf(built, parsed)
  if (update) requireSessionsOf(update, built)
  const vocabulary = await readVocabulary(run.vocabulary)
  refuseOtherVocabulary(table, vocabulary, run.vocabulary)
  const { sessions } = sessionsOfTable(table, (place) => table.templateIndex[place])
  // A session is known to be over where something names it and no clock cuts it.
  const options = {
    closed: sessionKey !== null && timeoutMs === null,
    ...run.options,
    texts: textsOf(table, vocabulary),
    sessionRule: { key: sessionKey, timeoutMs },
  }
  const training = update
    ? updateDeepLog(update, { sessions, vocabulary, texts: options.texts, epochs: run.options?.epochs, signal })
    : trainDeepLog(sessions, vocabulary, { ...options, signal })
  let last = { epoch: 0, trainLoss: NaN }
  for await (const progress of training) {
    if (progress.stage === 'network') last = progress
    const { stage, epoch, epochs } = progress
    onProgress?.({ step: `training (${stage})`, done: epoch, total: epochs, unit: 'epochs', records: epoch })
  }
  const values =
    parsed === undefined ? null : await trainValueModel(await readNumericValues(parsed, { vocabulary, signal }))
  const model = { ...training.model, values: values ?? training.model.values }
  const summary: DeepLogTrainSummary = {
    format: 'sp-deeplog-train',
    version: 1,
    sessions: sessions.count,
    events: sessions.events.length,
    vocabularySize: vocabulary.size,
    epochs: last.epoch,
    trainLoss: last.trainLoss,
    topK: model.calibration.topK,
    missesOfTopK: model.calibration.missesOfTopK,
    budget: model.settings.budget,
    effectiveBudget: Math.max(model.settings.budget, 1 / model.calibration.sessions),
    threshold: model.calibration.session.threshold,
    valueTemplates: values?.templates.length ?? null,
    update: 'report' in training ? (training as DeepLogUpdate).report : null,
    out,
  }
  return { model, summary }
}

/** The final text of each template by vocabulary index. */
function textsOf({ templateIndex, template }: SequenceTable, vocabulary: Vocabulary): (string | null)[] {
  const texts = new Array<string | null>(vocabulary.size).fill(null)
  templateIndex.forEach((index, place) => {
    if (index > UNK) texts[index] = template[place]
  })
  return texts
}

function refuseOtherVocabulary(table: SequenceTable, vocabulary: Vocabulary, path: string): void {
  const place = table.templateIndex.findIndex(
    (index, i) => index !== UNK && vocabulary.nameOf(index) !== table.templateId[i],
  )
  if (place < 0) return
  throw new PipelineError(
    'bad-folder',
    `${path} is not the vocabulary of these sequences: index ${table.templateIndex[place]} is template ` +
      `${vocabulary.nameOf(table.templateIndex[place])} in it and ${table.templateId[place]} in them; ` +
      'give the vocab.json that "sp build-deeplog" wrote beside them',
  )
}
