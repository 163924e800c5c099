import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Finding } from '@sp/log-table'
import type { DetectorStats, SourceSnapshot } from './detector-types.js'

/** What a source that is under way goes on with, by the same bundle or, where `state` is `null`, by any. */
export type SourceState = Pick<SourceSnapshot, 'feed' | 'stats' | 'state'>

/** What was open of a source, judged, and its state from there on. */
export interface EndedJudging {
  readonly findings: readonly Finding[]
  readonly stats: DetectorStats
  readonly packed: Uint8Array
}

/** The least: states repeat themselves, and each is packed about as often as its source is pushed to. */
const LEVEL = 1

/** The state as bytes, a tenth of the memory that it takes at work, in memory of their own. */
export function packState(state: SourceState): Uint8Array {
  return Uint8Array.from(deflateRawSync(JSON.stringify(state), { level: LEVEL }))
}

/** The state that was packed. */
export function unpackState(packed: Uint8Array): SourceState {
  return JSON.parse(inflateRawSync(packed).toString()) as SourceState
}

/** The state as it is kept outside: with whose it is, and of which bundle. */
export function snapshotOf(source: string, bundle: string, { feed, stats, state }: SourceState): SourceSnapshot {
  return { format: 'sp-source-state', version: 1, bundle, source, feed, stats, state }
}
