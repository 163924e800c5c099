import { spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:net'

/** Whether there is a `redis-server` here; says so once where there is none. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0
if (!hasRedis) process.stdout.write('skipped: no redis-server on this machine\n')

/** A Redis of its own, in memory, on a free port of the loopback. */
export interface TestRedis {
  readonly url: string
  close(): Promise<void>
}

/** Starts a Redis; whoever connects waits until it answers. */
export async function startRedis(): Promise<TestRedis> {
  const port = await freePort()
  const words = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const child = spawn('redis-server', words, { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/tmp' })
  await new Promise<void>((resolve) =>
    child.stdout.on('data', (said: Buffer) => (said.includes('Ready to accept') ? resolve() : undefined)),
  )
  return {
    url: `redis://127.0.0.1:${port}`,
    async close() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
