import type { WindowVerdict } from '@sp/baseline'
import { streamSource, type Source } from '@sp/log-reader'
import type { Finding } from '@sp/log-table'
import type { Bundle } from '../bundle/bundle.js'
import { Detector, type DetectorOptions } from '../detector/detector.js'
import type { DetectorStats } from '../detector/detector-types.js'
import type { LogSegment } from '../parse-log.js'
import type { RunControl } from '../progress.js'
import { type PlantedKind, PLANTED_KINDS, plantIncidents, type PlantedLog } from './plant-incidents.js'
import { readSample } from './read-sample.js'
import { type LineSpan, toldIncidents } from './tells-incident.js'

/** A window of a judged log. */
export interface JudgedWindow extends LineSpan {
  readonly source: string
  /** −log10 of the smallest p-value of the detectors. */
  readonly score: number
  /** Share of normal windows that are at least as strange. */
  readonly pValue: number
  readonly isAnomaly: boolean
}

/** What a bundle says of a log. */
export interface BundleMeasure {
  readonly stats: DetectorStats
  readonly findings: readonly Finding[]
  readonly windows: readonly JudgedWindow[]
  /** Shares of the windows, sessions and records. */
  readonly flaggedWindows: number
  readonly flaggedSessions: number
  readonly unknown: number
}

/** How many planted incidents of a kind were found. */
export interface KindRecall {
  readonly kind: PlantedKind
  readonly planted: number
  readonly found: number
}

/** Judges logs with a bundle; `reading` says how they are to be read where the bundle cannot tell. */
export async function measureBundle(
  bundle: Bundle,
  sources: readonly (Source | LogSegment)[],
  { reading, ...control }: RunControl & Pick<DetectorOptions, 'reading'> = {},
): Promise<BundleMeasure> {
  const detector = await Detector.open(bundle, { reading })
  try {
    const findings: Finding[] = []
    const windows: JudgedWindow[] = []
    const scan = detector.scan(sources, {
      ...control,
      onBatch: (source, batch) => void windows.push(...batch.windows.map((verdict) => judgedWindow(source, verdict))),
    })
    for await (const finding of scan) findings.push(finding)
    const stats = detector.stats()
    return {
      stats,
      findings,
      windows,
      flaggedWindows: share(stats.flaggedWindows, stats.windows),
      flaggedSessions: share(stats.flaggedSessions, stats.sessions),
      unknown: share(stats.unknown, stats.records),
    }
  } finally {
    await detector.close()
  }
}

/** A text as a source that can be read once. */
export function textSource(name: string, text: string, modifiedMs: number | null = null): Source {
  return streamSource(name, oneChunk(text), { modifiedMs })
}

/** The sample of a bundle with incidents planted into it; `null` where the bundle has no sample, or one too short. */
export async function plantedSample(bundle: Bundle, seed: number): Promise<PlantedLog | null> {
  if (bundle.sample === null) return null
  const planted = plantIncidents(await readSample(bundle.sample, bundle.layouts), seed)
  return planted.incidents.length > 0 ? planted : null
}

/** By kind, how many incidents the findings tell. */
export function recallByKind({ incidents }: PlantedLog, findings: readonly Finding[]): KindRecall[] {
  return PLANTED_KINDS.map((kind) => {
    const own = incidents.filter((incident) => incident.kind === kind)
    return { kind, planted: own.length, found: toldIncidents(findings, own).filter((told) => told).length }
  })
}

function judgedWindow(source: string, { startLine, endLine, score, pValue, isAnomaly }: WindowVerdict): JudgedWindow {
  return { source, firstLine: startLine, lastLine: endLine, score, pValue, isAnomaly }
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}

async function* oneChunk(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
