import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Vocabulary } from '@sp/builders'
import { readSequences, sessionsOfTable, writeSequences, type SequenceTable } from '../src/deeplog/sequence-table.js'
import { readVocabulary, vocabularyText } from '../src/deeplog/vocabulary-file.js'

const folder = mkdtempSync(join(tmpdir(), 'deeplog-files-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

test('a vocabulary read back is the same, whatever its names look like', async () => {
  // Names that are numbers: a JSON object would give them in another order.
  const vocabulary = Vocabulary.from(['10', '9', 't00ff', 'constructor'])
  const read = await readVocabulary(file('vocab.json', vocabularyText(vocabulary)))
  expect(read.toJSON()).toEqual(vocabulary.toJSON())
})

test.each([
  ['whose 0 is a template', '{"t1":0,"t2":1}', 'no vocabulary of ours'],
  ['with a gap', '{"<PAD>":0,"<UNK>":1,"t1":3}', 'no vocabulary of ours'],
  ['that is no object', 'null', 'no vocabulary of ours'],
  ['that is no JSON', '{', 'cannot read the vocabulary'],
])('a vocabulary %s is refused', async (_, text, message) => {
  await expect(readVocabulary(file('bad.json', text))).rejects.toThrow(message)
})

const table: SequenceTable = {
  count: 4,
  lineNo: Int32Array.of(0, 1, 1, 2),
  timestamp: Float64Array.of(1000, NaN, NaN, 2000),
  host: ['a', null, null, 'a'],
  templateIndex: Int32Array.of(2, 3, 3, 1),
  source: ['x', 'x', 'x', 'x'],
  process: [null, null, null, null],
  row: Int32Array.of(0, 1, 1, 2),
  session: Int32Array.of(1, 0, 1, -1),
  sessionKey: ['blk_2', 'blk_1', 'blk_2', null],
  templateId: ['t2', 't3', 't3', null],
  template: ['two', 'three', 'three', null],
}

test('sequences read back are the same', async () => {
  const path = join(folder, 'sequences.parquet')
  await writeSequences(path, table)
  expect(await readSequences(path)).toEqual(table)
})

test('rows are gathered by session, in the order of the log', () => {
  const { sessions, places } = sessionsOfTable(table, (place) => table.templateIndex[place])
  expect([...places]).toEqual([1, 0, 2])
  expect(sessions.keys).toEqual(['blk_1', 'blk_2'])
  expect([...sessions.offsets]).toEqual([0, 1, 3])
  expect([...sessions.events]).toEqual([3, 2, 3])
})
