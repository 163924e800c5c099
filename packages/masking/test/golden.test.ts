import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Masker } from '../src/masker.js'

// Each golden/<name>.txt has a <name>.masked.txt beside it; UPDATE_GOLDEN=1 writes those anew.
const folder = fileURLToPath(new URL('golden/', import.meta.url))
const names = readdirSync(folder).filter((file) => !file.endsWith('.masked.txt'))

test.each(names)('%s is masked as written down', (name) => {
  const masked = Masker.create().mask(readFileSync(folder + name, 'utf8')).masked
  const expected = folder + name.replace('.txt', '.masked.txt')
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(expected, masked)
  expect(masked).toBe(readFileSync(expected, 'utf8'))
})
