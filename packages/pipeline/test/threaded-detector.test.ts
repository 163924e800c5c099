import { jest } from '@jest/globals'
import type { Finding } from '@sp/log-table'
import { DetectorThread } from '../src/detector/detector-thread.js'
import { Detector } from '../src/detector/detector.js'
import type { StreamingDetector } from '../src/detector/detector-types.js'
import { ThreadedDetector } from '../src/detector/threaded-detector.js'
import type { PipelineError } from '../src/errors.js'
import { jobLines, trainSmall } from './small-bundle.js'
import { temporaryFolder } from './temporary-folder.js'

const [folder, otherFolder] = [temporaryFolder(), temporaryFolder()]
const SOURCES = ['web-1', 'web-2', 'db-1', 'db-2', 'mail']
let bundle: string
let next: string
beforeAll(async () => {
  bundle = await trainSmall(folder)
  next = await trainSmall(otherFolder, { seed: 7 })
}, 120_000)

/** Lines of a source with a strange part, in batches. */
function batchesOf(source: number): string[][] {
  const lines = jobLines(1000 * (source + 1), 1000 * (source + 1) + 60)
  lines.splice(
    80 + source,
    0,
    ...Array.from({ length: 6 }, (_, i) => lines[80].replace(/: .*/, `: disk sd${i} is gone`)),
  )
  return Array.from({ length: 9 }, (_, i) => lines.slice(40 * i, 40 * (i + 1)))
}

/** What is found in each source when the batches of all are pushed at once. */
async function pushAll(detector: StreamingDetector): Promise<Map<string, Finding[]>> {
  const found = await Promise.all(
    SOURCES.map(async (source, s) => {
      const pushes = batchesOf(s).map((batch) => detector.push(batch, { source, nowMs: 0 }))
      return [source, (await Promise.all(pushes)).flat()] as const
    }),
  )
  return new Map(found)
}

test('finds what a detector finds, whatever the number of threads', async () => {
  const single = await Detector.open(bundle)
  const expected = await pushAll(single)
  expect([...expected.values()].every((findings) => findings.length > 0)).toBe(true)
  const open = await single.end()
  for (const threads of [1, 3]) {
    const threaded = await ThreadedDetector.open(bundle, { threads })
    expect(threaded.bundleHash).toBe(single.bundleHash)
    expect(await pushAll(threaded)).toEqual(expected)
    expect(threaded.sources()).toEqual(SOURCES)
    expect(threaded.stats('db-1').lines).toBe(batchesOf(2).flat().length)
    expect(await threaded.end()).toEqual(open)
    expect(threaded.sources()).toEqual([])
    expect(threaded.stats()).toEqual(single.stats())
    await threaded.close()
  }
  await single.close()
}, 60_000)

test('finds the same when hardly any source is at work at a time', async () => {
  const single = await Detector.open(bundle)
  const threaded = await ThreadedDetector.open(bundle, { threads: 2, mostAtWork: 1 })
  // By turns, so that each source has rested before it goes on.
  for (let batch = 0; batch < 9; batch++) {
    for (const [s, source] of SOURCES.entries()) {
      const lines = batchesOf(s)[batch]
      expect(await threaded.push(lines, { source, nowMs: 0 })).toEqual(await single.push(lines, { source, nowMs: 0 }))
    }
  }
  for (const source of SOURCES) expect(await threaded.snapshot(source)).toEqual(await single.snapshot(source))
  expect(threaded.sources()).toEqual(SOURCES)
  expect(threaded.stats()).toEqual(single.stats())
  expect(await threaded.end()).toEqual(await single.end())
  expect(threaded.stats()).toEqual(single.stats())
  await Promise.all([threaded.close(), single.close()])
}, 60_000)

test('bytes that are pushed stay whose they are', async () => {
  const threaded = await ThreadedDetector.open(bundle, { threads: 1 })
  const memory = Buffer.from(`cut off\n${batchesOf(0)[0].join('\n')}\n`)
  const bytes = memory.subarray('cut off\n'.length)
  await threaded.push(bytes, { source: 'web-1' })
  expect(bytes.length).toBeGreaterThan(0)
  expect(threaded.stats('web-1').lines).toBe(40)
  await threaded.close()
})

