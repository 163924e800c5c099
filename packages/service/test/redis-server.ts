import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { RedisConnection } from '../src/redis/redis-connection.js'
import { surroundings } from './running-service.js'

/** Whether there is a `redis-server` here; says so once where there is none. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0
if (!hasRedis) process.stdout.write('skipped: no redis-server on this machine\n')

/** A Redis of its own, in memory, on a free port of the loopback. */
export interface TestRedis {
  readonly url: string
  readonly connection: RedisConnection
  /** Holds it up, as a network that fails does. */
  stall(ms: number): void
  close(): Promise<void>
}

export async function startRedis(): Promise<TestRedis> {
  const port = await freePort()
  const words = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--loglevel',
    'warning',
  ]
  const child: ChildProcess = spawn('redis-server', words, { stdio: 'ignore', cwd: '/tmp' })
  const url = `redis://127.0.0.1:${port}`
  const connection = await connected(url)
  return {
    url,
    connection,
    stall(ms) {
      child.kill('SIGSTOP')
      setTimeout(() => child.kill('SIGCONT'), ms)
    },
    async close() {
      connection.close()
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function connected(url: string): Promise<RedisConnection> {
  for (let tries = 0; ; tries++) {
    try {
      return await RedisConnection.open(url, surroundings())
    } catch (error) {
      if (tries === 50) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
