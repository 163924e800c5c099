import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { eventWindows, type Sessions } from '@sp/builders'
import { type DeepLogModel, scoreDeepLog } from '@sp/deeplog'
import { onnxruntimeEngine } from '@sp/engine'
import { median } from './machine.js'

const ROUNDS = 5
const BATCH = 512
/** Batches a round, without reuse of equal windows. */
const BATCHES = 6

/**
 * How many windows (an event with all before it) are scored a second: as scored, equal windows once; and every window by
 * itself, in turns with PyTorch on one thread with a network of the same size.
 */
export async function measureSpeed(model: DeepLogModel, sessions: Sessions, python: string): Promise<object> {
  const predictions = sessions.events.length + sessions.count
  const seconds: number[] = []
  for (let round = 0; round < ROUNDS; round++) seconds.push(await cpuSeconds(() => scoreDeepLog(model, sessions)))
  const windowsPerSecond = Math.round(predictions / median(seconds))
  const { own, torch } = await besidePyTorch(model, sessions, python)
  console.log(
    `\nscoring: ${windowsPerSecond} windows/s of CPU with equal ones once; each by itself ${own} windows/s, ` +
      `PyTorch ${torch ?? 'not measured'}`,
  )
  return {
    windowsPerSecond,
    windowsPerSecondNoCache: own,
    noCacheVsTorch: torch === null ? null : own / torch,
    ...(torch === null ? { why: `no PyTorch at --python ${python}` } : {}),
  }
}

/** Windows a second of the bare network, and of PyTorch, in rounds that take turns; `null` without PyTorch. */
async function besidePyTorch(
  model: DeepLogModel,
  sessions: Sessions,
  python: string,
): Promise<{ own: number; torch: number | null }> {
  const { window, embedding, hidden, layers } = model.settings
  const windows = eventWindows(sessions, model.settings)
  // Of a window that predicts at every step, the predictions that count.
  const perWindow = (sessions.events.length + sessions.count) / windows.count
  const predictor = await onnxruntimeEngine().predictor(model.graph, { outputs: ['log_probabilities'] })
  const request = { window, embedding, hidden, layers, vocabulary: model.vocabulary.size, batch: BATCH }
  const torch = await startTorch(python)
  const rounds: { own: number; torch: number }[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const own = await cpuSeconds(async () => {
      for (let b = 0; b < BATCHES; b++) {
        const data = windows.inputs.subarray(b * BATCH * window, (b + 1) * BATCH * window)
        await predictor.run({ input_sequence: { data, shape: [BATCH, window] } })
      }
    })
    rounds.push({ own, torch: (await torch?.seconds({ ...request, batches: BATCHES })) ?? NaN })
  }
  torch?.close()
  await predictor.dispose()
  const count = BATCH * BATCHES * perWindow
  return {
    own: Math.round(count / median(rounds.map(({ own }) => own))),
    torch: torch ? Math.round(count / median(rounds.map((round) => round.torch))) : null,
  }
}

async function cpuSeconds(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6
}

/** PyTorch in a process of its own, asked for the CPU seconds of some batches; `null` where there is none. */
async function startTorch(python: string) {
  const script = fileURLToPath(new URL('./peers/torch_deeplog_scoring.py', import.meta.url))
  const child = spawn(python, [script], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
  })
  child.on('error', () => {})
  child.stdin.on('error', () => {})
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  if ((await lines.next()).done) return null
  return {
    async seconds(request: object): Promise<number> {
      child.stdin.write(`${JSON.stringify(request)}\n`)
      return JSON.parse((await lines.next()).value).seconds
    },
    close: () => child.stdin.end(),
  }
}
