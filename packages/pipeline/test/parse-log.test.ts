import { readFileSync } from 'node:fs'
import { Drain, NoveltyMiner } from '@sp/drain'
import { Masker } from '@sp/masking'
import type { ParsedLog } from '@sp/log-table'
import { type LogSegment, parseLog } from '../src/parse-log.js'
import { lineAt, sourceOf, temporaryFolder } from './temporary-folder.js'

const folder = temporaryFolder()
const lines = Array.from({ length: 200 }, (_, i) =>
  lineAt(i, i % 3 === 0 ? `job ${i} done` : `user u${i} from 10.0.0.${i}`),
)

async function rowsOf(segments: readonly LogSegment[], miner = Drain.create()) {
  const rows: unknown[] = []
  for await (const batch of parseLog(segments, { masker: Masker.create(), miner, reading: { batchRecords: 7 } })) {
    for (let row = 0; row < batch.rowCount; row++) rows.push(rowOf(batch, row))
  }
  return rows
}

function rowOf(batch: ParsedLog, row: number) {
  const { lineNo, byteOffset, timestamp, template } = batch
  return {
    lineNo: lineNo[row],
    byteOffset: byteOffset[row],
    timestamp: timestamp[row],
    template: template[row],
    host: batch.host.at(row),
    raw: batch.raw.at(row),
    masked: batch.masked.at(row),
    parameters: batch.parameters.at(row),
  }
}

test('a row keeps its place in the file, its raw line and what the masks hid', async () => {
  const source = await sourceOf(folder, 'rows.log', lines)
  const rows = (await rowsOf([{ source }])) as ReturnType<typeof rowOf>[]
  const bytes = readFileSync(source.name)
  expect(rows).toHaveLength(lines.length)
  for (const [i, row] of rows.entries()) {
    expect([row.lineNo, row.raw]).toEqual([i, lines[i]])
    expect(bytes.subarray(row.byteOffset, row.byteOffset + lines[i].length).toString()).toBe(lines[i])
  }
  expect(rows[1].masked).toBe('user u1 from <IP>')
  expect(rows[1].parameters).toEqual([{ type: 'IP', value: '10.0.0.1' }])
})

test('segments of a source give the rows of the whole', async () => {
  const source = await sourceOf(folder, 'parts.log', lines)
  const whole = await rowsOf([{ source }])
  const parts = await rowsOf([
    { source, toLine: 90 },
    { source, fromLine: 90 },
  ])
  expect(parts).toEqual(whole)
})

test('over frozen templates nothing is learned and new lines are grouped apart', async () => {
  const drain = Drain.create()
  await rowsOf([{ source: await sourceOf(folder, 'normal.log', lines) }], drain)
  const before = JSON.stringify(drain.snapshot())
  const miner = NoveltyMiner.over(drain)
  const strange = [lineAt(0, 'job 5 done'), lineAt(1, 'kernel panic now'), lineAt(2, 'kernel panic now')]
  const source = await sourceOf(folder, 'strange.log', strange)
  const rows = (await rowsOf([{ source }], miner as never)) as ReturnType<typeof rowOf>[]
  expect(JSON.stringify(drain.snapshot())).toBe(before)
  const ids = rows.map(({ template }) => miner.templates()[template].id)
  expect(ids[0]).not.toMatch(/^n/)
  expect(ids.slice(1)).toEqual(['n1', 'n1'])
})
