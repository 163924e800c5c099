/** Jobs, and who does them. */
export interface WorkAhead<Job, Result> {
  readonly count: number
  /** The job of a place in the order; asked for when it is begun. */
  readonly jobAt: (place: number) => Job
  /** Does a job elsewhere, in a thread. */
  readonly elsewhere: (job: Job) => Promise<Result>
  /** Does a job in this thread. */
  readonly here: (job: Job) => Promise<Result>
  /** Jobs that are given to others at a time, 1 or more; as many again may be done here. */
  readonly ahead: number
}

interface Begun<Job, Result> {
  readonly job: Job
  readonly result: Promise<Result>
  readonly isHere: boolean
  isDone: boolean
}

/**
 * The results of jobs in the order of the jobs, which are begun ahead of it. This thread does jobs as well while the next
 * result is not there yet: one that only waited would take the place of one that works, where there are as many threads
 * as processors. Memory: the results of `2 * ahead` jobs.
 * @throws what a job throws, in its turn
 */
export async function* workAhead<Job, Result>(
  work: WorkAhead<Job, Result>,
): AsyncGenerator<{ readonly job: Job; readonly result: Result }> {
  const { count, ahead } = work
  const begun: Begun<Job, Result>[] = []
  let next = 0
  function canBegin(isHere: boolean): boolean {
    return next < count && begun.filter((one) => one.isHere === isHere).length < ahead
  }
  function begin(isHere: boolean): Promise<void> {
    const job = work.jobAt(next++)
    const result = isHere ? work.here(job) : work.elsewhere(job)
    const one = { job, result, isHere, isDone: false }
    begun.push(one)
    // Whoever waits for the result learns of a failure; until then it must not count as unhandled.
    return result.then(done, done)
    function done() {
      one.isDone = true
    }
  }
  try {
    while (next < count || begun.length > 0) {
      while (canBegin(false)) void begin(false)
      while (!begun[0].isDone && canBegin(true)) await begin(true)
      const result = await begun[0].result
      const { job } = begun.shift()!
      yield { job, result }
    }
  } finally {
    await Promise.allSettled(begun.map(({ result }) => result))
  }
}
