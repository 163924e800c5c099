import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Root of the workspace. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The built command line. */
export const BINARY = join(ROOT, 'apps/cli/dist/main.js')

/** What a run of the built binary left. */
export interface CliRun {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the built `sp` as a user would. */
export function runCli(
  args: readonly string[],
  {
    cwd = ROOT,
    stdin = '',
    env = {},
    interruptWhen,
  }: {
    cwd?: string
    stdin?: string | Uint8Array
    env?: Readonly<Record<string, string>>
    interruptWhen?: () => boolean
  } = {},
): Promise<CliRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BINARY, ...args], { cwd, env: { ...process.env, NODE_OPTIONS: '', ...env } })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => (stdout += chunk))
    child.stderr.on('data', (chunk) => (stderr += chunk))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
    child.stdin.on('error', () => undefined)
    const hung = setTimeout(() => child.kill('SIGKILL'), 60_000)
    child.on('close', () => clearTimeout(hung))
    if (interruptWhen) interruptOnce(child, interruptWhen)
    else child.stdin.end(stdin)
  })
}

/** Sends what Ctrl-C sends as soon as the run has come so far. */
function interruptOnce(child: ChildProcess, isTime: () => boolean): void {
  const poll = setInterval(() => {
    if (!isTime()) return
    clearInterval(poll)
    child.kill('SIGINT')
  }, 20)
  child.on('close', () => clearInterval(poll))
}

/** A folder that is gone after the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sp-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
