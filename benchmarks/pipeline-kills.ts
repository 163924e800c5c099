import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** What runs are killed on. */
export interface KillOptions {
  /** The built command line. */
  readonly cli: string
  /** Normal lines to train on, and lines to judge. */
  readonly normal: string
  readonly judged: string
  readonly folder: string
  /** Kills of each command. */
  readonly kills: number
}

/**
 * `sp train` killed (-9) at moments spread over its run and started again, until it is left alone: the bundle must be that
 * of an undisturbed run. `sp infer` killed likewise: its folder must hold all files or none.
 */
export async function measureKills({ cli, normal, judged, folder, kills }: KillOptions) {
  const train = [cli, 'train', normal, '--epochs', '2', '-o']
  const whole = join(folder, 'undisturbed')
  const trainMs = await run([...train, whole], null)
  const expected = hashOf(whole)
  let [killed, same] = [0, 0]
  for (let i = 0; i < kills; i++) {
    const path = join(folder, 'killed')
    rmSync(path, { recursive: true, force: true })
    if ((await run([...train, path], moment(i, kills) * trainMs)) === null) killed++
    await run([...train, path], null)
    if (hashOf(path) === expected) same++
  }
  const infer = [cli, 'infer', whole, judged, '--out-dir']
  const inferMs = await run([...infer, join(folder, 'out')], null)
  const all = visible(join(folder, 'out'))
  let [inferKilled, halfWritten] = [0, 0]
  for (let i = 0; i < kills; i++) {
    const out = join(folder, 'killed-out')
    rmSync(out, { recursive: true, force: true })
    if ((await run([...infer, out], moment(i, kills) * inferMs)) === null) inferKilled++
    const left = existsSync(out) ? visible(out) : []
    if (left.length > 0 && left.length < all.length) halfWritten++
  }
  return { train: { kills: killed, sameHash: same }, infer: { kills: inferKilled, halfWritten } }
}

/** The middle of each of as many parts of a run. */
function moment(i: number, kills: number): number {
  return (i + 0.5) / kills
}

/** Milliseconds that a run took; `null` when it was killed. */
function run(args: readonly string[], killAfterMs: null): Promise<number>
function run(args: readonly string[], killAfterMs: number | null): Promise<number | null>
function run(args: readonly string[], killAfterMs: number | null): Promise<number | null> {
  const begin = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: 'ignore' })
    const timer = killAfterMs === null ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (signal === 'SIGKILL') resolve(null)
      else if (code === 0) resolve(performance.now() - begin)
      else reject(new Error(`${args.slice(1, 3).join(' ')} ended with ${code}`))
    })
  })
}

function hashOf(bundle: string): string {
  return (JSON.parse(readFileSync(join(bundle, 'bundle.json'), 'utf8')) as { hash: string }).hash
}

/** Files that look like results: what a run works in is hidden. */
function visible(folder: string): string[] {
  return readdirSync(folder).filter((name) => !name.startsWith('.'))
}
