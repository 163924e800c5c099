import { Detector } from '../detector/detector.js'
import type { Finding } from '@sp/log-table'
import type { Bundle } from '../bundle/bundle.js'
import type { RunControl } from '../progress.js'

/** What a run is measured with; libraries read neither clock nor memory by themselves. */
export interface Meters {
  /** Milliseconds, ascending. */
  readonly clock: () => number
  /** Bytes of memory that the process holds (resident set). */
  readonly memory: () => number
}

/** How a bundle does on lines that come little by little. */
export interface StreamMeasure {
  readonly findings: readonly Finding[]
  readonly lines: number
  /** Milliseconds for a batch of {@link BATCH_LINES} lines, the first ten batches aside. */
  readonly medianMs: number
  readonly p99Ms: number
  readonly linesPerSecond: number
  /** The most memory that the process held, in bytes. */
  readonly peakBytes: number
}

/** Lines a batch. */
export const BATCH_LINES = 100
/** Batches at the beginning that warm the machine up. */
const WARM_UP = 10

/** Pushes a text through a bundle, a hundred lines at a time. */
export async function measureStream(
  bundle: Bundle,
  { source, text, nowMs }: { readonly source: string; readonly text: string; readonly nowMs?: number },
  { clock, memory, signal, onProgress }: Meters & RunControl,
): Promise<StreamMeasure> {
  const lines = text.split('\n').slice(0, -1)
  const detector = await Detector.open(bundle)
  try {
    const [findings, durations]: [Finding[], number[]] = [[], []]
    let peakBytes = memory()
    for (let from = 0; from < lines.length; from += BATCH_LINES) {
      signal?.throwIfAborted()
      const begin = clock()
      findings.push(...(await detector.push(lines.slice(from, from + BATCH_LINES), { source, nowMs })))
      durations.push(clock() - begin)
      peakBytes = Math.max(peakBytes, memory())
      onProgress?.({ step: 'streaming', done: from, total: lines.length, unit: 'rows', records: from })
    }
    findings.push(...(await detector.end(source)))
    return { findings, lines: lines.length, ...timesOf(durations), peakBytes }
  } finally {
    await detector.close()
  }
}

function timesOf(durations: readonly number[]): Pick<StreamMeasure, 'medianMs' | 'p99Ms' | 'linesPerSecond'> {
  const warm = durations.length > 2 * WARM_UP ? durations.slice(WARM_UP) : durations
  const ascending = [...warm].sort((a, b) => a - b)
  const total = warm.reduce((sum, ms) => sum + ms, 0)
  function quantile(share: number): number {
    return ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))] ?? 0
  }
  const linesPerSecond = total > 0 ? (1000 * BATCH_LINES * warm.length) / total : 0
  return { medianMs: quantile(0.5), p99Ms: quantile(0.99), linesPerSecond }
}
