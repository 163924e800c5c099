import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { badBundle, readBundleFolder, writeBundleFolder } from '../src/bundle/bundle-folder.js'

const ABOUT = {
  madeBy: '0.1.0',
  settings: { seed: 1 },
  data: { sha256: 'a'.repeat(64), sources: 1, lines: 10, records: 10, firstTime: null, lastTime: null },
  detectors: { windows: { trained: true, why: null } },
}
const files = { members: new Map([['a.json', Buffer.from('{}')]]), metadata: { seconds: 1 } }

describe('a bundle as a folder', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bundle-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('reads what was written', async () => {
    const manifest = await writeBundleFolder(join(folder, 'b'), ABOUT, files)
    const read = await readBundleFolder(join(folder, 'b'))
    expect(read.manifest).toEqual(manifest)
    expect(Buffer.from(read.members.get('a.json')!).toString()).toBe('{}')
  })

  it('has a hash that follows from what was learned, not from how long it took', async () => {
    const first = await writeBundleFolder(join(folder, 'b'), ABOUT, files)
    const again = await writeBundleFolder(join(folder, 'c'), ABOUT, { ...files, metadata: { seconds: 2 } })
    expect(again.hash).toBe(first.hash)
    const members = new Map([['a.json', Buffer.from('{"x":1}')]])
    const other = await writeBundleFolder(join(folder, 'd'), ABOUT, { ...files, members })
    expect(other.hash).not.toBe(first.hash)
  })

  it('replaces an earlier bundle and leaves nothing beside it', async () => {
    await writeBundleFolder(join(folder, 'b'), ABOUT, files)
    await writeBundleFolder(join(folder, 'b'), ABOUT, { ...files, members: new Map() })
    expect((await readBundleFolder(join(folder, 'b'))).members.size).toBe(0)
    expect(readdirSync(folder)).toEqual(['b'])
    expect(readdirSync(join(folder, 'b')).sort()).toEqual(['bundle.json', 'metadata.json'])
  })

  it.each([
    ['a file', () => writeFileSync(join(folder, 'b'), 'text'), 'bad-bundle'],
    [
      'a folder of somebody',
      () => (mkdirSync(join(folder, 'b')), writeFileSync(join(folder, 'b/x'), '')),
      'bad-bundle',
    ],
    [
      'a folder of another program that has a bundle.json too',
      () => (mkdirSync(join(folder, 'b')), writeFileSync(join(folder, 'b/bundle.json'), '{"name":"x"}')),
      'bad-bundle',
    ],
  ])('is not written over %s', async (_, prepare, code) => {
    prepare()
    await expect(writeBundleFolder(join(folder, 'b'), ABOUT, files)).rejects.toMatchObject({ code })
  })

  it('is written into folders that are made for it, and into none that a file stands for', async () => {
    await writeBundleFolder(join(folder, 'x/y/b'), ABOUT, files)
    expect(readdirSync(join(folder, 'x/y'))).toEqual(['b'])
    writeFileSync(join(folder, 'file'), '')
    await expect(writeBundleFolder(join(folder, 'file/b'), ABOUT, files)).rejects.toMatchObject({
      code: 'write-failed',
    })
  })

  it.each<[string, (path: string) => void, RegExp]>([
    ['is not there', (path) => rmSync(path, { recursive: true }), /no bundle/],
    ['has a manifest that is no JSON', (path) => writeFileSync(join(path, 'bundle.json'), '{'), /not JSON/],
    ['has lost a member', (path) => rmSync(join(path, 'a.json')), /a\.json cannot be read/],
    ['has a changed member', (path) => writeFileSync(join(path, 'a.json'), '{ }'), /a\.json was changed or damaged/],
    ['has a changed manifest', (path) => edit(path, '"seed": 1', '"seed": 2'), /bundle\.json was changed/],
    [
      'is of another version',
      (path) => edit(path, '"version": 2', '"version": 7'),
      /version 7, this program reads version 2/,
    ],
  ])('is refused with a sentence when it %s', async (_, damage, sentence) => {
    const path = join(folder, 'b')
    await writeBundleFolder(path, ABOUT, files)
    damage(path)
    await expect(readBundleFolder(path)).rejects.toMatchObject({
      code: 'bad-bundle',
      message: expect.stringMatching(sentence) as string,
    })
  })

  function edit(path: string, from: string, to: string): void {
    const file = join(path, 'bundle.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace(from, to))
  }
})

test.each(['model of version 2, expected 3; train again', 'a damaged model; restore the file or train again', 'a gap'])(
  'says what to do once: %s',
  (what) => {
    const { message } = badBundle('/b', what)
    expect(message.split('train again')).toHaveLength(2)
    expect(message).toContain(what.split(';')[0])
  },
)
