import { createSocket } from 'node:dgram'
import { createConnection, isIPv6, type Socket } from 'node:net'
import type { LoggedEvent } from '../flow/finding-log.js'
import type { FindingSink } from './sink.js'

/** A receiver of syslog messages. */
export interface SyslogSinkOptions {
  readonly transport: 'tcp' | 'udp'
  readonly host: string
  readonly port: number
  /** Name of this machine in the messages. */
  readonly hostName: string
  readonly nowMs: () => number
}

/** Bytes of a message over UDP that receivers must take (RFC 5426, §3.2, asks for 2048). */
const MOST_UDP_BYTES = 2048
const MOST_TCP_BYTES = 8192
/** local0, as applications that are no part of the system use. */
const FACILITY = 16

/** Findings as syslog messages (RFC 5424), over TCP with their lengths before them (RFC 6587), or over UDP (RFC 5426). */
export class SyslogSink implements FindingSink {
  readonly name: string
  readonly #options: SyslogSinkOptions
  #socket: Socket | null = null

  constructor(options: SyslogSinkOptions) {
    this.name = `syslog ${options.transport} ${options.host}:${options.port}`
    this.#options = options
  }

  /** Sends findings. Over UDP nobody says whether they arrived. */
  async send(events: readonly LoggedEvent[]): Promise<void> {
    const { transport, hostName, nowMs } = this.#options
    const most = transport === 'udp' ? MOST_UDP_BYTES : MOST_TCP_BYTES
    const messages = events.map((event) => cutBytes(syslogMessage(event, { hostName, nowMs: nowMs() }), most))
    await (transport === 'udp' ? this.#sendDatagrams(messages) : this.#sendFrames(messages))
  }

  /** Closes the connection. */
  async close(): Promise<void> {
    this.#socket?.destroy()
    this.#socket = null
  }

  async #sendDatagrams(messages: readonly Buffer[]): Promise<void> {
    const { host, port } = this.#options
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
    try {
      for (const message of messages) {
        await new Promise<void>((resolve, reject) =>
          socket.send(message, port, host, (error) => (error ? reject(error) : resolve())),
        )
      }
    } finally {
      socket.close()
    }
  }

  async #sendFrames(messages: readonly Buffer[]): Promise<void> {
    const socket = await this.#connected()
    const frames = messages.flatMap((message) => [Buffer.from(`${message.length} `), message])
    await new Promise<void>((resolve, reject) =>
      socket.write(Buffer.concat(frames), (error) => (error ? reject(error) : resolve())),
    )
  }

  async #connected(): Promise<Socket> {
    if (this.#socket !== null && this.#socket.writable) return this.#socket
    const { host, port } = this.#options
    const socket = createConnection({ host, port })
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = null
    })
    socket.resume()
    socket.unref()
    return (this.#socket = socket)
  }
}

/** One finding as a message of RFC 5424; 32473 is the enterprise number for examples (RFC 5612). */
export function syslogMessage(
  { finding, incident, opensIncident }: LoggedEvent,
  { hostName, nowMs }: { readonly hostName: string; readonly nowMs: number },
): string {
  const shown = finding.lines.find(({ role }) => role === 'evidence')
  const priority = FACILITY * 8 + (shown !== undefined && shown.severity >= 0 && shown.severity <= 3 ? 3 : 4)
  const elements = [
    `id="${finding.id}"`,
    `incident="${escaped(incident)}"`,
    `opens="${opensIncident}"`,
    `source="${escaped(finding.source)}"`,
    `line="${finding.firstLine + 1}"`,
    `score="${finding.score.toFixed(2)}"`,
    `evidence="${[...new Set(finding.evidence.map(({ kind }) => kind))].join(',')}"`,
  ]
  const time = new Date(nowMs).toISOString()
  const text = oneLine(shown?.text ?? 'unusual lines')
  return `<${priority}>1 ${time} ${nameOf(hostName)} sp - finding [finding@32473 ${elements.join(' ')}] \ufeff${text}`
}

function escaped(text: string): string {
  return oneLine(text).replace(/["\\\]]/g, (character) => `\\${character}`)
}

/** A line of a log must not begin another message, nor colour a terminal: controls become `#` and three octal digits. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, (character) => {
    return `#${character.charCodeAt(0).toString(8).padStart(3, '0')}`
  })
}

function nameOf(host: string): string {
  return host.replace(/[^\x21-\x7e]/g, '').slice(0, 255) || '-'
}

/** A text as UTF-8 of at most so many bytes; no character is cut. */
function cutBytes(text: string, most: number): Buffer {
  const bytes = Buffer.from(text)
  if (bytes.length <= most) return bytes
  let end = most
  while (end > 0 && (bytes[end] & 0xc0) === 0x80) end--
  return bytes.subarray(0, end)
}
