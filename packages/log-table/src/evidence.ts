/** A template by its stable id and its text: how evidence names it outside the run that scored. */
export interface NamedTemplate {
  readonly id: string
  readonly text: string
}

interface About<T> {
  /** The template it speaks of. */
  readonly template: T
  /** Strength, −log10 of a probability or comparable to one; 0 or more, unbounded. */
  readonly surprise: number
}

interface AtRow<T> extends About<T> {
  /** Number of the row that shows it, counted from 0 within its source. */
  readonly row: number
}

/**
 * A count of a template in a window of rows.
 * - `new-template`: the template never occurred in the normal data
 * - `more-frequent` / `less-frequent`: it occurred far more or less often than the past lets expect
 */
export interface CountEvidence<T = number> extends About<T> {
  readonly kind: 'new-template' | 'more-frequent' | 'less-frequent'
  /** Occurrences in the scored unit. */
  readonly count: number
  /** Occurrences that the past lets expect in a unit of this size; 0 for a new template. */
  readonly expected: number
  /** Of a new template: the known one most like it; absent where nobody looked or nothing is alike. */
  readonly nearest?: T
}

/** A line that does not follow from those before it in its process, program or session. */
export interface OrderEvidence<T = number> extends AtRow<T> {
  readonly kind: 'unexpected-order'
  /** What came before it; `null` at the beginning. */
  readonly after: T | null
  /** What usually comes there, likeliest first; may be empty. */
  readonly expected: readonly T[]
  /** Of this template there, 0..1. */
  readonly probability: number
}

/** A step that did not come: `template` is what is missing after `after`. */
export interface MissingStepEvidence<T = number> extends AtRow<T> {
  readonly kind: 'missing-step'
  readonly after: T
  /** The longest that it normally takes, in milliseconds. */
  readonly usualMs: number
}

/** A line that came later after the one before it than it ever does. */
export interface LateEvidence<T = number> extends AtRow<T> {
  readonly kind: 'late'
  readonly after: T
  /** Milliseconds that passed, and within which it usually comes. */
  readonly gapMs: number
  readonly usualMs: number
}

/** A number outside the range it normally has. */
export interface ValueEvidence<T = number> extends AtRow<T> {
  readonly kind: 'value'
  /** Which of the line's masked parameters, from 0; what a template leaves open as `<*>` is not counted. */
  readonly position: number
  /** How many the line has: where that is not as many as its template shows, the place is not known by its number. */
  readonly parameters?: number
  readonly value: number
  readonly low: number
  readonly high: number
}

/** More lines of a template from one host in a short time than ever in normal logs. */
export interface BurstEvidence<T = number> extends AtRow<T> {
  readonly kind: 'burst'
  readonly host: string
  /** Lines within the time, and the most that normal logs hold. */
  readonly count: number
  readonly most: number
  readonly withinMs: number
}

/** A regular line that has stopped to come. */
export interface SilenceEvidence<T = number> extends AtRow<T> {
  readonly kind: 'silence'
  readonly host: string
  /** Milliseconds without it, and the longest pause in normal logs. */
  readonly silentMs: number
  readonly longestMs: number
}

/** The same line on more hosts at once than ever in normal logs. */
export interface SpreadEvidence<T = number> extends AtRow<T> {
  readonly kind: 'spread'
  readonly hosts: number
  readonly most: number
}

/** A session with fewer or more events than any normal one. */
export interface LengthEvidence {
  readonly kind: 'session-length'
  readonly events: number
  readonly shortest: number
  readonly longest: number
  readonly surprise: number
}

/** How the event counts of a session differ from those of the normal session most like it. */
export interface SessionCountsEvidence<T = number> {
  readonly kind: 'session-counts'
  /** Largest differences first. */
  readonly differences: readonly { readonly template: T; readonly count: number; readonly usual: number }[]
  readonly surprise: number
}

/** A session that ended where normal ones go on; `template` is its last. */
export interface SessionEndEvidence<T = number> extends AtRow<T> {
  readonly kind: 'session-end'
  /** Of an end there, 0..1. */
  readonly probability: number
}

/**
 * Sessions of a kind that training hardly held have come to stay: a new normal, told once. `template` is the event that
 * these sessions hold, or lack, more clearly than those of training.
 */
export interface HabitEvidence<T = number> {
  readonly kind: 'new-habit'
  readonly template: T
  /** Sessions of the kind so far, and their share of all since it began, 0..1. */
  readonly sessions: number
  readonly share: number
  /** What they hold more or less often, most changed first: shares of sessions in training and of the kind. */
  readonly differences: readonly { readonly template: T; readonly before: number; readonly after: number }[]
  readonly surprise: number
}

/** A series of counts that left its relation to its own past or to the other series. */
export interface SeriesEvidence<T = number> {
  readonly kind: 'series'
  /** `null` for a series that stands for several templates. */
  readonly template: T | null
  /** Name of the series: the template's id, `other` or `unknown`. */
  readonly series: string
  readonly direction: 'up' | 'down'
  /** Standard deviations of held-out normal data. */
  readonly deviation: number
  readonly surprise: number
}

/**
 * One piece of evidence behind a score, ready to be put into a sentence by a report.
 * `T` is how templates are named: by code while scoring, as {@link NamedTemplate} in a {@link Finding}.
 */
export type Evidence<T = number> =
  | CountEvidence<T>
  | OrderEvidence<T>
  | MissingStepEvidence<T>
  | LateEvidence<T>
  | ValueEvidence<T>
  | BurstEvidence<T>
  | SilenceEvidence<T>
  | SpreadEvidence<T>
  | LengthEvidence
  | SessionCountsEvidence<T>
  | SessionEndEvidence<T>
  | HabitEvidence<T>
  | SeriesEvidence<T>
