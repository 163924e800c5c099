import { availableParallelism } from 'node:os'
import type { InferredOptionTypes, Options } from 'yargs'

/** Flags of `sp serve`. */
export const serveOptions = {
  host: {
    type: 'string',
    default: '127.0.0.1',
    describe: 'address to listen on; other than the loopback needs a token',
  },
  port: { type: 'number', default: 7700, describe: 'port to listen on; 0 takes a free one' },
  'token-file': { type: 'string', describe: 'file of tokens, one a line (or SP_SERVE_TOKEN)' },
  'tls-cert': { type: 'string', describe: 'certificate (PEM): speak HTTPS', implies: 'tls-key' },
  'tls-key': { type: 'string', describe: 'its key (PEM)', implies: 'tls-cert' },
  rate: { type: 'number', default: 1000, describe: 'requests a second of one address' },
  'max-body': { type: 'number', default: 8, describe: 'MiB of a request' },
  'state-dir': { type: 'string', describe: 'folder for the state; without it a restart begins anew' },
  'save-every': { type: 'number', default: 60, describe: 'seconds between saves of the state' },
  'max-sources': {
    type: 'number',
    default: 2000,
    describe: 'sources with a state; the quietest is ended for another',
  },
  threads: {
    type: 'number',
    default: Math.min(availableParallelism(), 4),
    defaultDescription: 'as many as cores, at most 4',
    describe: 'threads that judge, some 70 MB each; 0: none but that of HTTP',
  },
  'bundle-dir': { type: 'string', describe: 'folder of bundles that may be swapped in (default: that of the bundle)' },
  stdin: { type: 'boolean', default: false, describe: 'judge standard input' },
  follow: { type: 'string', array: true, describe: 'files or patterns to follow as they grow' },
  'from-start': { type: 'boolean', default: false, describe: 'read followed files from their start' },
  'syslog-tcp': { type: 'string', describe: 'host:port to take syslog on over TCP' },
  'syslog-udp': { type: 'string', describe: 'host:port to take syslog on over UDP' },
  'syslog-allow': { type: 'string', array: true, describe: 'addresses or networks that may send syslog' },
  journald: { type: 'boolean', default: false, describe: 'follow the journal of systemd' },
  'journald-unit': { type: 'string', array: true, describe: 'only these units', implies: 'journald' },
  redis: { type: 'string', describe: 'redis://host:port: share lines with other services' },
  'redis-prefix': { type: 'string', default: 'sp', describe: 'before the names of all keys' },
  'redis-partitions': { type: 'number', default: 16, describe: 'streams of lines' },
  'redis-keep': { type: 'boolean', default: false, describe: 'keep entries that are acknowledged' },
  'sink-file': { type: 'string', array: true, describe: 'file to append findings to (NDJSON)' },
  'sink-webhook': {
    type: 'string',
    array: true,
    describe: 'address to post findings to, signed with SP_WEBHOOK_SECRET',
  },
  'sink-syslog': { type: 'string', array: true, describe: 'tcp://host:port or udp://host:port to send findings to' },
  'sink-otlp': { type: 'string', array: true, describe: 'OTLP/HTTP collector, such as http://127.0.0.1:4318' },
  'sink-redis': { type: 'string', array: true, describe: 'redis://host:port to publish findings to' },
  'only-incidents': { type: 'boolean', default: false, describe: 'send sinks only what opens an incident' },
  json: { type: 'boolean', default: false, describe: 'say what happens as JSON, a line each' },
} as const satisfies Record<string, Options>

/** Flags of `sp serve`, as yargs gives them. */
export type ServeFlags = InferredOptionTypes<typeof serveOptions> & CamelFlags & { readonly bundle: string }

interface CamelFlags {
  readonly tokenFile?: string
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly maxBody: number
  readonly stateDir?: string
  readonly saveEvery: number
  readonly maxSources: number
  readonly bundleDir?: string
  readonly fromStart: boolean
  readonly syslogTcp?: string
  readonly syslogUdp?: string
  readonly syslogAllow?: string[]
  readonly journaldUnit?: string[]
  readonly redisPrefix: string
  readonly redisPartitions: number
  readonly redisKeep: boolean
  readonly sinkFile?: string[]
  readonly sinkWebhook?: string[]
  readonly sinkSyslog?: string[]
  readonly sinkOtlp?: string[]
  readonly sinkRedis?: string[]
  readonly onlyIncidents: boolean
}
