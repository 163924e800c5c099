import type { PageWords } from '../../language/catalogue.js'

/** Where an incident lies in a source: index of the source, first and last line from 0. */
export type PagePlace = readonly [source: number, firstLine: number, lastLine: number]

/** What the script of the page knows of an incident. */
export interface PageIncident {
  readonly id: string
  readonly rank: number
  readonly severity: 'high' | 'medium' | 'low'
  readonly start: number | null
  readonly end: number | null
  /** Indices of `detectors`. */
  readonly detectors: readonly number[]
  readonly hosts: readonly string[]
  readonly places: readonly PagePlace[]
}

/** The scores of a source, or of all. */
export interface PageTimeline {
  /** Index of `sources`, `null` for all together. */
  readonly source: number | null
  readonly axis: 'time' | 'line'
  readonly width: number
  readonly starts: readonly number[]
  /** By detector, then by bin. */
  readonly strength: readonly (readonly number[])[]
  readonly flagged: readonly (readonly number[])[]
}

/** Templates along the log. */
export interface PageActivity {
  readonly axis: 'time' | 'line'
  readonly width: number
  readonly starts: readonly number[]
  readonly rows: readonly { readonly text: string; readonly counts: readonly number[]; readonly isNew: boolean }[]
}

/** Scores of a detector. */
export interface PageDistribution {
  readonly detector: string
  readonly threshold: number | null
  /** From, to, units. */
  readonly bins: readonly (readonly [number, number, number])[]
}

/** What the script of the page is given, as JSON in the page itself. */
export interface PageData {
  /** Of numbers and dates, such as `en-GB`. */
  readonly language: string
  readonly words: PageWords
  /** Names in order of their colours. */
  readonly detectors: readonly string[]
  readonly sources: readonly string[]
  readonly incidents: readonly PageIncident[]
  readonly timelines: readonly PageTimeline[]
  readonly activity: PageActivity
  readonly distributions: readonly PageDistribution[]
}
