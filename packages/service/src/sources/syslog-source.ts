import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { BlockList, createServer, isIP, isIPv6, type Server, type Socket } from 'node:net'
import { messageOf, ServiceError } from '../errors.js'
import { isLoopback } from '../http/listening.js'
import { quoted } from '../surroundings.js'
import { sourceNameFrom } from '../flow/line-batch.js'
import type { LineSource, SourceContext } from './line-source.js'
import { FramingError, hostOfMessage, SyslogFrames } from './syslog-framing.js'

/** A receiver of syslog messages. */
export interface SyslogSourceOptions {
  readonly transport: 'tcp' | 'udp'
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** Addresses and networks (`10.0.0.0/8`) that may send; needed outside the loopback, since syslog knows no token. */
  readonly allow?: readonly string[]
  /** What a source is: the host that a message names (default), or the address that sends it. */
  readonly sourceBy?: 'host' | 'peer'
  /** Bytes of a message, default 64 KiB. */
  readonly mostBytes?: number
  /** Connections at a time, default 1,000. */
  readonly mostConnections?: number
  /** A connection without a message for so long is closed, default 10 minutes. */
  readonly idleMs?: number
}

/** Datagrams that may wait to be judged; what comes beyond is lost and counted, as UDP has it. */
const MOST_DATAGRAMS = 10_000
const UDP_BUFFER_BYTES = 4 * 1024 * 1024

/** Syslog messages over TCP (RFC 6587) or UDP (RFC 5426), of RFC 5424 or RFC 3164. */
export class SyslogSource implements LineSource {
  readonly name: string
  readonly #options: Required<SyslogSourceOptions>
  readonly #allowed: BlockList | null
  readonly #connections = new Set<Socket>()
  #readers = new Set<Promise<void>>()
  #server: Server | UdpSocket | null = null
  #waiting = 0

  /** A receiver that does not listen yet. @throws {ServiceError} `bad-options` outside the loopback without `allow`, or where that names no network */
  constructor(options: SyslogSourceOptions) {
    this.#options = {
      allow: [],
      sourceBy: 'host',
      mostBytes: 65_536,
      mostConnections: 1000,
      idleMs: 600_000,
      ...options,
    }
    const { transport, host, port, allow } = this.#options
    this.name = `syslog ${transport} ${host}:${port}`
    if (!isLoopback(host) && allow.length === 0) {
      const message = `${this.name} leaves the loopback: say who may send with --syslog-allow, such as 10.0.0.0/8`
      throw new ServiceError('bad-options', message)
    }
    this.#allowed = allow.length === 0 ? null : networksOf(allow)
  }

  /** The port it listens on. */
  get port(): number {
    const address = this.#server?.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  /** Begins to listen. @throws {ServiceError} `cannot-listen` */
  async open(context: SourceContext): Promise<void> {
    try {
      await (this.#options.transport === 'tcp' ? this.#listenTcp(context) : this.#listenUdp(context))
    } catch (cause) {
      throw new ServiceError('cannot-listen', `${this.name}: ${messageOf(cause)}`, { cause })
    }
  }

  /** Stops to listen; what came has been given to the intake. */
  async close(): Promise<void> {
    this.#server?.close()
    for (const socket of this.#connections) socket.destroy()
    await Promise.all(this.#readers)
  }

  /** How many senders are connected, or how many messages wait. */
  status(): string {
    return this.#options.transport === 'tcp' ? `${this.#connections.size} connections` : `${this.#waiting} waiting`
  }

  async #listenTcp(context: SourceContext): Promise<void> {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy())
      if (!this.#mayEnter(socket.remoteAddress ?? '') || this.#connections.size >= this.#options.mostConnections) {
        socket.destroy()
        return
      }
      this.#connections.add(socket)
      socket.setTimeout(this.#options.idleMs, () => socket.destroy())
      const reading = this.#read(socket, context).finally(() => {
        this.#connections.delete(socket)
        this.#readers.delete(reading)
        socket.destroy()
      })
      this.#readers.add(reading)
    })
    this.#server = server
    const { port, host } = this.#options
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen({ port, host }, resolve))
  }

  /** Reads one connection. Its next bytes are taken when its messages are judged: a sender is held back that way. */
  async #read(socket: Socket, { intake, counters, surroundings }: SourceContext): Promise<void> {
    const frames = new SyslogFrames(this.#options.mostBytes)
    const peer = plainAddress(socket.remoteAddress ?? '')
    try {
      for await (const chunk of socket as AsyncIterable<Buffer>) {
        await this.#push(frames.push(chunk), peer, intake)
      }
    } catch (error) {
      if (error instanceof FramingError) {
        const message = `${this.name}: ${peer} sent ${quoted(error.message)}; the connection was closed`
        surroundings.tell({ level: 'warn', code: 'syslog-framing', message })
      }
    }
    const last = frames.end()
    counters.lostLines.tooLong += frames.cutMessages
    if (last !== null) await this.#push([last], peer, intake).catch(() => {})
  }

  async #listenUdp({ intake, counters }: SourceContext): Promise<void> {
    const { host, port } = this.#options
    const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', recvBufferSize: UDP_BUFFER_BYTES })
    socket.on('message', (message, { address }) => {
      if (!this.#mayEnter(address)) return
      if (this.#waiting >= MOST_DATAGRAMS) {
        counters.lostLines.udp++
        return
      }
      this.#waiting++
      const reading = this.#push([message], plainAddress(address), intake)
        .catch(() => {})
        .finally(() => {
          this.#waiting--
          this.#readers.delete(reading)
        })
      this.#readers.add(reading)
    })
    socket.on('error', () => {})
    this.#server = socket
    await new Promise<void>((resolve, reject) => socket.once('error', reject).bind(port, host, resolve))
  }

  /** Gives messages to the intake, those of each host together and in order. */
  async #push(messages: readonly Buffer[], peer: string, intake: SourceContext['intake']): Promise<void> {
    const bySource = new Map<string, Uint8Array[]>()
    for (const message of messages) {
      const named = this.#options.sourceBy === 'host' ? hostOfMessage(message) : null
      const source = sourceNameFrom(`syslog:${named ?? peer}`, 'syslog')
      const lines = bySource.get(source) ?? []
      lines.push(trimmed(message), LINE_END)
      bySource.set(source, lines)
    }
    const pushes = [...bySource].map(([source, lines]) => intake.push({ source, bytes: Buffer.concat(lines) }))
    await Promise.all(pushes)
  }

  #mayEnter(address: string): boolean {
    if (this.#allowed === null) return isLoopback(plainAddress(address))
    const plain = plainAddress(address)
    return isIP(plain) > 0 && this.#allowed.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4')
  }
}

const LINE_END = Uint8Array.of(10)

/** A message without line ends and NULs behind it, as some senders leave them. */
function trimmed(message: Buffer): Buffer {
  let end = message.length
  while (end > 0 && (message[end - 1] === 10 || message[end - 1] === 13 || message[end - 1] === 0)) end--
  return message.subarray(0, end)
}

/** `::ffff:127.0.0.1` is 127.0.0.1. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address
}

function networksOf(names: readonly string[]): BlockList {
  const list = new BlockList()
  for (const name of names) {
    const [address, bits] = name.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    try {
      if (bits === undefined) list.addAddress(address, family)
      else list.addSubnet(address, Number(bits), family)
    } catch (cause) {
      const message = `${quoted(name)} is no address or network such as 10.0.0.0/8`
      throw new ServiceError('bad-options', message, { cause })
    }
  }
  return list
}
