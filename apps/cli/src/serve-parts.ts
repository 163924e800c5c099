import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import {
  FileSink,
  FileSource,
  type FindingSink,
  JournaldSource,
  type LineSource,
  OtlpSink,
  RedisSink,
  type ServiceOptions,
  StreamSource,
  type Surroundings,
  SyslogSink,
  SyslogSource,
  tokensFrom,
  WebhookSink,
} from '@sp/service'
import { UsageError } from './errors.js'
import type { ServeFlags } from './serve-options.js'

/** The tokens of the file, or of the environment. */
export async function tokensOf({ tokenFile }: ServeFlags): Promise<string[]> {
  if (tokenFile === undefined) return tokensFrom(process.env.SP_SERVE_TOKEN ?? '')
  let text: string
  try {
    text = await readFile(tokenFile, 'utf8')
  } catch (error) {
    throw new UsageError(`cannot read --token-file ${tokenFile}: ${(error as Error).message}`)
  }
  const tokens = tokensFrom(text)
  if (tokens.length === 0) throw new UsageError(`--token-file ${tokenFile} holds no token; put one on a line`)
  return tokens
}

/** The sources of lines that flags ask for. */
export function sourcesFrom(flags: ServeFlags): LineSource[] {
  const { follow = [], syslogTcp, syslogUdp, syslogAllow: allow = [], journaldUnit: units = [] } = flags
  const syslog = [
    ['tcp', syslogTcp],
    ['udp', syslogUdp],
  ] as const
  return [
    ...(flags.stdin ? [new StreamSource(process.stdin)] : []),
    ...(follow.length > 0 ? [new FileSource({ paths: follow, fromStart: flags.fromStart })] : []),
    ...syslog.flatMap(([transport, address]) =>
      address === undefined
        ? []
        : new SyslogSource({ transport, ...hostAndPort(address, `--syslog-${transport}`), allow }),
    ),
    ...(flags.journald ? [new JournaldSource({ arguments: units.map((unit) => `--unit=${unit}`) })] : []),
  ]
}

/** The sinks that flags ask for. */
export async function sinksFrom(
  flags: ServeFlags,
  surroundings: Surroundings,
): Promise<NonNullable<ServiceOptions['sinks']>> {
  const { sinkFile = [], sinkWebhook = [], sinkSyslog = [], sinkOtlp = [], sinkRedis = [], onlyIncidents } = flags
  const { nowMs } = surroundings
  const secret = process.env.SP_WEBHOOK_SECRET
  const sinks: FindingSink[] = [
    ...(await Promise.all(sinkFile.map((path) => FileSink.open(path)))),
    ...sinkWebhook.map((url) => new WebhookSink({ url, secret, nowMs })),
    ...sinkSyslog.map((address) => syslogSink(address, nowMs)),
    ...sinkOtlp.map((endpoint) => new OtlpSink({ endpoint, nowMs })),
    ...(await Promise.all(sinkRedis.map((url) => RedisSink.open(url, flags.redisPrefix, surroundings)))),
  ]
  return sinks.map((sink) => ({ sink, queue: { onlyIncidents } }))
}

function syslogSink(address: string, nowMs: () => number): SyslogSink {
  const transport = /^(tcp|udp):\/\//.exec(address)?.[1] as 'tcp' | 'udp' | undefined
  if (transport === undefined)
    throw new UsageError(`--sink-syslog ${address}: expected tcp://host:port or udp://host:port`)
  const place = hostAndPort(address.slice('tcp://'.length), '--sink-syslog')
  return new SyslogSink({ transport, ...place, hostName: hostname(), nowMs })
}

function hostAndPort(address: string, flag: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(address)
  if (match === null) throw new UsageError(`${flag} ${address}: expected host:port, such as 127.0.0.1:5514`)
  return { host: match[1] ?? match[2], port: Number(match[3]) }
}
