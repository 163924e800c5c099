// Writes examples/logs anew: node --conditions=@sp/source --import tsx tools/make-example-logs.ts
// The files are made from seeds, so a run changes nothing unless the generator changed.
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { exampleLogs } from '../packages/evaluation/test/example-logs.js'

const folder = fileURLToPath(new URL('../examples/logs/', import.meta.url))
mkdirSync(folder, { recursive: true })
for (const [name, text] of exampleLogs()) {
  writeFileSync(folder + name, text)
  console.log(`${name}: ${text.length.toLocaleString('en')} bytes`)
}
