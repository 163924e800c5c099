/** A session that goes on. */
export interface OpenSession<Payload> {
  readonly key: string
  readonly number: number
  readonly templates: number[]
  readonly rows: number[]
  readonly times: number[]
  readonly payloads: Payload[]
  /** What the clock showed at its latest event, NaN where it showed nothing. */
  lastSeen: number
  /** Neighbours in the order of their latest events. */
  quieter: OpenSession<Payload> | null
  livelier: OpenSession<Payload> | null
}

/** The open sessions by key and in the order of their latest events; every step is O(1). */
export class OpenSessions<Payload> {
  readonly #byKey = new Map<string, OpenSession<Payload>>()
  #quietest: OpenSession<Payload> | null = null
  #liveliest: OpenSession<Payload> | null = null

  /** Open sessions. */
  get count(): number {
    return this.#byKey.size
  }

  /** The session whose latest event is the longest ago. */
  get quietest(): OpenSession<Payload> | null {
    return this.#quietest
  }

  /** The open session of a key. */
  get(key: string): OpenSession<Payload> | undefined {
    return this.#byKey.get(key)
  }

  /** Opens a session of a key that has none; it is the liveliest. */
  open(key: string, number: number): OpenSession<Payload> {
    const empty = { templates: [], rows: [], times: [], payloads: [] }
    const session = { key, number, ...empty, lastSeen: NaN, quieter: null, livelier: null }
    this.#byKey.set(key, session)
    this.#append(session)
    return session
  }

  /** Makes a session the liveliest. */
  touch(session: OpenSession<Payload>): void {
    if (session === this.#liveliest) return
    this.#unlink(session)
    this.#append(session)
  }

  /** Takes a session out. */
  take(session: OpenSession<Payload>): void {
    this.#unlink(session)
    this.#byKey.delete(session.key)
  }

  /** Takes out the session whose latest event is the longest ago; there must be one. */
  takeQuietest(): OpenSession<Payload> {
    const session = this.#quietest!
    this.take(session)
    return session
  }

  /** All of them. */
  quietestFirst(): OpenSession<Payload>[] {
    const sessions: OpenSession<Payload>[] = []
    for (let session = this.#quietest; session !== null; session = session.livelier) sessions.push(session)
    return sessions
  }

  #append(session: OpenSession<Payload>): void {
    session.quieter = this.#liveliest
    session.livelier = null
    if (this.#liveliest !== null) this.#liveliest.livelier = session
    else this.#quietest = session
    this.#liveliest = session
  }

  #unlink(session: OpenSession<Payload>): void {
    if (session.quieter !== null) session.quieter.livelier = session.livelier
    else this.#quietest = session.livelier
    if (session.livelier !== null) session.livelier.quieter = session.quieter
    else this.#liveliest = session.quieter
    session.quieter = session.livelier = null
  }
}
