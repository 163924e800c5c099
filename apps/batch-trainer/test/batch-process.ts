import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { bundledProgram } from './bundled-program.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** What a run left. */
export interface BatchEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A batch trainer that runs. */
export interface BatchProcess {
  readonly child: ChildProcess
  readonly end: Promise<BatchEnd>
  /** Resolves as soon as stderr holds this. */
  said(text: string): Promise<void>
}

/** Starts the batch trainer as a user would. */
export function startBatch(args: readonly string[]): BatchProcess {
  const words = ['--enable-source-maps', bundledProgram(), ...args]
  const child = spawn(process.execPath, words, { cwd: ROOT, env: { ...process.env, NODE_OPTIONS: '' } })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  const end = new Promise<BatchEnd>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr })),
  )
  function said(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = setInterval(() => {
        if (stderr.includes(text)) done(resolve)
      }, 10)
      function done(then: () => void): void {
        clearInterval(look)
        then()
      }
      void end.then(() => done(() => (stderr.includes(text) ? resolve() : reject(new Error(`it said: ${stderr}`)))))
    })
  }
  return { child, end, said }
}

/** Runs the batch trainer to its end. */
export function runBatchTrainer(args: readonly string[]): Promise<BatchEnd> {
  return startBatch(args).end
}
