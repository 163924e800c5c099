import { jest } from '@jest/globals'
import { chmod, mkdir, mkdtemp, open, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AtomicFile, writeFileAtomically } from '../src/atomic-file.js'
import { ParsedLogWriter } from '../src/parsed-log-writer.js'
import { writeTable } from '../src/table-file.js'
import { batchOf, exampleRow } from './example-rows.js'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'log-table-'))))
afterEach(async () => {
  await chmod(folder, 0o755)
  await rm(folder, { recursive: true })
})

const templates = [{ id: '1', text: 'x', count: 1 }]

test('a file is replaced by its new content, text as UTF-8 and bytes as they are', async () => {
  const path = join(folder, 'a.json')
  await writeFileAtomically(path, 'größer 🙂')
  expect(await readFile(path, 'utf8')).toBe('größer 🙂')
  await writeFileAtomically(path, Uint8Array.of(1, 2))
  expect([...(await readFile(path))]).toEqual([1, 2])
  expect(await readdir(folder)).toEqual(['a.json'])
})

test('the old content stays until the new one is whole, and discarding leaves it', async () => {
  const path = join(folder, 'a.txt')
  await writeFile(path, 'old')
  const file = await AtomicFile.create(path)
  await file.append(Buffer.from('new'))
  expect(await readFile(path, 'utf8')).toBe('old')
  await file.discard()
  await file.discard()
  expect(await readdir(folder)).toEqual(['a.txt'])
  expect(await readFile(path, 'utf8')).toBe('old')
})

test('two writers of one file do not disturb each other; the last one wins', async () => {
  const path = join(folder, 'a.txt')
  const files = await Promise.all([AtomicFile.create(path), AtomicFile.create(path)])
  await Promise.all(files.map((file, index) => file.append(Buffer.from(`writer ${index}`))))
  await files[1].commit()
  await files[0].commit()
  expect(await readFile(path, 'utf8')).toBe('writer 0')
  expect(await readdir(folder)).toEqual(['a.txt'])
})

test('a missing folder is named, with what to do', async () => {
  const path = join(folder, 'no-such-folder', 'a.txt')
  await expect(writeFileAtomically(path, 'x')).rejects.toMatchObject({
    name: 'LogTableError',
    code: 'write-failed',
    message: expect.stringMatching(/no-such-folder\/a\.txt: there is no folder .*no-such-folder \(ENOENT\); create it/),
  })
})

test.each([
  ['a text file', (path: string) => writeFileAtomically(path, 'x')],
  ['a table', (path: string) => writeTable(path, [{ name: 'a', type: 'int32', data: [1] }])],
  ['a parsed log', (path: string) => ParsedLogWriter.create(path)],
])('%s does not replace a folder and leaves nothing', async (_, write) => {
  await mkdir(join(folder, 'taken'))
  await expect(write(join(folder, 'taken'))).rejects.toMatchObject({
    code: 'write-failed',
    message: expect.stringContaining('there is a folder of that name'),
  })
  expect(await readdir(folder)).toEqual(['taken'])
})

test('aborting a parsed log leaves nothing, twice or after finish too', async () => {
  const path = join(folder, 'parsed.parquet')
  const writer = await ParsedLogWriter.create(path, { rowGroupSize: 2 })
  await writer.write(batchOf([exampleRow(), exampleRow(), exampleRow()]))
  expect((await readdir(folder)).every((name) => name.endsWith('.partial'))).toBe(true)
  await writer.abort()
  await writer.abort()
  expect(await readdir(folder)).toEqual([])

  const finished = await ParsedLogWriter.create(path)
  await finished.finish(templates)
  await finished.abort()
  expect(await readdir(folder)).toEqual(['parsed.parquet'])
})

test('a folder put in the way of the final name fails the finish, typed, and leaves nothing of ours', async () => {
  const path = join(folder, 'parsed.parquet')
  const writer = await ParsedLogWriter.create(path)
  await writer.write(batchOf([exampleRow()]))
  await mkdir(path)
  await expect(writer.finish(templates)).rejects.toMatchObject({ name: 'LogTableError', code: 'write-failed' })
  expect(await readdir(folder)).toEqual(['parsed.parquet'])
  expect(await readdir(path)).toEqual([])
})

test('rows written after the end are refused as a failed write', async () => {
  const path = join(folder, 'parsed.parquet')
  const writer = await ParsedLogWriter.create(path, { rowGroupSize: 1 })
  await writer.abort()
  await expect(writer.write(batchOf([exampleRow()]))).rejects.toMatchObject({ code: 'write-failed' })
  expect(await readdir(folder)).toEqual([])
})

const hasFullDevice = process.platform === 'linux'
;(hasFullDevice ? test : test.skip)('a full disk is told as such', async () => {
  // /dev/full refuses every write with ENOSPC.
  const full = await open('/dev/full', 'w')
  const probe = await open(join(folder, 'probe'), 'w')
  const handleClass = Object.getPrototypeOf(probe) as { writeFile: typeof probe.writeFile }
  await probe.close()
  const spy = jest.spyOn(handleClass, 'writeFile').mockImplementation(() => full.write(Buffer.of(1)) as never)
  try {
    await expect(writeFileAtomically(join(folder, 'a.txt'), 'x')).rejects.toMatchObject({
      code: 'write-failed',
      message: expect.stringMatching(/a\.txt: the disk is full \(ENOSPC\); free some space/),
    })
  } finally {
    spy.mockRestore()
    await full.close()
  }
  expect(await readdir(folder)).toEqual(['probe'])
})
