import { gunzipSync, gzipSync } from 'node:zlib'
import { z } from 'zod'
import { type EnsembleModel } from '@sp/baseline'
import { channelNames, Vocabulary, type VocabularyJson } from '@sp/builders'
import { decodeDeepLog, type DeepLogModel, encodeDeepLog } from '@sp/deeplog'
import { restoreMiner } from '@sp/drain'
import type { LogLayout } from '@sp/log-reader'
import type { TemplateTable } from '@sp/log-table'
import { Masker, type MaskerOptions } from '@sp/masking'
import { decodeMultivariate, encodeMultivariate } from '@sp/mscred'
import { KnownTemplates } from '../detector/known-templates.js'
import { jsonText } from '../json-file.js'
import { checkMapping } from '../mscred/series-mapping.js'
import { SERIES_DETECTORS, type SeriesDetector, windowMsOf } from '../series/series-detectors.js'
import type { SequenceRule } from '../training/train-sequences.js'
import { badBundle, readBundleFolder } from './bundle-folder.js'
import type { BundleManifest } from './manifest.js'

/** Names of the members. */
export const MEMBERS = {
  masking: 'masking.json',
  miner: 'drain_state.json',
  templates: 'templates.json',
  vocabulary: 'vocab.json',
  reading: 'reading.json',
  windows: 'baseline_stats.json',
  deeplog: 'deeplog.safetensors',
  sequences: 'sequences.json',
  mscred: { mapping: 'template_mapping.json', model: 'mscred.safetensors' },
  mscredNetwork: { mapping: 'mscred_network_mapping.json', model: 'mscred_network.safetensors' },
  sample: 'sample.log.gz',
  history: 'history.parquet',
  historySurprise: 'history_surprise.f64',
} as const

/** All that was learned of normal logs, ready to judge others. Nothing of it ever changes. */
export interface Bundle {
  readonly path: string
  readonly manifest: BundleManifest
  readonly masker: Masker
  readonly templates: KnownTemplates
  /** How the normal logs were written, that of most records first. */
  readonly layouts: readonly LogLayout[]
  /** Window and line detectors, and what the p-values of all detectors of windows mean together. */
  readonly windows: EnsembleModel
  readonly sequences: { readonly model: DeepLogModel; readonly rule: SequenceRule } | null
  /** The multivariate detectors; none where the logs were too short for windows of time. */
  readonly series: readonly SeriesDetector[]
  /** The last normal lines; `null` where the bundle was made without. */
  readonly sample: string | null
  /** The last normal rows without their text; `null` where the bundle was made without. */
  readonly history: NormalHistory | null
}

/** Normal rows that an update learns from again. */
export interface NormalHistory {
  /** A `parsed.parquet`. */
  readonly rows: Uint8Array
  /** Held-out surprise of DeepLog at each of them, in nats; empty where there is no DeepLog. */
  readonly surprise: Float64Array
}

/** What the members of a bundle are made of. */
export interface LearnedParts {
  readonly masking: MaskerOptions
  /** Snapshot of the miner, as text. */
  readonly miner: string
  readonly templates: TemplateTable
  readonly vocabulary: Vocabulary
  readonly layouts: readonly LogLayout[]
  readonly windows: EnsembleModel
  readonly sequences: Bundle['sequences']
  readonly series: Bundle['series']
  readonly sample: string | null
  readonly history: NormalHistory | null
}

/** The files of a bundle. Same parts, same bytes. */
export function bundleMembers(parts: LearnedParts): Map<string, Uint8Array> {
  const members = new Map<string, Uint8Array>()
  function add(name: string, value: unknown): void {
    members.set(name, Buffer.from(typeof value === 'string' ? value : jsonText(value)))
  }
  add(MEMBERS.masking, parts.masking)
  add(MEMBERS.miner, parts.miner)
  add(MEMBERS.templates, parts.templates)
  add(MEMBERS.vocabulary, parts.vocabulary.toJSON())
  add(MEMBERS.reading, { layouts: parts.layouts })
  // A model may hold a hundred thousand numbers: one line.
  add(MEMBERS.windows, JSON.stringify(parts.windows) + '\n')
  if (parts.sequences) {
    members.set(MEMBERS.deeplog, encodeDeepLog(parts.sequences.model))
    add(MEMBERS.sequences, parts.sequences.rule)
  }
  for (const { name, mapping, model } of parts.series) {
    add(MEMBERS[name].mapping, mapping)
    members.set(MEMBERS[name].model, encodeMultivariate(model))
  }
  if (parts.history) {
    members.set(MEMBERS.history, parts.history.rows)
    members.set(MEMBERS.historySurprise, bytesOfFloats(parts.history.surprise))
  }
  if (parts.sample !== null) members.set(MEMBERS.sample, gzipSync(parts.sample, { level: 9 }))
  return members
}

