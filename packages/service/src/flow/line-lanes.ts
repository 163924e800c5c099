/** How much may wait and run at a time. */
export interface LaneLimits {
  /** Bytes of lines that wait or are being judged, over all sources. */
  readonly mostBytes: number
  /** Sources that are judged at a time. */
  readonly concurrency: number
  /** Bytes that are judged in one go. */
  readonly mostBatchBytes: number
}

/** Lines that wait, or work that needs the source for itself. */
type Job = LinesJob | WorkJob

interface LinesJob {
  readonly kind: 'lines'
  readonly bytes: Uint8Array
  readonly position: unknown
  readonly settle: (error: unknown, findings: number) => void
}

interface WorkJob {
  readonly kind: 'work'
  readonly run: () => Promise<void>
}

interface Lane {
  readonly source: string
  readonly jobs: Job[]
  isBusy: boolean
}

/** Judges bytes of one source; the position belongs to their end. */
export type JudgeLines = (source: string, bytes: Uint8Array, position: unknown) => Promise<number>

/**
 * Orders work by source: jobs of one source run one after the other in the order they came, jobs of different sources
 * side by side. Lines that wait in a lane are judged in one go, so that many small batches cost no more than few big
 * ones. What waits is bounded in bytes: beyond it, callers wait.
 */
export class LineLanes {
  readonly #judge: JudgeLines
  readonly #limits: LaneLimits
  readonly #lanes = new Map<string, Lane>()
  readonly #ready: Lane[] = []
  /** Those who wait for room, the first first. */
  readonly #waiting: { readonly bytes: number; readonly enter: () => void }[] = []
  #bytes = 0
  #running = 0

  constructor(judge: JudgeLines, limits: LaneLimits) {
    this.#judge = judge
    this.#limits = limits
  }

  /** Bytes that wait or are being judged. */
  get bytes(): number {
    return this.#bytes
  }

  /** Sources with work. */
  get busySources(): number {
    return this.#lanes.size
  }

  /** Callers that wait for room. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** Whether lines of so many bytes would be taken at once. */
  hasRoom(bytes: number): boolean {
    return this.#waiting.length === 0 && (this.#bytes === 0 || this.#bytes + bytes <= this.#limits.mostBytes)
  }

  /** Adds lines of a source; waits for room. @returns findings of the batch they were judged with */
  async push(source: string, bytes: Uint8Array, position: unknown): Promise<number> {
    await this.#room(bytes.length)
    return new Promise((resolve, reject) => {
      const settle = (error: unknown, findings: number) => {
        this.#bytes -= bytes.length
        this.#admit()
        if (error === null) resolve(findings)
        else reject(error)
      }
      this.#add(source, { kind: 'lines', bytes, position, settle })
    })
  }

  /** Runs work while no line of the source is judged. */
  exclusive<T>(source: string, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#add(source, { kind: 'work', run: () => work().then(resolve, reject) })
    })
  }

  async #room(bytes: number): Promise<void> {
    if (this.hasRoom(bytes)) {
      this.#bytes += bytes
      return
    }
    await new Promise<void>((enter) => this.#waiting.push({ bytes, enter }))
  }

  /** Lets in those who wait, in their order. */
  #admit(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      if (this.#bytes > 0 && this.#bytes + first.bytes > this.#limits.mostBytes) return
      this.#waiting.shift()
      this.#bytes += first.bytes
      first.enter()
    }
  }

  #add(source: string, job: Job): void {
    let lane = this.#lanes.get(source)
    if (lane === undefined) this.#lanes.set(source, (lane = { source, jobs: [], isBusy: false }))
    lane.jobs.push(job)
    if (lane.jobs.length === 1 && !lane.isBusy) this.#ready.push(lane)
    this.#start()
  }

  #start(): void {
    while (this.#running < this.#limits.concurrency) {
      const lane = this.#ready.shift()
      if (lane === undefined) return
      this.#running++
      lane.isBusy = true
      void this.#runNext(lane).finally(() => {
        this.#running--
        lane.isBusy = false
        if (lane.jobs.length > 0) this.#ready.push(lane)
        else this.#lanes.delete(lane.source)
        this.#start()
      })
    }
  }

  async #runNext(lane: Lane): Promise<void> {
    const [first] = lane.jobs
    if (first.kind === 'work') {
      lane.jobs.shift()
      await first.run()
      return
    }
    const jobs = takeLines(lane.jobs, this.#limits.mostBatchBytes)
    const bytes = jobs.length === 1 ? jobs[0].bytes : Buffer.concat(jobs.map((job) => job.bytes))
    const { position } = jobs[jobs.length - 1]
    try {
      const findings = await this.#judge(lane.source, bytes, position)
      for (const job of jobs) job.settle(null, findings)
    } catch (error) {
      for (const job of jobs) job.settle(error ?? new Error('judging failed'), 0)
    }
  }
}

/** The lines at the front of a lane, at least one job and at most so many bytes. */
function takeLines(jobs: Job[], mostBytes: number): LinesJob[] {
  const taken: LinesJob[] = []
  let bytes = 0
  while (jobs.length > 0) {
    const [job] = jobs
    if (job.kind === 'work' || (taken.length > 0 && bytes + job.bytes.length > mostBytes)) break
    bytes += job.bytes.length
    taken.push(job)
    jobs.shift()
  }
  return taken
}
