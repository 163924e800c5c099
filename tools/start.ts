import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

// `npm start`: the main job on the logs that ship with the project. `npm start -- <your.log>`: the same on yours.
const root = fileURLToPath(new URL('..', import.meta.url))
const demo = [
  'examples/logs/suspicious.log',
  '--train',
  'examples/logs/normal.log',
  '--labels',
  'examples/logs/suspicious.labels.json',
]
const given = process.argv.slice(2)
const cli = ['--conditions=@sp/source', '--import', 'tsx', 'apps/cli/src/main.ts', 'analyze']
const { status } = spawnSync(process.execPath, [...cli, ...(given.length > 0 ? given : demo)], {
  cwd: root,
  stdio: 'inherit',
})
process.exitCode = status ?? 2
