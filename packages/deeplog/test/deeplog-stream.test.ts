import fc from 'fast-check'
import { seededRandom } from '@sp/engine'
import { Dictionary, DictionaryColumn } from '@sp/log-table'
import { scoreDeepLog } from '../src/deeplog-score.js'
import type { DeepLogModel } from '../src/deeplog-model.js'
import {
  DeepLogStream,
  type DeepLogStreamSnapshot,
  type JudgedSession,
  type StreamColumns,
} from '../src/deeplog-stream.js'
import { OpenDeepLog } from '../src/open-deeplog.js'
import { trainDeepLog } from '../src/train-deeplog.js'
import { indices, normalLists, sessionsOf, SMALL, VOCABULARY } from './make-sessions.js'

interface Row {
  readonly process: string
  readonly template: number
  readonly time: number
}

const EXPLODED = 99
/** Template codes are vocabulary indices less 2; one is unknown to the vocabulary. */
const OPTIONS = {
  timeoutMs: 60_000,
  eventOf: (template: number) => (template === EXPLODED ? 1 : template + 2),
  templateOf: (event: number) => event - 2,
  lineOf: ({ timestamp }: StreamColumns, { i }: { i: number }) => `line at ${timestamp[i]}`,
}
const LISTS = [
  ...normalLists(30, 7),
  indices('open', 'sync', 'read', 'write', 'close'),
  [...indices('open', 'read'), 1, ...indices('sync', 'close')],
  indices('open', 'read', 'retry', 'sync', 'close'),
]

/** Sessions that overlap in time, a new one every second. */
function rowsOf(lists: readonly (readonly number[])[]): Row[] {
  const random = seededRandom(11)
  const rows = lists.flatMap((list, s) => {
    let time = 1000 * s
    return list.map((event) => {
      time += 1 + random.integer(3000)
      return { process: `p${s}`, template: event === 1 ? EXPLODED : event - 2, time }
    })
  })
  return rows.sort((a, b) => a.time - b.time)
}

function batchOf(rows: readonly Row[], processes: Dictionary): StreamColumns {
  const one = new DictionaryColumn(['app.log'], new Int32Array(rows.length))
  return {
    rowCount: rows.length,
    source: one,
    lineNo: new Int32Array(rows.length),
    host: one,
    process: new DictionaryColumn(
      processes.values,
      Int32Array.from(rows, ({ process }) => processes.codeOf(process)),
    ),
    timestamp: Float64Array.from(rows, ({ time }) => time),
    template: Int32Array.from(rows, ({ template }) => template),
  }
}

describe('DeepLog over rows that come', () => {
  let model: DeepLogModel
  let opened: OpenDeepLog
  beforeAll(async () => {
    const training = trainDeepLog(sessionsOf(normalLists(300)), VOCABULARY, SMALL)
    for await (const _ of training) void _
    model = training.model
    opened = await OpenDeepLog.open(model)
  })
  afterAll(() => opened.dispose())

  async function streamed(rows: readonly Row[], sizes: readonly number[], stops: ReadonlySet<number> = new Set()) {
    const processes = new Dictionary()
    let stream = new DeepLogStream(opened, OPTIONS)
    const sessions: JudgedSession<string>[] = []
    const surprise: number[] = []
    for (let from = 0, turn = 0; from < rows.length; turn++) {
      const size = sizes[turn % sizes.length]
      const judged = await stream.push(batchOf(rows.slice(from, from + size), processes))
      sessions.push(...judged.sessions)
      surprise.push(...judged.surprise)
      from += size
      if (!stops.has(turn)) continue
      const saved = JSON.parse(JSON.stringify(stream.snapshot())) as DeepLogStreamSnapshot<string>
      stream = new DeepLogStream(opened, OPTIONS, saved)
    }
    sessions.push(...stream.flush())
    return { sessions, surprise }
  }

  test('judges sessions as they are judged whole', async () => {
    const { sessions } = await streamed(rowsOf(LISTS), [1000])
    const { fused } = await scoreDeepLog(model, sessionsOf(LISTS))
    for (const { key, score, isAnomaly } of sessions) {
      const s = Number(key.replace(/^.*p/, ''))
      expect(score).toBeCloseTo(fused.score[s], 3)
      expect(isAnomaly).toBe(fused.isAnomaly[s] === 1)
    }
    const strange = sessions.filter(({ isAnomaly }) => isAnomaly).map(({ key }) => key.replace(/^.*p/, ''))
    expect(strange.sort()).toEqual(['30', '31', '32'])
  })

  test('says what speaks against a session, and keeps the lines that show it', async () => {
    const { sessions } = await streamed(rowsOf(LISTS), [7])
    const [disordered, exploded] = ['p30', 'p31'].map((name) => sessions.find(({ key }) => key.endsWith(name))!)
    expect(disordered.against).toContain('surprise')
    const [sync, open, read, write] = indices('sync', 'open', 'read', 'write').map(OPTIONS.templateOf)
    const order = disordered.evidence.find((one) => one.kind === 'unexpected-order' && one.template === sync)
    expect(order).toMatchObject({ after: open, expected: expect.arrayContaining([read, write]) as number[] })
    expect(disordered.lines.size).toBeGreaterThan(1)
    expect(exploded.evidence).toContainEqual(expect.objectContaining({ kind: 'new-template', template: EXPLODED }))
    expect([...exploded.lines.keys()].every((row) => exploded.rows.includes(row))).toBe(true)
  })

  test('says the same however rows come and wherever it is saved', async () => {
    const rows = rowsOf(LISTS)
    const whole = await streamed(rows, [1000])
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(20), { maxLength: 5 }),
        async (sizes, stops) => {
          expect(await streamed(rows, sizes, new Set(stops))).toEqual(whole)
        },
      ),
      { numRuns: 25 },
    )
  })
})
