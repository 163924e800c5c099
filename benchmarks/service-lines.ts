// Lines of many web servers, by number: any part of the log of any of them can be made without the rest.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSources } from '@sp/log-reader'
import { Masker } from '@sp/masking'
import { trainBundle } from '@sp/pipeline'

const START_MS = Date.UTC(2026, 2, 10)
/** Between two lines of a server; 2,000 servers write 40,000 lines a second. */
const LINE_MS = 50
/** Requests that are answered at a time, their lines by turns. */
const AT_A_TIME = 3
/** Lines of these requests, and one of the clock of the server. */
const ROUND = AT_A_TIME * 5 + 1
/** One line in so many is strange. */
const STRANGE_EVERY = 4999
const TRAINING_SERVERS = 8
const TRAINING_LINES = 2500

/** Lines of a server, whole, from number `from` on. */
export function linesOfServer(
  server: number,
  { from, count, isNormal = false }: { from: number; count: number; isNormal?: boolean },
): string {
  const prefix = ` web-${server} `
  let text = ''
  for (let line = from; line < from + count; line++) {
    const chance = hashOf(server, line)
    const time = new Date(START_MS + line * LINE_MS + (chance % LINE_MS)).toISOString()
    const isStrange = !isNormal && (server * 7919 + line) % STRANGE_EVERY === 17
    text += time + prefix + (isStrange ? strangeMessage(line) : normalMessage(server, line, chance)) + '\n'
  }
  return text
}

/**
 * Trains a bundle on other servers of the same kind: all detectors that a bundle can have, the settings as they are.
 * @returns its folder
 */
export async function trainOnServers(folder: string): Promise<string> {
  const paths = Array.from({ length: TRAINING_SERVERS }, (_, i) => {
    const path = join(folder, `normal-${i}.log`)
    writeFileSync(path, linesOfServer(1_000_000 + i, { from: 0, count: TRAINING_LINES, isNormal: true }))
    return path
  })
  const bundle = join(folder, 'bundle')
  // Few passes: what the network has learned costs the same whatever it is.
  await trainBundle(await openSources(paths), bundle, { masker: Masker.create(), deeplogEpochs: 4 })
  return bundle
}

function normalMessage(server: number, line: number, chance: number): string {
  const [round, place] = [Math.floor(line / ROUND), line % ROUND]
  if (place === ROUND - 1) return `cron[77]: cleaned ${chance % 40} files in ${chance % 300} ms`
  const number = round * AT_A_TIME + (place % AT_A_TIME)
  return `app[${4000 + (server % 500)}]: request req-${number} ${stepOf(Math.floor(place / AT_A_TIME), {
    ofRequest: hashOf(server + 1, number),
    chance,
  })}`
}

function stepOf(step: number, { ofRequest, chance }: { ofRequest: number; chance: number }): string {
  const address = `10.${ofRequest % 4}.${(ofRequest >>> 3) % 256}.${(ofRequest >>> 11) % 256}`
  switch (step) {
    case 0:
      return `from ${address} began: GET /orders/${ofRequest % 9000}`
    case 1:
      return ofRequest % 3 === 0 ? `user ${ofRequest % 5000} signed in` : `user ${ofRequest % 5000} known`
    case 2:
      return ofRequest % 5 < 2 ? `read from cache in ${chance % 9} ms` : `asked the database, ${chance % 60} rows`
    case 3:
      return ofRequest % 7 === 0 ? `wrote ${chance % 8000} bytes to the audit log` : `rendered ${chance % 20} parts`
    default:
      return `ended with ${ofRequest % 11 === 0 ? 304 : 200} after ${chance % 97} ms`
  }
}

function strangeMessage(line: number): string {
  return `kernel: I/O error on disk sd${'abcdef'[line % 6]}, sector ${line}, remounting read-only`
}

/** A number from 0 to 2³¹ that looks like chance (the finaliser of MurmurHash3). */
function hashOf(a: number, b: number): number {
  let hash = Math.imul(a + 1, 0x9e3779b1) ^ Math.imul(b + 1, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 1
}
