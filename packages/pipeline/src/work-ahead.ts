/** Jobs, and who does them. */
export interface WorkAhead<Job, Result> {
  readonly count: number
  /** The job of a place in the order; asked for when it is begun. */
  readonly jobAt: (place: number) => Job
  /** How many jobs others would take at this moment; 0 while they are not ready. */
  readonly free: () => number
  /** Does a job elsewhere, in a thread. */
  readonly elsewhere: (job: Job) => Promise<Result>
  /** Does a job in this thread. */
  readonly here: (job: Job) => Promise<Result>
  /** Jobs begun of which nobody has taken the result yet, at most; 1 or more. */
  readonly most: number
}

interface Begun<Job, Result> {
  readonly job: Job
  readonly result: Promise<Result>
  isDone: boolean
}

/**
 * The results of jobs in the order of the jobs, which are begun ahead of it. This thread does jobs as well while the next
 * result is not there yet: one that only waited would take the place of one that works, where there are as many threads
 * as processors. Others get jobs once they are ready, so nothing waits for them to start. Memory: the results of `most` jobs.
 * @throws what a job throws, in its turn
 */
export async function* workAhead<Job, Result>(
  work: WorkAhead<Job, Result>,
): AsyncGenerator<{ readonly job: Job; readonly result: Result }> {
  const begun: Begun<Job, Result>[] = []
  let next = 0
  function canBegin(): boolean {
    return next < work.count && begun.length < work.most
  }
  function begin(perform: (job: Job) => Promise<Result>): Promise<void> {
    const job = work.jobAt(next++)
    const one = { job, result: perform(job), isDone: false }
    begun.push(one)
    // Whoever waits for the result learns of a failure; until then it must not count as unhandled.
    return one.result.then(done, done)
    function done() {
      one.isDone = true
    }
  }
  try {
    while (next < work.count || begun.length > 0) {
      while (canBegin() && work.free() > 0) void begin(work.elsewhere)
      const isNextDone = begun.length > 0 && begun[0].isDone
      if (canBegin() && !isNextDone) {
        await begin(work.here)
        continue
      }
      const result = await begun[0].result
      const { job } = begun.shift()!
      yield { job, result }
    }
  } finally {
    await Promise.allSettled(begun.map(({ result }) => result))
  }
}
