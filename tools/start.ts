import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
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
const cli = [
  '--conditions=@sp/source',
  '--import',
  import.meta.resolve('tsx'),
  join(root, 'apps/cli/src/main.ts'),
  'analyze',
]
// npm runs scripts in the root; names given by the user are meant from where the user stands.
const here = given.length > 0 ? (process.env.INIT_CWD ?? root) : root
const { status } = spawnSync(process.execPath, [...cli, ...(given.length > 0 ? given : demo)], {
  cwd: here,
  stdio: 'inherit',
})
process.exitCode = status ?? 2
