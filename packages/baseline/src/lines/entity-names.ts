import type { DictionaryColumn } from '@sp/log-table'

/** Host and program of a line. */
export interface Entity {
  /** `''` where the line names none. */
  readonly hostName: string
  /** Hashes of the host, of the program's name, and of both together: the same in every stream. */
  readonly host: number
  readonly program: number
  readonly process: number
}

/** Entities kept before they are made anew. */
const MOST_ENTITIES = 100_000

/** Finds host and program of a line by their codes; names are looked at once a combination. */
export class EntityNames {
  #hosts: readonly string[] = []
  #programs: readonly string[] = []
  /** By code of the host plus one, then of the program plus one. */
  #entities: Entity[][] = []
  #count = 0

  /** Codes are of these columns from here on. */
  use(host: DictionaryColumn, program: DictionaryColumn): void {
    const isKnown = host.values === this.#hosts && program.values === this.#programs
    if (isKnown && this.#count < MOST_ENTITIES) return
    this.#hosts = host.values
    this.#programs = program.values
    this.#entities = []
    this.#count = 0
  }

  /** Host and program of codes, −1 where there is none. */
  entityOf(host: number, program: number): Entity {
    return this.#entities[host + 1]?.[program + 1] ?? this.#make(host, program)
  }

  #make(host: number, program: number): Entity {
    const [hostName, programName] = [this.#hosts[host] ?? '', this.#programs[program] ?? '']
    const entity = {
      hostName,
      host: hashOfText(hostName, 0x811c9dc5),
      program: hashOfText(programName, 0x811c9dc5),
      // Begun elsewhere, so that a collision of the others is none here.
      process: hashOfText(`${hostName}\0${programName}`, 0x2f0b4f6d),
    }
    this.#entities[host + 1] ??= []
    this.#entities[host + 1][program + 1] = entity
    this.#count++
    return entity
  }
}

/** FNV-1a over UTF-16 code units. */
function hashOfText(text: string, start: number): number {
  let hash = start | 0
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}
