/** Sessions of one data set as its protocol divides them: what a detector may learn from, and what it is judged on. */
export interface LabelledSessions {
  readonly name: string
  /** Normal sessions, each the names of its events in order. */
  readonly train: readonly (readonly string[])[]
  readonly test: readonly (readonly string[])[]
  /** 1 where the test session of that index is abnormal. */
  readonly isAnomalous: Uint8Array
  /** Whether sessions are whole, from first to last event. */
  readonly closed: boolean
  /** Units of the full set that the test sessions were drawn from, where they are a sample of it. */
  readonly population: { readonly normal: number; readonly abnormal: number } | null
}

/** The events of a line of names between blanks. */
export function eventNames(text: string): string[] {
  return text.trim().split(/\s+/)
}

/** Lines of a text that hold something. */
export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '')
}
