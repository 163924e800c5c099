import { hostname } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { openBundle, startService } from '@sp/service'
import type { ServeFlags } from './serve-options.js'
import { sinksFrom, sourcesFrom, tokensOf } from './serve-parts.js'
import { surroundingsOf } from './serve-surroundings.js'
import { VERSION } from './version.js'

/** Serves until it is told to end: SIGTERM and SIGINT end it, SIGHUP reads bundle and certificates again. */
export async function serveBundle(flags: ServeFlags): Promise<void> {
  // V8 lets garbage grow to four times what lives where a machine has much memory; here it is half as much again. Half of
  // the memory for what is young costs no speed that could be measured.
  setFlagsFromString('--heap-growing-percent=50')
  setFlagsFromString('--max-semi-space-size=8')
  const surroundings = surroundingsOf(flags.json)
  const { stateDir, bundleDir, redis, redisPrefix, redisPartitions, redisKeep } = flags
  const tokens = await tokensOf(flags)
  const opened = await openBundle(flags.bundle, { threads: flags.threads })
  const service = await startService({
    ...opened,
    bundleFolder: bundleDir,
    surroundings,
    version: VERSION,
    http: {
      host: flags.host,
      port: flags.port,
      tokens,
      tls: flags.tlsCert === undefined ? undefined : { certificate: flags.tlsCert, key: flags.tlsKey! },
      rate: { perSecond: flags.rate, burst: 2 * flags.rate },
      mostBodyBytes: flags.maxBody * 2 ** 20,
    },
    sources: sourcesFrom(flags),
    sinks: await sinksFrom(flags, surroundings),
    redis:
      redis === undefined
        ? undefined
        : { url: redis, prefix: redisPrefix, partitions: redisPartitions, trims: !redisKeep, member: memberName() },
    stateFolder: stateDir,
    saveMs: flags.saveEvery * 1000,
    mostSources: flags.maxSources,
  })
  surroundings.tell({ level: 'info', code: 'ready', message: `listening on ${service.url}` })
  process.on('SIGHUP', () => {
    const again = Promise.all([service.reopen(), service.swap()])
    again.catch((error: Error) => surroundings.tell({ level: 'error', code: 'reload-failed', message: error.message }))
  })
  const told = new Promise<null>((resolve) => {
    process.once('SIGTERM', () => resolve(null))
    process.once('SIGINT', () => resolve(null))
  })
  const lost = await Promise.race([told, opened.lost])
  if (lost !== null) surroundings.tell({ level: 'error', code: 'thread-ended', message: lost.message })
  surroundings.tell({ level: 'info', code: 'closing', message: 'closing: the state is saved' })
  await service.close()
  process.exitCode = lost === null ? 0 : 1
}

/** Another name for every process, also behind a restart: a lease must not be taken for its own by the next. */
function memberName(): string {
  return `${hostname()}-${process.pid}-${Date.now().toString(36)}`
}
