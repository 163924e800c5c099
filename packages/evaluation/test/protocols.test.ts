import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findLeakage, isChronological } from '../src/protocols/leakage.js'
import { openSessionProtocol } from '../src/protocols/session-protocols.js'

const SP_DATA = process.env.SP_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'protocols-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

test('hdfs: training lines and labelled test sessions, to be weighted like the full set', async () => {
  const folder = folderWith({
    'hdfs_sessions/hdfs_train': '5 5 22 \n22 5\n',
    'hdfs_sessions/dev_sessions.csv': 'block_id,label,sequence\nblk_1,0,5 5 22\nblk_2,1,5 9\n',
  })
  const set = await openSessionProtocol('hdfs', folder)
  expect(set.train).toEqual([
    ['5', '5', '22'],
    ['22', '5'],
  ])
  expect(set.test).toEqual([
    ['5', '5', '22'],
    ['5', '9'],
  ])
  expect([...set.isAnomalous]).toEqual([0, 1])
  expect(set.population).toEqual({ normal: 553_366, abnormal: 16_838 })
  expect(findLeakage(set)).toEqual({ normalSeen: 1, abnormalSeen: 0, contradictions: 0 })
})

test('bgl: learns from the normal windows of the first half of one file, judges the second', async () => {
  const folder = folderWith({ 'bgl_windows/chronological_test.csv': '1 1 ,0\n2 2 ,1\n1 2 ,0\n3 3 ,1\n' })
  const set = await openSessionProtocol('bgl', folder)
  expect(set.train).toEqual([['1', '1']])
  expect(set.test).toEqual([
    ['1', '2'],
    ['3', '3'],
  ])
  expect([...set.isAnomalous]).toEqual([0, 1])
})

test('a set that is not there is an error that names the file', async () => {
  await expect(openSessionProtocol('hadoop', '/nowhere')).rejects.toMatchObject({ code: 'no-data' })
})

test('leakage names abnormal test sessions that training calls normal', () => {
  const set = { name: 'x', train: [['a']], test: [['a'], ['a'], ['b']], closed: true, population: null }
  expect(findLeakage({ ...set, isAnomalous: Uint8Array.from([1, 1, 0]) })).toEqual({
    normalSeen: 0,
    abnormalSeen: 1,
    contradictions: 1,
  })
})

test('a division is chronological when no training unit ends after a test unit begins', () => {
  expect(isChronological([1, NaN, 5], [5, 9])).toBe(true)
  expect(isChronological([1, 6], [5, 9])).toBe(false)
})

const withData = existsSync(join(SP_DATA, 'hdfs_sessions')) ? test : test.skip
if (withData === test.skip) console.warn(`skipped: no data sets in ${SP_DATA}`)

withData('hdfs as published: 4,855 sessions to learn from, 8,625 normal and 8,436 abnormal to judge', async () => {
  const { train, isAnomalous } = await openSessionProtocol('hdfs', SP_DATA)
  expect([train.length, isAnomalous.length, isAnomalous.reduce((a, b) => a + b, 0)]).toEqual([4855, 17_061, 8436])
})
