import { classEnd, digitsEnd, isDigitAt, isValueEnd, isWordAt, type PaddedText, standsAt, WORD } from './characters.js'
import { WordSet } from './word-set.js'

// Kernel device names: the letters before the first figure. Roles that a machine has one of each (`en0`, `wl0`,
// `tty2`, `cpu0`) are not here: they stay words of their template, as in the hand-made templates of Loghub.
const DEVICE_PREFIXES = WordSet.of(
  'nvme mmcblk loop dm md ram zram sr nbd rbd mtd mtdblock sg eth eno enp ens enx wlan wlp wlx ' +
    'ttyS ttyUSB ttyACM ttyAMA veth docker bond tun tap vnet virbr br-',
)
const DISK_PREFIXES = WordSet.of('sd hd vd xvd')
const LONGEST_PREFIX = 8
const ID_NAMES = WordSet.of('pid tid uid gid ppid tgid euid egid suid sgid fsuid fsgid auid ruid rgid loginuid port', {
  ignoresCase: true,
})
const LONGEST_ID_NAME = 8

/** Figures behind an underscore, this many, are no part of what a thing is called. */
const LONG_NUMBER = 4

/**
 * A name that numbers one thing among many: words joined by underscores, one of them a long number (`blk_-160845…`,
 * `job_1445087491445_0005`).
 * @param end where the word that starts here ends
 */
export function recogniseNumberedName(text: PaddedText, start: number, end: number): number {
  if (text[end - 1] === 95 && text[end] === 45) {
    const digits = digitsEnd(text, end + 1)
    if (digits - end > LONG_NUMBER) return nameEnd(text, digits)
  }
  for (let at = start; at < end; at++) {
    if (text[at] !== 95) continue
    const digits = digitsEnd(text, at + 1)
    if (digits - at > LONG_NUMBER) return nameEnd(text, end)
    at = digits - 1
  }
  return -1
}

function nameEnd(text: PaddedText, at: number): number {
  const end = classEnd(text, at, WORD)
  return isValueEnd(text, end) ? end : -1
}

/** A kernel device: letters of a known family, then figures (`nvme0n1p2`, `sda1`, `eth0`, `ttyUSB0`). */
export function recogniseDevice(text: PaddedText, start: number): number {
  let digits = start
  while (digits - start <= LONGEST_PREFIX && isLetterAt(text, digits)) digits++
  if (digits === start || digits - start > LONGEST_PREFIX || !isDigitAt(text, digits)) return -1
  if (isHashName(text, start, digits)) return -1
  // A disk has one letter more, which counts them.
  if (!DEVICE_PREFIXES.has(text, start, digits) && !DISK_PREFIXES.has(text, start, digits - 1)) return -1
  let end = digits
  while (isLetterAt(text, end) || isDigitAt(text, end)) end++
  return isValueEnd(text, end) ? end : -1
}

/** A USB port after `usb ` or `hub `: `1-1`, `1-1.2`, `1-0:1.0`. */
export function recogniseUsbPort(text: PaddedText, start: number, from: number): number {
  if (start < from + 4 || !(standsAt(text, start - 4, USB) || standsAt(text, start - 4, HUB))) return -1
  const bus = digitsEnd(text, start)
  if (text[bus] !== 45 || !isDigitAt(text, bus + 1)) return -1
  let end = digitsEnd(text, bus + 1)
  while ((text[end] === 46 || text[end] === 58) && isDigitAt(text, end + 1)) end = digitsEnd(text, end + 1)
  const isJoined = text[end] === 58 && (isWordAt(text, end + 1) || text[end + 1] === 60) // a mask in waiting
  return isValueEnd(text, end) && !isJoined ? end : -1
}

/** The figures after `pid=`, `uid=` and their like, and after `port `. */
export function recogniseIdValue(text: PaddedText, start: number, from: number): number {
  let name = start - 1
  if (text[name] === 32) return isPortAt(text, start, from) ? idEnd(text, start) : -1
  if (text[name] !== 61) return -1 // =
  while (name > from && start - name <= LONGEST_ID_NAME + 1 && isLetterAt(text, name - 1)) name--
  if (name > from && isWordAt(text, name - 1)) return -1
  return ID_NAMES.has(text, name, start - 1) ? idEnd(text, start) : -1
}

function idEnd(text: PaddedText, start: number): number {
  const end = digitsEnd(text, start)
  return isValueEnd(text, end) ? end : -1
}

function isPortAt(text: PaddedText, start: number, from: number): boolean {
  const name = start - PORT.length
  return name >= from && standsAt(text, name, PORT) && !(name > from && isWordAt(text, name - 1))
}

const PORT = Buffer.from('port ')
const USB = Buffer.from('usb ')
const HUB = Buffer.from('hub ')
const MD = Buffer.from('md')

/** `md4` and `md5` are hashes far more often than arrays of disks. */
function isHashName(text: PaddedText, start: number, digits: number): boolean {
  if (digits - start !== MD.length || !standsAt(text, start, MD)) return false
  return (text[digits] === 52 || text[digits] === 53) && !isDigitAt(text, digits + 1) // 4 5
}

function isLetterAt(text: PaddedText, at: number): boolean {
  const code = text[at] | 32
  return code >= 97 && code <= 122
}
