import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Drain, EvidenceMiner } from '@sp/drain'
import { loadMiner, saveMiner } from '../src/miner-state.js'
import { temporaryFolder } from './temporary-folder.js'

const folder = temporaryFolder()

test('a saved miner goes on as it would have', async () => {
  const path = join(folder, 'state.json')
  const miner = Drain.create({ similarityThreshold: 0.6 })
  for (const line of ['user a in', 'user b in', 'disk full']) miner.learn(line)
  await saveMiner(path, miner)
  const restored = await loadMiner(path, EvidenceMiner.create())
  expect(restored.snapshot()).toEqual(miner.snapshot())
  await saveMiner(join(folder, 'again.json'), restored)
  expect(readFileSync(join(folder, 'again.json'))).toEqual(readFileSync(path))
})

test('without a file the given miner is taken', async () => {
  const fresh = EvidenceMiner.create()
  expect(await loadMiner(join(folder, 'none.json'), fresh)).toBe(fresh)
})

test.each(['', 'garbage', '{"format":"sp-drain","vers', '{"format":"sp-drain","version":99}'])(
  'a file that holds %j is refused by name',
  async (text) => {
    const path = join(folder, 'bad.json')
    writeFileSync(path, text)
    await expect(loadMiner(path, Drain.create())).rejects.toMatchObject({
      code: 'bad-state',
      message: expect.stringContaining(path),
    })
  },
)
