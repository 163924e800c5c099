import type { Evidence, NamedTemplate } from './evidence.js'

/** A line shown with a finding. */
export interface FindingLine {
  readonly role: 'evidence' | 'context'
  /** Index of the evidence it shows; `null` for context. */
  readonly evidence: number | null
  /** Number of its first physical line within its source, from 0. */
  readonly lineNo: number
  /** Offset of its first byte within the (decompressed) source. */
  readonly byteOffset: number
  /** Milliseconds since 1970, `null` where the line has no time. */
  readonly time: number | null
  /** Syslog severity 0 (emergency) … 7 (debug); −1 where the line names none. */
  readonly severity: number
  /** The raw record, its lines joined by `\n`, cut to a length that a report can show. */
  readonly text: string
  /** Characters left out at its end. */
  readonly cutCharacters: number
}

/**
 * Something strange in a log: a window of rows or a session that scored above the calibrated threshold, with the reason
 * and the raw lines. What a detector gives out, in batches and in streams alike; a line of `findings.ndjson`.
 */
export interface Finding {
  /** 16 hex digits that follow from the place alone: the same log gives the same ids. */
  readonly id: string
  readonly unit: 'window' | 'session'
  /** Name of the file or stream, as the user gave it. */
  readonly source: string
  /** Key of the session (a block, a container, a process); `null` for a window. */
  readonly session: string | null
  /** First and last physical line, from 0, within the source. */
  readonly firstLine: number
  readonly lastLine: number
  /** Records of the window or session. */
  readonly records: number
  /** Milliseconds since 1970, `null` where no record has a time. */
  readonly startTime: number | null
  readonly endTime: number | null
  /** Hosts and programs of the lines shown as evidence, most frequent first, at most five each. */
  readonly hosts: readonly string[]
  readonly processes: readonly string[]
  /** −log10 of the smallest p-value of the detectors; higher is stranger. */
  readonly score: number
  /** Share of held-out normal units that score at least as high, above 0 and at most 1. */
  readonly pValue: number
  /** The detectors that spoke, each with its own p-value, rarest first. */
  readonly detectors: readonly { readonly name: string; readonly pValue: number }[]
  /** Strongest first. */
  readonly evidence: readonly Evidence<NamedTemplate>[]
  /** In the order of the log. */
  readonly lines: readonly FindingLine[]
}
