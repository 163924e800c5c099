import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A service in a process of its own. */
export interface ServeProcess {
  readonly url: string
  readonly child: ChildProcess
  /** Ends it as a power cut does. */
  kill(): Promise<void>
  /** Ends it as a service manager does. */
  stop(): Promise<void>
}

/** Starts a service in a process of its own; `options` are those of `startService` that are plain data. */
export async function startServe(options: object): Promise<ServeProcess> {
  // With a bundle all packages are needed, and their sources are run as they are.
  const isWhole = 'bundle' in options && options.bundle !== undefined
  const words = [
    '--conditions=@sp/source',
    ...(isWhole
      ? ['--import', 'tsx', here('./serve-process.ts')]
      : ['--enable-source-maps', (program ??= bundledProgram())]),
    JSON.stringify(options),
  ]
  const env = { ...process.env, NODE_OPTIONS: undefined }
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'], env })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout! }).once('line', (line) => resolve((JSON.parse(line) as { url: string }).url))
    child.once('exit', (code) => reject(new Error(`the service ended with ${code}`)))
  })
  function end(signal: NodeJS.Signals): Promise<void> {
    child.kill(signal)
    return gone
  }
  return { url, child, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') }
}

let program: string | undefined

/** The program in one file, which starts in a third of the time: a kill takes less than its restart. */
function bundledProgram(): string {
  const outfile = here(`../out-tsc/serve-process-${process.pid}.mjs`)
  const { buildSync } = createRequire(import.meta.url)('esbuild') as { buildSync: (options: object) => void }
  buildSync({
    entryPoints: [here('./serve-process.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    conditions: ['@sp/source'],
    external: ['@sp/pipeline', 'fastify', 'redis', 'esbuild', 'hyparquet*', 'tinyglobby'],
  })
  process.once('exit', () => rmSync(outfile, { force: true }))
  return outfile
}

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}
