/** Something worth a line in the log of whoever runs the service. */
export interface ServiceEvent {
  readonly level: 'info' | 'warn' | 'error'
  /** Stable name, such as `source-evicted`. */
  readonly code: string
  /** One sentence. Text of strangers in it is quoted as JSON. */
  readonly message: string
}

/** What a library does not take by itself: the clock, the process, a place to say something. */
export interface Surroundings {
  /** Milliseconds since 1970. */
  nowMs(): number
  /** Memory of the process in bytes, for the status and the metrics. */
  memoryBytes(): number
  /** Takes what is worth a line in a log. */
  tell(event: ServiceEvent): void
}

/** Text of strangers within a sentence: quoted, without controls, at most `most` characters. */
export function quoted(text: string, most = 120): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text
  return JSON.stringify(cut).replace(/[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, escaped)
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