test('a source goes on in a thread with the state it had elsewhere', async () => {
  const [before, after] = [batchesOf(0).slice(0, 2), batchesOf(0).slice(2)]
  const single = await Detector.open(bundle)
  const threaded = await ThreadedDetector.open(bundle, { threads: 2 })
  for (const batch of before) await single.push(batch, { source: 'web-1' })
  await threaded.restore((await single.snapshot('web-1'))!)
  expect(threaded.sources()).toEqual(['web-1'])
  for (const batch of after) {
    expect(await threaded.push(batch, { source: 'web-1' })).toEqual(await single.push(batch, { source: 'web-1' }))
  }
  expect(await threaded.snapshot('web-1')).toEqual(await single.snapshot('web-1'))
  expect(await threaded.snapshot('nobody')).toBeNull()
  await expect(threaded.restore({ ...(await single.snapshot('web-1'))!, bundle: 'another' })).rejects.toMatchObject({
    name: 'PipelineError',
    code: 'bad-state',
  })
  await threaded.close()
  await single.close()
}, 30_000)

test('another bundle takes over in all threads, or in none', async () => {
  const threaded = await ThreadedDetector.open(bundle, { threads: 2 })
  const before = threaded.bundleHash
  await expect(threaded.swap(`${bundle}-missing`)).rejects.toMatchObject({ code: 'bad-bundle' })
  expect(threaded.bundleHash).toBe(before)
  for (const source of SOURCES) await threaded.push(batchesOf(0)[0], { source })
  await threaded.swap(next)
  expect(threaded.sources()).toEqual(SOURCES)
  expect(threaded.bundleHash).not.toBe(before)
  for (const source of SOURCES) expect((await threaded.snapshot(source))!.bundle).toBe(threaded.bundleHash)
  await threaded.close()
}, 120_000)

test('another bundle judges sources at rest as those at work', async () => {
  async function pushThroughSwap(mostAtWork: number) {
    const threaded = await ThreadedDetector.open(bundle, { threads: 2, mostAtWork })
    const found: Finding[] = []
    async function pushBatch(batch: number) {
      for (const [s, source] of SOURCES.entries()) found.push(...(await threaded.push(batchesOf(s)[batch], { source })))
    }
    for (const batch of [0, 1, 2]) await pushBatch(batch)
    found.push(...(await threaded.swap(next)))
    const stats = SOURCES.map((source) => threaded.stats(source))
    for (const batch of [3, 4, 5]) await pushBatch(batch)
    found.push(...(await threaded.end()))
    await threaded.close()
    return { stats, ids: found.map(({ id }) => id).sort() }
  }
  const [resting, atWork] = [await pushThroughSwap(1), await pushThroughSwap(5)]
  expect(resting).toEqual(atWork)
  expect(atWork.ids.length).toBeGreaterThan(0)
}, 120_000)

test('a swap that a thread refuses changes nothing, also of sources at rest', async () => {
  const threaded = await ThreadedDetector.open(bundle, { threads: 2, mostAtWork: 1 })
  for (const [s, source] of SOURCES.entries()) await threaded.push(batchesOf(s)[0], { source })
  function states() {
    return Promise.all(SOURCES.map((source) => threaded.snapshot(source)))
  }
  const [before, hash] = [await states(), threaded.bundleHash]
  const ask = DetectorThread.prototype.ask
  const refusing = jest.spyOn(DetectorThread.prototype, 'ask').mockImplementation(function (
    this: DetectorThread,
    question,
    moved,
  ) {
    if (question.call !== 'prepare') return ask.call(this, question, moved)
    refusing.mockImplementation(ask)
    return Promise.reject(new Error('no memory'))
  })
  await expect(threaded.swap(next)).rejects.toThrow('no memory')
  refusing.mockRestore()
  expect(threaded.bundleHash).toBe(hash)
  expect(await states()).toEqual(before)
  await threaded.swap(next)
  expect(threaded.bundleHash).not.toBe(hash)
  await threaded.close()
}, 30_000)

