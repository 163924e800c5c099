import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const GOLDEN = fileURLToPath(new URL('./golden/', import.meta.url))

/** Compares with a committed file; `UPDATE_GOLDEN=1` writes it anew. */
export function expectGolden(name: string, text: string): void {
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(GOLDEN + name, text)
  if (!existsSync(GOLDEN + name)) throw new Error(`no golden file ${name}; run with UPDATE_GOLDEN=1`)
  expect(text).toBe(readFileSync(GOLDEN + name, 'utf8'))
}
