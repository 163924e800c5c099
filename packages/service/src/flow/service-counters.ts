/** Upper ends of the latency classes, in seconds. */
export const LATENCY_BOUNDS: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
/** Upper ends of the score classes, −log10 of a probability. */
export const SCORE_BOUNDS: readonly number[] = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20]

/** Counts by class, as Prometheus takes them. Cheap to add to. */
export class Histogram {
  readonly counts: number[]
  sum = 0
  count = 0

  /** No counts yet; `bounds` are the upper ends of the classes, ascending. */
  constructor(readonly bounds: readonly number[]) {
    this.counts = bounds.map(() => 0)
  }

  /** Adds a value. */
  add(value: number): void {
    this.count++
    this.sum += value
    for (let i = this.bounds.length - 1; i >= 0 && value <= this.bounds[i]; i--) this.counts[i]++
  }

  /** Upper end of the class that holds a share of the values; `null` without values, infinite above the last class. */
  quantile(share: number): number | null {
    if (this.count === 0) return null
    const at = this.counts.findIndex((count) => count >= share * this.count)
    return at < 0 ? Infinity : this.bounds[at]
  }
}

/** What the service has counted since it was started. */
export class ServiceCounters {
  lines = 0
  bytes = 0
  findings = 0
  duplicateFindings = 0
  incidents = 0
  habitFindings = 0
  failedPushes = 0
  evictedSources = 0
  refusedStates = 0
  swaps = 0
  saves = 0
  failedSaves = 0
  /** Lines that could not be kept back and were lost, by cause. */
  readonly lostLines = { udp: 0, tooLong: 0 }
  readonly requests = new Map<string, number>()
  readonly refusals = { token: 0, rate: 0, overload: 0 }
  readonly pushSeconds = new Histogram(LATENCY_BOUNDS)
  readonly requestSeconds = new Histogram(LATENCY_BOUNDS)
  readonly scores = new Histogram(SCORE_BOUNDS)

  /** Lines that were judged, in milliseconds. */
  judged(lines: number, bytes: number, ms: number): void {
    this.lines += lines
    this.bytes += bytes
    this.pushSeconds.add(ms / 1000)
  }

  /** A request that was answered. */
  request(route: string, status: number, seconds: number): void {
    const key = `${route} ${status}`
    this.requests.set(key, (this.requests.get(key) ?? 0) + 1)
    this.requestSeconds.add(seconds)
  }
}
