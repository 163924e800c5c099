import type { FeedSnapshot } from '@sp/log-reader'
import type { Finding } from '@sp/log-table'

/** How pushed lines are taken. */
export interface PushOptions {
  /** Name of the file or stream they come from, each judged by itself; default `-`. */
  readonly source?: string
  /** The present, in milliseconds since 1970, to infer missing years from when a source begins. */
  readonly nowMs?: number
}

/** What a detector has seen since it was opened, over all sources or of one. */
export interface DetectorStats {
  readonly sources: number
  readonly lines: number
  readonly bytes: number
  readonly records: number
  /** Records of templates that training did not know. */
  readonly unknown: number
  readonly windows: number
  readonly flaggedWindows: number
  readonly sessions: number
  readonly flaggedSessions: number
  /** Sessions that would be strange if their kind had not become normal by now. */
  readonly habitSessions: number
  readonly findings: number
}

/** The state of one source as plain JSON: with the same bundle another detector goes on from it. */
export interface SourceSnapshot {
  readonly format: 'sp-source-state'
  readonly version: 1
  /** Hash of the bundle that the state belongs to. */
  readonly bundle: string
  readonly source: string
  readonly feed: FeedSnapshot | null
  readonly stats: DetectorStats
  /** Of the detectors; its shape is theirs. */
  readonly state: unknown
}

/**
 * A detector that judges lines while they come. Lines of one source are judged in the order in which they are pushed;
 * sources do not depend on one another, and pushes of different sources may overlap.
 */
export interface StreamingDetector {
  /** Hash of the bundle in use. */
  readonly bundleHash: string
  /** Judges lines: a text of whole lines, lines without their ends, or bytes cut anywhere. */
  push(lines: string | readonly string[] | Uint8Array, options?: PushOptions): Promise<readonly Finding[]>
  /** Takes a record under way as whole, in one source or all: nothing more will be joined to it. Half a line waits on. */
  flush(source?: string): Promise<readonly Finding[]>
  /** A source has ended, or all: what is still open is judged, and its state is let go. */
  end(source?: string): Promise<readonly Finding[]>
  /** Names of the sources that have a state, the one pushed to longest ago first. */
  sources(): readonly string[]
  stats(source?: string): DetectorStats
  /** State of a source, after all that was pushed; `null` where it has none. */
  snapshot(source: string): Promise<SourceSnapshot | null>
  /** Takes over a source. @throws {PipelineError} `bad-state` when the state belongs to another bundle or version */
  restore(snapshot: SourceSnapshot): Promise<void>
  /**
   * Goes on with another bundle: lines pushed before are judged by the old one, later ones by the new one.
   * @returns what was still open with the old one
   */
  swap(bundlePath: string): Promise<readonly Finding[]>
  /** Frees networks; nothing can be pushed afterwards. */
  close(): Promise<void>
}
