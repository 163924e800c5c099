import { workAhead } from '../src/work-ahead.js'

/** Turns of the event loop. */
async function after(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
}

describe('work that is begun ahead', () => {
  it('gives its results in order, done by others and by this thread', async () => {
    const places: Record<string, number[]> = { elsewhere: [], here: [] }
    let busy = 0
    function worker(name: string, turns: number) {
      return async (job: number) => {
        places[name].push(job)
        if (name === 'elsewhere') busy++
        await after(turns)
        if (name === 'elsewhere') busy--
        return job * 2
      }
    }
    const found: number[] = []
    const work = { count: 20, jobAt: (place: number) => place, free: () => 2 - busy, most: 6 }
    for await (const { job, result } of workAhead({
      ...work,
      elsewhere: worker('elsewhere', 5),
      here: worker('here', 1),
    })) {
      expect(result).toBe(job * 2)
      found.push(job)
    }
    expect(found).toEqual(Array.from({ length: 20 }, (_, place) => place))
    expect(Math.min(places.elsewhere.length, places.here.length)).toBeGreaterThan(2)
    expect([...places.elsewhere, ...places.here].sort((a, b) => a - b)).toEqual(found)
  })

  it('is done by this thread until others are ready', async () => {
    const here: number[] = []
    const elsewhere: number[] = []
    function doneBy(list: number[]) {
      return async (job: number) => list.push(job)
    }
    const work = { count: 6, jobAt: (place: number) => place, free: () => (here.length < 3 ? 0 : 1), most: 2 }
    for await (const { job } of workAhead({ ...work, elsewhere: doneBy(elsewhere), here: doneBy(here) })) {
      expect([...here, ...elsewhere]).toContain(job)
    }
    expect(here).toEqual([0, 1, 2])
    expect(elsewhere).toEqual([3, 4, 5])
  })

  it('is begun no farther ahead than asked while nobody takes the results', async () => {
    let begun = 0
    async function worked(job: number) {
      begun++
      return job
    }
    const work = { count: 50, jobAt: (place: number) => place, free: () => 9, most: 6 }
    const results = workAhead({ ...work, elsewhere: worked, here: worked })
    await results.next()
    await after(10)
    expect(begun).toBe(6)
    await results.return(undefined)
  })

  it('fails in the turn of the job that failed', async () => {
    async function worked(job: number) {
      if (job === 3) throw new Error('no such block')
      return job
    }
    const taken: number[] = []
    async function takeAll() {
      const work = { count: 9, jobAt: (place: number) => place, free: () => 1, most: 8 }
      for await (const { result } of workAhead({ ...work, elsewhere: worked, here: worked })) taken.push(result)
    }
    await expect(takeAll()).rejects.toThrow('no such block')
    expect(taken).toEqual([0, 1, 2])
  })
})
