import { type SessionKey, sessionKey } from '@sp/builders'
import { OpenDeepLog } from '@sp/deeplog'
import type { Engine } from '@sp/engine'
import type { Bundle } from '../bundle/bundle.js'
import { type LoadedSeries, loadSeries } from '../series/loaded-series.js'

/** Name of DeepLog among the detectors of windows. */
export const SEQUENCE_DETECTOR = 'deeplog'

/** A bundle with its networks loaded: what the detectors of all sources share. */
export interface LoadedBundle {
  readonly bundle: Bundle
  readonly deeplog: OpenDeepLog | null
  /** Those of the bundle, in its order. */
  readonly series: readonly LoadedSeries[]
  readonly sessionKey: SessionKey | null
  /** Vocabulary index of a template code of the bundle. */
  readonly eventOfCode: Int32Array
  /** Template code of a vocabulary index, −1 for those that stand for no template. */
  readonly codeOfEvent: Int32Array
}

/** Loads the networks of a bundle. @throws {EngineError} `no-engine` */
export async function loadNetworks(bundle: Bundle, engine?: Engine): Promise<LoadedBundle> {
  const { sequences, templates } = bundle
  const vocabulary = sequences?.model.vocabulary
  const eventOfCode = Int32Array.from(templates.templates, ({ id }) => vocabulary?.indexOf(id) ?? 0)
  const codeOfEvent = new Int32Array(vocabulary?.size ?? 0).fill(-1)
  eventOfCode.forEach((event, code) => (codeOfEvent[event] = code))
  const key = sequences?.rule.key ?? null
  return {
    bundle,
    deeplog: sequences ? await OpenDeepLog.open(sequences.model, engine) : null,
    series: await Promise.all(bundle.series.map((one) => loadSeries(one, { templates: templates.templates, engine }))),
    sessionKey: key === null ? null : sessionKey(key),
    eventOfCode,
    codeOfEvent,
  }
}

/** Frees the networks. */
export async function disposeNetworks({ deeplog, series }: LoadedBundle): Promise<void> {
  await deeplog?.dispose()
  for (const { judge } of series) await judge.dispose()
}
