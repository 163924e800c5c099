import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OutputFolder, writeOutput } from '../src/output-folder.js'
import { temporaryFolder } from './temporary-folder.js'

const folder = temporaryFolder()

test('files appear together and replace those of an earlier run', async () => {
  const path = join(folder, 'a/b')
  for (const text of ['old', 'new']) {
    const { files } = await writeOutput(path, async (output) => {
      writeFileSync(output.file('one.txt'), text)
      writeFileSync(output.file('two.txt'), text)
      expect(existsSync(join(path, 'two.txt'))).toBe(text === 'new')
    })
    expect(Object.keys(files)).toEqual(['one.txt', 'two.txt'])
  }
  expect(readFileSync(join(path, 'two.txt'), 'utf8')).toBe('new')
  expect(readdirSync(path).sort()).toEqual(['one.txt', 'two.txt'])
})

test('a run that fails leaves the earlier result as it was', async () => {
  const path = join(folder, 'kept')
  await writeOutput(path, async (output) => writeFileSync(output.file('one.txt'), 'old'))
  const run = writeOutput(path, async (output) => {
    writeFileSync(output.file('one.txt'), 'new')
    throw new Error('half way')
  })
  await expect(run).rejects.toThrow('half way')
  expect(readFileSync(join(path, 'one.txt'), 'utf8')).toBe('old')
  expect(readdirSync(path)).toEqual(['one.txt'])
})

test('files may lie in folders', async () => {
  const path = join(folder, 'nested')
  const { files } = await writeOutput(path, async (output) => writeFileSync(output.file('hours/one.txt'), 'new'))
  expect(readFileSync(files['hours/one.txt'], 'utf8')).toBe('new')
  expect(readdirSync(path)).toEqual(['hours'])
})

test('where files are moved only in part, the one asked for last is not there, old or new', async () => {
  const path = join(folder, 'in-part')
  const names = ['one.txt', 'two.txt', 'summary.json']
  await writeOutput(path, async (output) => names.forEach((name) => writeFileSync(output.file(name), 'old')))
  const run = writeOutput(path, async (output) => {
    for (const name of names) output.file(name)
    writeFileSync(output.file('one.txt'), 'new')
  })
  await expect(run).rejects.toMatchObject({ code: 'write-failed' })
  expect(readFileSync(join(path, 'one.txt'), 'utf8')).toBe('new')
  expect(readdirSync(path).sort()).toEqual(['one.txt', 'two.txt'])
})

test('a run that fails removes the folders it created, and no others', async () => {
  const kept = join(folder, 'was-there')
  mkdirSync(kept)
  const run = writeOutput(join(kept, 'new/deep'), async (output) => {
    writeFileSync(output.file('one.txt'), 'new')
    throw new Error('half way')
  })
  await expect(run).rejects.toThrow('half way')
  expect(readdirSync(kept)).toEqual([])
})

test.each([
  ['a file stands in its place', 'file.txt'],
  ['a parent is a file', 'file.txt/below'],
])('a folder is refused where %s', async (_, name) => {
  writeFileSync(join(folder, 'file.txt'), '')
  await expect(OutputFolder.create(join(folder, name))).rejects.toMatchObject({ code: 'write-failed' })
})

test('a folder that the system refuses is refused and does not hang', async () => {
  await expect(OutputFolder.create('/proc/no/such/place')).rejects.toMatchObject({ code: 'write-failed' })
})
