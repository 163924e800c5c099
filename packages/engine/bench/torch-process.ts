import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** PyTorch in a process of its own, one thread, asked for the seconds of processor time of a number of steps. */
export interface TorchProcess {
  readonly version: string
  seconds(request: object): Promise<number>
  close(): void
}

/** Starts PyTorch with the first of these interpreters that has it; null when none has. */
export async function startTorch(interpreters: readonly string[]): Promise<TorchProcess | null> {
  for (const interpreter of interpreters) {
    const child = spawn(interpreter, [fileURLToPath(new URL('./torch_deeplog.py', import.meta.url))], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
    })
    child.on('error', () => {})
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    const first = await lines.next()
    if (first.done) continue
    return {
      version: JSON.parse(first.value).version,
      async seconds(request) {
        child.stdin.write(`${JSON.stringify(request)}\n`)
        return JSON.parse((await lines.next()).value).seconds
      },
      close: () => child.stdin.end(),
    }
  }
  return null
}