test('sources that are only asked about rest again, and those that are pushed to stay', async () => {
  const threaded = await ThreadedDetector.open(bundle, { threads: 1, mostAtWork: 2 })
  for (const source of ['quiet-1', 'quiet-2', 'busy-1', 'busy-2']) await threaded.push(batchesOf(0)[0], { source })
  await threaded.flush('quiet-1')
  await threaded.flush('quiet-2')
  // In its turn, so after each has rested.
  await Promise.all(['quiet-1', 'quiet-2'].map((source) => threaded.snapshot(source)))
  const asked = jest.spyOn(DetectorThread.prototype, 'ask')
  for (const source of ['busy-1', 'busy-2']) await threaded.push(batchesOf(0)[1], { source })
  expect(asked.mock.calls.map(([{ call, packed }]) => [call, packed])).toEqual([
    ['push', undefined],
    ['push', undefined],
  ])
  asked.mockRestore()
  await threaded.close()
})

test('a state that is refused leaves no source', async () => {
  const threaded = await ThreadedDetector.open(bundle, { threads: 1 })
  await threaded.push(batchesOf(0)[0], { source: 'web-1' })
  const foreign = { ...(await threaded.snapshot('web-1'))!, source: 'ghost', bundle: 'another' }
  await expect(threaded.restore(foreign)).rejects.toMatchObject({ code: 'bad-state' })
  expect(await threaded.flush('nobody')).toEqual([])
  expect(threaded.sources()).toEqual(['web-1'])
  expect(threaded.stats().sources).toBe(1)
  await threaded.close()
})

test('sources at rest go on when a thread has ended', async () => {
  const [single, threaded] = [
    await Detector.open(bundle),
    await ThreadedDetector.open(bundle, { threads: 2, mostAtWork: 1 }),
  ]
  for (const [s, source] of SOURCES.entries()) {
    for (const detector of [single, threaded]) await detector.push(batchesOf(s)[0], { source, nowMs: 0 })
  }
  const endThread = jest.spyOn(DetectorThread.prototype, 'ask').mockImplementationOnce(async function (
    this: DetectorThread,
  ) {
    // The program of the thread fails on what cannot be sent back.
    return this.ask({ call: 'scan' as 'push', args: [[]], source: null })
  })
  await expect(threaded.push(batchesOf(0)[1], { source: SOURCES[0] })).rejects.toMatchObject({ code: 'thread-ended' })
  endThread.mockRestore()
  await threaded.lost
  for (const [s, source] of SOURCES.slice(0, 4).entries()) {
    const pushed = await threaded.push(batchesOf(s)[1], { source, nowMs: 0 })
    expect(pushed).toEqual(await single.push(batchesOf(s)[1], { source, nowMs: 0 }))
  }
  await Promise.all([threaded.close(), single.close()])
}, 30_000)

test('a thread that ends by itself is told, and nothing waits for it', async () => {
  const told: PipelineError[] = []
  const thread = await DetectorThread.start({ bundle, reading: undefined }, (error) => told.push(error))
  // What a scan gives cannot be sent to another thread: the program fails where nobody is told of it.
  const failing = thread.ask({ call: 'scan' as 'push', args: [[]], source: null })
  const waiting = thread.ask({ call: 'push', args: [batchesOf(0).flat()], source: '-' })
  await expect(failing).rejects.toMatchObject({ code: 'thread-ended' })
  await expect(waiting).rejects.toMatchObject({ code: 'thread-ended' })
  expect(told).toHaveLength(1)
  await expect(thread.ask({ call: 'push', args: ['a line'], source: '-' })).rejects.toBe(told[0])
  await thread.close()
})

test('a thread that is closed is no failure', async () => {
  const told: PipelineError[] = []
  const thread = await DetectorThread.start({ bundle, reading: undefined }, (error) => told.push(error))
  const waiting = thread.ask({ call: 'push', args: [batchesOf(0).flat()], source: '-' })
  await Promise.all([expect(waiting).rejects.toMatchObject({ code: 'thread-ended' }), thread.close()])
  expect(told).toEqual([])
})

test('what cannot be opened leaves no thread', async () => {
  await expect(ThreadedDetector.open(`${bundle}-missing`, { threads: 1 })).rejects.toMatchObject({ code: 'bad-bundle' })
  await expect(ThreadedDetector.open(bundle, { threads: 0.5 })).rejects.toMatchObject({ code: 'bad-options' })
  await expect(ThreadedDetector.open(bundle, { threads: 1, mostAtWork: 0 })).rejects.toMatchObject({
    code: 'bad-options',
  })
})
