import { deployedNetwork } from '@sp/deeplog'
import { encodeModel } from '@sp/onnx-export'
import { type Bundle, loadBundle } from '../bundle/bundle.js'
import { sha256Of } from '../bundle/manifest.js'
import { publishFolder } from '../bundle/publish-folder.js'
import { PipelineError } from '../errors.js'
import { jsonText } from '../json-file.js'
import { readSample, type SampleRecord } from '../validate/read-sample.js'
import { deploymentMeta } from './deployment-meta.js'
import { type LineHeader, lineHeader, messageOfLine } from './line-header.js'
import type { LiteralTemplate } from './literal-template.js'
import { literalTemplates, matchLiteral } from './literal-templates.js'
import { type NetworkParity, networkParity, TOLERANCE } from './network-parity.js'

/** The files of a deployment folder. */
export const DEPLOYMENT_FILES = {
  model: 'deeplog.onnx',
  portable: 'deeplog_portable.onnx',
  meta: 'deeplog.onnx.meta.json',
  vocabulary: 'vocab.json',
  templates: 'templates.json',
  masking: 'masking.json',
  summary: 'conversion_summary.json',
} as const

/** A deployment as a kind of folder. */
export const DEPLOYMENT = { name: 'deployment', marker: DEPLOYMENT_FILES.summary, format: 'sp-conversion' }

/** How a bundle is converted. */
export interface ConvertOptions {
  /** ONNX opset of `deeplog.onnx`, 11 to 21; default 17. */
  readonly opset?: number
  /** Whether `deeplog_portable.onnx` is written too: opset 11 and file format 6, which runtimes since 2019 read. */
  readonly portable?: boolean
}

/** An exported network. */
export interface ConvertedModel {
  readonly name: string
  readonly opset: number
  readonly bytes: number
  readonly sha256: string
  /** Against the trained network, both on native onnxruntime. */
  readonly parity: NetworkParity
}

/** What a conversion did: `conversion_summary.json`. */
export interface ConversionSummary {
  readonly format: 'sp-conversion'
  readonly version: 1
  readonly bundle: string
  readonly bundleHash: string
  readonly models: readonly ConvertedModel[]
  /** Largest difference of logarithms of probabilities that is let pass. */
  readonly tolerance: number
  readonly templates: number
  /** On the sample of the bundle: how often the exported templates and header say what the bundle says; `null` without it. */
  readonly preprocessing: {
    readonly lines: number
    readonly sameEvent: number
    /** `null` where no header was found. */
    readonly sameMessage: number | null
  } | null
  /** Other files and their SHA-256. */
  readonly files: Readonly<Record<string, string>>
}

const PORTABLE_OPSET = 11

/**
 * Exports what a bundle knows of sequences as a folder that needs nothing of ours: the DeepLog network as ONNX, vocabulary,
 * thresholds, and templates that plain string search matches. The folder appears as a whole; the bundle is only read.
 * @throws {PipelineError} `bad-bundle` when the bundle is damaged or has no network, `export-failed` when a file does not
 * say what the network says, `bad-options` for an opset outside 11 to 21, `write-failed`
 */
export async function convertBundle(
  path: string,
  out: string,
  { opset = 17, portable = false }: ConvertOptions = {},
): Promise<ConversionSummary> {
  if (!(Number.isInteger(opset) && opset >= 11 && opset <= 21)) {
    throw new PipelineError('bad-options', `opset ${opset}; expected a whole number from 11 to 21`)
  }
  const bundle = await loadBundle(path)
  requireNetwork(bundle)
  const records = bundle.sample === null ? [] : await readSample(bundle.sample, bundle.layouts)
  const header = records.length > 0 ? lineHeader(records) : null
  const templates = literalTemplates(bundle, records)
  const networks = [
    await exportNetwork(bundle, DEPLOYMENT_FILES.model, opset),
    ...(portable ? [await exportNetwork(bundle, DEPLOYMENT_FILES.portable, PORTABLE_OPSET)] : []),
  ]
  const meta = deploymentMeta(bundle, { model: DEPLOYMENT_FILES.model, opset, header })
  const files = new Map<string, Uint8Array>(networks.map(({ model, bytes }) => [model.name, bytes]))
  function add(name: string, value: unknown): void {
    files.set(name, Buffer.from(jsonText(value)))
  }
  add(DEPLOYMENT_FILES.meta, meta)
  add(DEPLOYMENT_FILES.vocabulary, vocabularyOf(bundle))
  add(DEPLOYMENT_FILES.templates, templates)
  add(DEPLOYMENT_FILES.masking, bundle.masker.options)
  const summary: ConversionSummary = {
    format: 'sp-conversion',
    version: 1,
    bundle: path,
    bundleHash: bundle.manifest.hash,
    models: networks.map(({ model }) => model),
    tolerance: TOLERANCE,
    templates: templates.length,
    preprocessing: records.length > 0 ? preprocessingParity(bundle, { records, header, templates }) : null,
    files: Object.fromEntries([...files].map(([name, bytes]) => [name, sha256Of(bytes)])),
  }
  add(DEPLOYMENT_FILES.summary, summary)
  await publishFolder(out, DEPLOYMENT, files)
  return summary
}

function requireNetwork({ path, manifest, sequences }: Bundle): void {
  if (sequences !== null) return
  const why = manifest.detectors.sequences?.why ?? 'it was not asked for'
  throw new PipelineError(
    'bad-bundle',
    `the bundle ${path} has no network to export (${why}); train it with the detector "sequences"`,
  )
}

async function exportNetwork({ sequences }: Bundle, name: string, opset: number) {
  const { model } = sequences!
  const bytes = encodeModel(deployedNetwork(model.graph, model.settings), { opset, producer: '@sp/pipeline' })
  const parity = await networkParity(model, bytes)
  if (!(parity.logProbabilities <= TOLERANCE)) {
    throw new PipelineError(
      'export-failed',
      `${name} differs from the trained network by ${parity.logProbabilities}, more than ${TOLERANCE}; please report it`,
    )
  }
  return { bytes, model: { name, opset, bytes: bytes.length, sha256: sha256Of(bytes), parity } }
}

/** Index, as text → template text, as the reference system's engine reads it. */
function vocabularyOf({ templates, sequences }: Bundle): Record<string, string> {
  const { vocabulary } = sequences!.model
  const entries = templates.templates.map(({ id, text }): [number, string] => [vocabulary.indexOf(id), text])
  entries.push([0, '<PAD>'], [1, '<UNK>'])
  entries.sort(([a], [b]) => a - b)
  return Object.fromEntries(entries.map(([index, text]) => [String(index), text]))
}

function preprocessingParity(
  { masker, templates: known, sequences }: Bundle,
  {
    records,
    header,
    templates,
  }: {
    readonly records: readonly SampleRecord[]
    readonly header: LineHeader | null
    readonly templates: readonly LiteralTemplate[]
  },
): ConversionSummary['preprocessing'] {
  const { vocabulary } = sequences!.model
  const masked = records.map(({ message }) => masker.mask(message).masked)
  let [sameEvent, sameMessage] = [0, 0]
  records.forEach(({ raw, message }, i) => {
    const code = known.find(masked, i)
    const event = code < 0 ? 1 : vocabulary.indexOf(known.templates[code].id)
    if (matchLiteral(templates, message) === event) sameEvent++
    if (header && messageOfLine(raw, header) === message.trim()) sameMessage++
  })
  return {
    lines: records.length,
    sameEvent: sameEvent / records.length,
    sameMessage: header ? sameMessage / records.length : null,
  }
}
