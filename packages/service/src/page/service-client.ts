import type { Incident, IncidentPage, SourcePage, Status, TemplatePage } from './answers.js'
import type { Language } from './words.js'

/** The service wants a token, or another one. */
export class NeedsToken extends Error {}

const TOKEN_KEY = 'sp-token'

/** Asks the service that the page came from. */
export class ServiceClient {
  #token = takeToken()

  /** Whether there is a token to try. */
  get hasToken(): boolean {
    return this.#token !== ''
  }

  /** Takes a token until the tab is closed. */
  useToken(token: string): void {
    this.#token = token.trim()
    sessionStorage.setItem(TOKEN_KEY, this.#token)
  }

  /** The state of the service. */
  status(): Promise<Status> {
    return this.#get('/v1/status')
  }

  /** A page of incidents. */
  incidents(language: Language, before: number | null): Promise<IncidentPage> {
    return this.#get(`/v1/incidents?${query({ language, limit: 50, before })}`)
  }

  /** One incident. */
  incident(id: string, language: Language): Promise<Incident> {
    return this.#get(`/v1/incidents/${encodeURIComponent(id)}?${query({ language })}`)
  }

  /** The first sources that fit. */
  sources(search: string, offset: number): Promise<SourcePage> {
    return this.#get(`/v1/sources?${query({ search: search || null, offset, limit: 100 })}`)
  }

  /** The first templates that fit. */
  templates(search: string, offset: number): Promise<TemplatePage> {
    return this.#get(`/v1/templates?${query({ search: search || null, offset, limit: 100 })}`)
  }

  /** Reads findings as they come, until the connection ends. `EventSource` can send no token, so this reads them itself. */
  async listen(lastId: string | null, take: (id: string, incident: string) => void, open: () => void): Promise<void> {
    const headers: Record<string, string> = {
      ...this.#headers(),
      ...(lastId === null ? {} : { 'last-event-id': lastId }),
    }
    const response = await fetch('/v1/findings', { headers })
    if (!response.ok) throw refusal(response)
    open()
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    for (let rest = ''; ;) {
      const { value, done } = await reader.read()
      if (done) return
      const blocks = (rest + value).split('\n\n')
      rest = blocks.pop()!
      for (const block of blocks) takeBlock(block, take)
    }
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(path, { headers: this.#headers() })
    if (!response.ok) throw refusal(response)
    return (await response.json()) as T
  }

  #headers(): Record<string, string> {
    return this.#token === '' ? {} : { authorization: `Bearer ${this.#token}` }
  }
}

function takeBlock(block: string, take: (id: string, incident: string) => void): void {
  const fields = new Map(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  )
  if (fields.get('event') !== 'finding') return
  const { incident } = JSON.parse(fields.get('data') ?? '{}') as { incident?: string }
  take(fields.get('id') ?? '', incident ?? '')
}

function refusal(response: Response): Error {
  return response.status === 401 ? new NeedsToken() : new Error(String(response.status))
}

/** From the address (`#token=…`, which no server sees), which then forgets it, or from before. */
function takeToken(): string {
  const inAddress = /^#token=(.+)$/.exec(location.hash)?.[1]
  if (inAddress === undefined) return sessionStorage.getItem(TOKEN_KEY) ?? ''
  history.replaceState(null, '', location.pathname)
  const token = decodeURIComponent(inAddress)
  sessionStorage.setItem(TOKEN_KEY, token)
  return token
}

function query(values: Readonly<Record<string, string | number | null>>): string {
  const pairs = Object.entries(values).flatMap(([key, value]) => (value === null ? [] : [[key, String(value)]]))
  return new URLSearchParams(pairs).toString()
}
