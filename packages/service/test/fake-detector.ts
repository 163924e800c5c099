import { createHash } from 'node:crypto'
import type { Finding } from '@sp/log-table'
import type { DetectorStats, PushOptions, SourceSnapshot, StreamingDetector } from '@sp/pipeline'

/** Lines of a window. */
export const WINDOW = 50

interface FakeState {
  rest: string
  lines: number
  bytes: number
  windows: number
  findings: number
  /** Grows with every line so far: whoever lost, doubled or swapped one ends with another. */
  digest: number
  window: { text: string; byte: number }[]
}

/**
 * A detector for tests of all that lies around one: windows of 50 lines, strange where a line says STRANGE. Its findings
 * hold a digest of all lines of the source so far.
 */
export class FakeDetector implements StreamingDetector {
  bundleHash: string
  isClosed = false
  readonly #sources = new Map<string, FakeState>()
  readonly swaps: string[] = []

  constructor(bundleHash = 'fake-bundle') {
    this.bundleHash = bundleHash
  }

  async push(lines: string | readonly string[] | Uint8Array, { source = '-' }: PushOptions = {}): Promise<Finding[]> {
    const text =
      typeof lines === 'string'
        ? lines
        : lines instanceof Uint8Array
          ? Buffer.from(lines).toString('latin1')
          : lines.map((line) => line + '\n').join('')
    if (text.includes('BREAK THE DETECTOR')) throw new Error('the detector broke')
    const state = this.#sources.get(source) ?? freshState()
    this.#sources.delete(source)
    this.#sources.set(source, state)
    await Promise.resolve()
    const parts = (state.rest + text).split('\n')
    state.rest = parts.pop()!
    return parts.flatMap((line) => takeLine(source, state, line))
  }

  async flush(source?: string): Promise<Finding[]> {
    const names = source === undefined ? this.sources() : [source]
    return names.flatMap((name) => {
      const state = this.#sources.get(name)
      if (state === undefined || state.rest === '') return []
      const line = state.rest
      state.rest = ''
      return takeLine(name, state, line)
    })
  }

  async end(source?: string): Promise<Finding[]> {
    const names = source === undefined ? this.sources() : [source]
    const findings = await Promise.all(names.map(async (name) => [...(await this.flush(name)), ...this.#endNow(name)]))
    return findings.flat()
  }

  sources(): string[] {
    return [...this.#sources.keys()]
  }

  stats(source?: string): DetectorStats {
    const states = source === undefined ? [...this.#sources.values()] : [this.#sources.get(source) ?? freshState()]
    function sum(of: (state: FakeState) => number): number {
      return states.reduce((total, state) => total + of(state), 0)
    }
    return {
      sources: source === undefined ? this.#sources.size : 1,
      lines: sum((state) => state.lines),
      bytes: sum((state) => state.bytes),
      records: sum((state) => state.lines),
      unknown: sum((state) => state.findings),
      windows: sum((state) => state.windows),
      flaggedWindows: sum((state) => state.findings),
      sessions: 0,
      flaggedSessions: 0,
      habitSessions: 0,
      findings: sum((state) => state.findings),
    }
  }

  async snapshot(source: string): Promise<SourceSnapshot | null> {
    const state = this.#sources.get(source)
    if (state === undefined) return null
    const copy = JSON.parse(JSON.stringify(state)) as unknown
    return {
      format: 'sp-source-state',
      version: 1,
      bundle: this.bundleHash,
      source,
      feed: null,
      stats: this.stats(source),
      state: copy,
    }
  }

  async restore({ source, bundle, state }: SourceSnapshot): Promise<void> {
    if (bundle !== this.bundleHash) throw new Error(`the state is of bundle ${bundle}, this is ${this.bundleHash}`)
    this.#sources.set(source, JSON.parse(JSON.stringify(state)) as FakeState)
  }

  async swap(bundlePath: string): Promise<Finding[]> {
    if (bundlePath.includes('broken')) throw new Error('the bundle is damaged')
    this.swaps.push(bundlePath)
    this.bundleHash = createHash('sha256').update(bundlePath).digest('hex')
    return []
  }

  async close(): Promise<void> {
    this.isClosed = true
  }

  #endNow(source: string): Finding[] {
    const state = this.#sources.get(source)
    this.#sources.delete(source)
    return state === undefined || state.window.length === 0 ? [] : judge(source, state)
  }
}

function freshState(): FakeState {
  return { rest: '', lines: 0, bytes: 0, windows: 0, findings: 0, digest: 7, window: [] }
}

function takeLine(source: string, state: FakeState, line: string): Finding[] {
  state.window.push({
    text: line.includes('STRANGE') ? Buffer.from(line, 'latin1').toString('utf8') : '',
    byte: state.bytes,
  })
  state.lines++
  state.bytes += line.length + 1
  for (let i = 0; i < line.length; i += 7) state.digest = (Math.imul(state.digest, 31) + line.charCodeAt(i)) >>> 0
  return state.window.length < WINDOW ? [] : judge(source, state)
}

function judge(source: string, state: FakeState): Finding[] {
  const { window, lines } = state
  state.window = []
  state.windows++
  const firstLine = lines - window.length
  const at = window.findIndex(({ text }) => text !== '')
  if (at < 0) return []
  state.findings++
  const { text } = window[at]
  const place = [source, firstLine, window[0].byte]
  const template = {
    id: `t${createHash('sha256').update(text).digest('hex').slice(0, 12)}`,
    text: text.replace(/\d+/g, '<NUM>'),
  }
  const score = 3 + (state.digest % 1000) / 250
  return [
    {
      id: createHash('sha256').update(JSON.stringify(place)).digest('hex').slice(0, 16),
      unit: 'window',
      source,
      session: null,
      firstLine,
      lastLine: lines - 1,
      records: window.length,
      startTime: null,
      endTime: null,
      hosts: [],
      processes: [`digest-${state.digest}`],
      score,
      pValue: 10 ** -score,
      detectors: [{ name: 'windows', pValue: 10 ** -score }],
      evidence: [{ kind: 'new-template', template, surprise: score, count: 1, expected: 0 }],
      lines: [
        {
          role: 'evidence',
          evidence: 0,
          lineNo: firstLine + at,
          byteOffset: window[at].byte,
          time: null,
          severity: 3,
          text,
          cutCharacters: 0,
        },
      ],
    },
  ]
}
