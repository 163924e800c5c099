import fc from 'fast-check'
import { EvaluationError } from '../src/errors.js'
import { ANOMALY_KINDS } from '../src/synthetic/anomaly-scripts.js'
import { generateSyntheticLog, type SyntheticLogOptions } from '../src/synthetic/synthetic-log.js'

const START = Date.UTC(2026, 2, 2)

describe('a synthetic log', () => {
  it('has exactly the lines and incidents asked for, whatever the seed', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 8 }), (seed, count) => {
        const kinds = ANOMALY_KINDS.filter((kind) => kind !== 'slow' && kind !== 'correlated')
        const log = generateSyntheticLog({ seed, lines: 2000, startMs: START, anomalies: { count, kinds } })
        expect(log.lines).toHaveLength(2000)
        expect(log.labels.map((label) => label.id)).toEqual(Array.from({ length: count }, (_, i) => `i${i + 1}`))
        for (const label of log.labels) {
          expect(label.lastLine).toBeGreaterThanOrEqual(label.firstLine)
          if (label.kind !== 'missing')
            expect([label.lines[0], label.lines.at(-1)]).toEqual([label.firstLine, label.lastLine])
        }
        const written = log.labels.filter((label) => label.kind !== 'missing')
        for (const [i, label] of written.slice(1).entries())
          expect(label.firstLine).toBeGreaterThan(written[i].lastLine + 1)
      }),
      { numRuns: 12 },
    )
  })

  it('is the same for the same seed and another for another', () => {
    const options = { lines: 500, startMs: START }
    const first = generateSyntheticLog({ seed: 3, ...options })
    expect(generateSyntheticLog({ seed: 3, ...options })).toEqual(first)
    expect(generateSyntheticLog({ seed: 4, ...options }).lines).not.toEqual(first.lines)
  })

  it('begins with the same lines when it is longer', () => {
    const short = generateSyntheticLog({ seed: 3, lines: 300, startMs: START })
    const long = generateSyntheticLog({ seed: 3, lines: 3000, startMs: START })
    expect(long.lines.slice(0, 300)).toEqual(short.lines)
  })

  it('runs from its start time on, in the order of time, as BSD syslog', () => {
    const startMs = Date.UTC(2026, 11, 31, 13, 30)
    const { lines, meta } = generateSyntheticLog({ seed: 9, lines: 4000, startMs })
    const seconds = lines.map((line) => {
      const [, month, day, hour, minute, second] =
        /^(Dec|Jan) ([ \d]\d) (\d\d):(\d\d):(\d\d) [\w-]+ [\w.-]+(?:\[\d+\])?: /.exec(line)!
      return Date.UTC(month === 'Dec' ? 2026 : 2027, month === 'Dec' ? 11 : 0, +day, +hour, +minute, +second) / 1000
    })
    expect(seconds).toEqual([...seconds].sort((a, b) => a - b))
    expect(seconds[0]).toBe(Math.floor(meta.firstMs / 1000))
    expect(meta.firstMs).toBeGreaterThanOrEqual(startMs)
    expect(seconds.at(-1)).toBe(Math.floor(meta.lastMs / 1000))
  })

  it('opens and closes each ssh session, in this order', () => {
    const { lines } = generateSyntheticLog({ seed: 5, lines: 8000, startMs: START })
    const opened = lines.flatMap((line, i) => (line.includes('sshd:session): session opened') ? [i] : [])).slice(0, 20)
    expect(opened).toHaveLength(20)
    for (const at of opened) {
      const [, host, pid] = / ([\w-]+) sshd\[(\d+)\]/.exec(lines[at])!
      const story = lines
        .slice(Math.max(0, at - 200), at + 1200)
        .filter((line) => line.includes(` ${host} sshd[${pid}]`))
      const words = story.map(
        (line) => /Connection from|Accepted|session opened|Received disconnect|session closed/.exec(line)?.[0],
      )
      expect(words.filter((word) => word !== undefined).slice(0, 5)).toEqual([
        'Connection from',
        'Accepted',
        'session opened',
        'Received disconnect',
        'session closed',
      ])
    }
  })

  it('writes a heartbeat every minute, and none during a missing incident', () => {
    const { lines, labels } = generateSyntheticLog({
      seed: 6,
      lines: 3000,
      startMs: START,
      anomalies: { count: 2, kinds: ['missing'] },
    })
    const minutes = lines.flatMap((line) => /heartbeat (\d+):/.exec(line)?.[1] ?? []).map(Number)
    const gaps = minutes.slice(1).flatMap((minute, i) => (minute - minutes[i] > 1 ? [minute - minutes[i]] : []))
    expect(gaps).toHaveLength(2)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(25)
    for (const { firstLine, lastLine } of labels) {
      expect(lines.slice(firstLine, lastLine + 1).some((line) => line.includes('heartbeat'))).toBe(false)
    }
  })

  it('says of kernel lines how long the host is up, growing from start to start', () => {
    const { lines } = generateSyntheticLog({ seed: 5, lines: 8000, startMs: START, hosts: ['solo'] })
    const kernel = lines.filter((line) => line.includes(' kernel: '))
    const uptimes = kernel.map((line) => Number(/\[ *([\d.]+)\]/.exec(line)![1]))
    const drops = kernel.filter((_, i) => i > 0 && uptimes[i] < uptimes[i - 1])
    const starts = kernel.filter((line, i) => i > 0 && line.includes('Linux version'))
    expect(starts.length).toBeGreaterThanOrEqual(2)
    expect(drops).toEqual(starts)
  })

  it('labels exactly the lines that an incident wrote', () => {
    const { lines, labels } = generateSyntheticLog({
      seed: 8,
      lines: 4000,
      startMs: START,
      anomalies: { count: 3, kinds: ['attack'] },
    })
    const words =
      /Invalid user|rhost=|invalid user|SYN flooding|nf_conntrack|sudo:auth|incorrect password|NOT in sudoers/
    const written = lines.flatMap((line, i) => (words.test(line) ? [i] : []))
    expect(labels.flatMap((label) => label.lines)).toEqual(written)
  })

  it('has every kind equally often, and exactly the rate asked for', () => {
    const options = { seed: 1, lines: 10_000, startMs: START }
    const counted = generateSyntheticLog({ ...options, anomalies: { count: 2 * ANOMALY_KINDS.length } })
    expect(counted.labels.map((label) => label.kind).sort()).toEqual(
      ANOMALY_KINDS.flatMap((kind) => [kind, kind]).sort(),
    )
    for (const rate of [0.001, 0.02, 0.0531]) {
      const { meta, labels } = generateSyntheticLog({ ...options, anomalies: { rate } })
      expect(meta.labelledLines).toBe(Math.round(rate * 10_000))
      expect(labels.reduce((sum, { lines }) => sum + lines.length, 0)).toBe(meta.labelledLines)
    }
  })

  it('fits the defaults of the command line, whatever the seed', () => {
    for (let seed = 0; seed < 60; seed++) {
      const options = { seed, lines: 1000, startMs: START, hosts: ['test-host'] }
      const { meta } = generateSyntheticLog({ ...options, anomalies: { rate: 0.15 } })
      expect(meta.labelledLines).toBe(150)
    }
  })

  it.each<[string, Partial<SyntheticLogOptions>]>([
    ['bad-option: lines is 0', { lines: 0 }],
    ['bad-option: seed is 0.5', { seed: 0.5 }],
    ['bad-option: hosts is ["a b"]', { hosts: ['a b'] }],
    ['bad-option: anomalies.rate is 2', { anomalies: { rate: 2 } }],
    ['bad-option: anomalies.kinds is ["missing"]', { anomalies: { rate: 0.1, kinds: ['missing'] } }],
    ['too-few-lines: 4 incidents in 100 lines', { anomalies: { count: 4 } }],
  ])('refuses %s', (expected, options) => {
    let seen: unknown
    try {
      generateSyntheticLog({ seed: 1, lines: 100, startMs: START, ...options })
    } catch (error) {
      seen = error
    }
    expect(seen).toBeInstanceOf(EvaluationError)
    expect(`${(seen as EvaluationError).code}: ${(seen as EvaluationError).message}`.startsWith(expected)).toBe(true)
  })
})
