import { splitForTraining } from '../src/training-split.js'
import { lineAt, sourceOf, temporaryFolder } from './temporary-folder.js'

const folder = temporaryFolder()

function minutes(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, i) => lineAt(from + i, `tick ${i}`))
}

test('a single source is cut at a share of its records', async () => {
  const source = await sourceOf(folder, 'one.log', minutes(0, 100))
  const { normal, target } = await splitForTraining([source], 0.3, {})
  expect([normal[0].toLine, target[0].fromLine]).toEqual([30, 30])
})

test('an older file teaches and the newer one is judged, whatever their order', async () => {
  const older = await sourceOf(folder, 'app.log.1', minutes(0, 100))
  const newer = await sourceOf(folder, 'app.log', minutes(100, 200))
  const { normal, target } = await splitForTraining([newer, older], 0.5, {})
  expect(normal.map(({ source }) => source.name)).toEqual([older.name])
  expect(target.map(({ source }) => source.name)).toEqual([newer.name])
})

test('files of the same time are cut at the same moment', async () => {
  const short = await sourceOf(
    folder,
    'short.log',
    minutes(0, 200).filter((_, i) => i % 10 === 0),
  )
  const long = await sourceOf(folder, 'long.log', minutes(0, 200))
  const { normal } = await splitForTraining([short, long], 0.5, {})
  expect(normal.map(({ toLine }) => toLine)).toEqual([10, 100])
})

test('sources without times are each cut at the share', async () => {
  const lines = Array.from({ length: 40 }, (_, i) => `plain words number ${i}`)
  const sources = [await sourceOf(folder, 'a.txt', lines), await sourceOf(folder, 'b.txt', lines)]
  const { normal } = await splitForTraining(sources, 0.5, {})
  expect(normal.map(({ toLine }) => toLine)).toEqual([20, 20])
})

test('a log that cannot be split is refused with its number of records', async () => {
  const source = await sourceOf(folder, 'tiny.log', minutes(0, 1))
  await expect(splitForTraining([source], 0.5, {})).rejects.toMatchObject({
    code: 'too-little-data',
    message: expect.stringContaining('1 record'),
  })
})

test.each([0, 1, 2, NaN])('a share of %p is refused', async (share) => {
  await expect(splitForTraining([], share, {})).rejects.toMatchObject({ code: 'bad-options' })
})