/**
 * Opens a bundle and proves that its parts are whole and belong together.
 * @throws {PipelineError} `bad-bundle`, with what was seen and what to do
 */
export async function loadBundle(path: string): Promise<Bundle> {
  const { manifest, members } = await readBundleFolder(path)
  const reader = new MemberReader(path, members)
  return reader.refusing(() => {
    const masker = Masker.create(reader.json(MEMBERS.masking) as MaskerOptions)
    const table = reader.json(MEMBERS.templates) as TemplateTable
    const templates = new KnownTemplates(restoreMiner(reader.json(MEMBERS.miner)), table)
    if (!templates.isWhole) throw new Error(`its ${MEMBERS.templates} are not those of its ${MEMBERS.miner}`)
    const windows = reader.json(MEMBERS.windows) as EnsembleModel
    const { layouts } = readingSchema.parse(reader.json(MEMBERS.reading))
    const sample = reader.has(MEMBERS.sample) ? gunzipSync(reader.bytes(MEMBERS.sample)).toString() : null
    const sequences = sequencesOf(reader, table)
    const series = seriesOf(reader, windows)
    return {
      path,
      manifest,
      masker,
      templates,
      layouts,
      windows,
      sequences,
      series,
      sample,
      history: historyOf(reader),
    }
  })
}

const readingSchema = z.object({
  layouts: z.array(
    z.object({
      format: z.string(),
      confidence: z.number(),
      fallbacks: z.array(z.string()),
      hasTimestamps: z.boolean(),
      firstByte: z.number(),
      year: z.number().nullable(),
    }),
  ),
})

const ruleSchema = z.object({
  key: z.string().nullable(),
  timeoutMs: z.number().nullable(),
  maxEvents: z.number(),
})

function sequencesOf(reader: MemberReader, templates: TemplateTable): Bundle['sequences'] {
  if (!reader.has(MEMBERS.deeplog)) return null
  const model = decodeDeepLog(reader.bytes(MEMBERS.deeplog))
  const vocabulary = Vocabulary.fromJSON(reader.json(MEMBERS.vocabulary) as VocabularyJson)
  const stranger = templates.find(({ id }) => model.vocabulary.indexOf(id) !== vocabulary.indexOf(id))
  if (stranger !== undefined || vocabulary.size !== model.vocabulary.size) {
    throw new Error(`the vocabulary of its ${MEMBERS.deeplog} does not fit its ${MEMBERS.vocabulary}`)
  }
  return { model, rule: ruleSchema.parse(reader.json(MEMBERS.sequences)) }
}

/** Each with the series of its mapping, and known to the ensemble that holds its budget. */
function seriesOf(reader: MemberReader, { others }: EnsembleModel): readonly SeriesDetector[] {
  return SERIES_DETECTORS.filter((name) => reader.has(MEMBERS[name].model)).map((name) => {
    const mapping = checkMapping(reader.json(MEMBERS[name].mapping))
    windowMsOf(mapping)
    const model = decodeMultivariate(reader.bytes(MEMBERS[name].model))
    const names = channelNames(mapping.channels)
    const fits = names.length === model.names.length && names.every((series, i) => series === model.names[i])
    if (!fits) throw new Error(`the series of its ${MEMBERS[name].model} are not those of its ${MEMBERS[name].mapping}`)
    if (others.some((other) => other.name === name)) return { name, mapping, model }
    throw new Error(`its ${MEMBERS.windows} does not know its ${MEMBERS[name].model}`)
  })
}

function historyOf(reader: MemberReader): NormalHistory | null {
  if (!reader.has(MEMBERS.history)) return null
  return { rows: reader.bytes(MEMBERS.history), surprise: floatsOfBytes(reader.bytes(MEMBERS.historySurprise)) }
}

function bytesOfFloats({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

/** Numbers of 8 bytes as they stand in a file. */
export function floatsOfBytes(bytes: Uint8Array): Float64Array {
  // A copy: a buffer of Node.js may be part of a larger one.
  return new Float64Array(Uint8Array.from(bytes).buffer)
}

/** Members by name; whatever is wrong with one is said of the bundle. */
class MemberReader {
  constructor(
    private readonly path: string,
    private readonly members: ReadonlyMap<string, Uint8Array>,
  ) {}

  has(name: string): boolean {
    return this.members.has(name)
  }

  bytes(name: string): Uint8Array {
    const bytes = this.members.get(name)
    if (bytes === undefined) throw new Error(`it has no ${name}`)
    return bytes
  }

  json(name: string): unknown {
    return JSON.parse(Buffer.from(this.bytes(name)).toString())
  }

  refusing<T>(read: () => T): T {
    try {
      return read()
    } catch (cause) {
      throw badBundle(this.path, cause instanceof Error ? cause.message : String(cause), cause)
    }
  }
}
