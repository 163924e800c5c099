import { codeAt, digitsEnd, isDigitAt, isValueEnd, isWordAt } from './characters.js'

// Kernel device names: the letters before the first figure. Roles that a machine has one of each (`en0`, `wl0`,
// `tty2`, `cpu0`) are not here: they stay words of their template, as in the hand-made templates of Loghub.
const DEVICE_PREFIXES = new Set(
  (
    'nvme mmcblk loop dm md ram zram sr nbd rbd mtd mtdblock sg eth eno enp ens enx wlan wlp wlx ' +
    'ttyS ttyUSB ttyACM ttyAMA veth docker bond tun tap vnet virbr br-'
  ).split(' '),
)
const DISK_PREFIXES = ['sd', 'hd', 'vd', 'xvd']
const LONGEST_PREFIX = 8
const ID_NAMES = new Set('pid tid uid gid ppid tgid euid egid suid sgid fsuid fsgid auid ruid rgid loginuid'.split(' '))
const LONGEST_ID_NAME = 8

/** A kernel device: letters of a known family, then figures (`nvme0n1p2`, `sda1`, `eth0`, `ttyUSB0`). */
export function recogniseDevice(text: string, start: number): number {
  let digits = start
  while (digits - start <= LONGEST_PREFIX && isLetterAt(text, digits)) digits++
  if (digits === start || digits - start > LONGEST_PREFIX || !isDigitAt(text, digits)) return -1
  const prefix = text.slice(start, digits)
  if (prefix === 'md' && isHashName(text, digits)) return -1
  if (!DEVICE_PREFIXES.has(prefix) && !isDisk(prefix)) return -1
  let end = digits
  while (isLetterAt(text, end) || isDigitAt(text, end)) end++
  return isValueEnd(text, end) ? end : -1
}

/** A USB port after `usb ` or `hub `: `1-1`, `1-1.2`, `1-0:1.0`. */
export function recogniseUsbPort(text: string, start: number): number {
  if (!text.startsWith('usb ', start - 4) && !text.startsWith('hub ', start - 4)) return -1
  const bus = digitsEnd(text, start)
  if (codeAt(text, bus) !== 45 || !isDigitAt(text, bus + 1)) return -1
  let end = digitsEnd(text, bus + 1)
  while ((codeAt(text, end) === 46 || codeAt(text, end) === 58) && isDigitAt(text, end + 1))
    end = digitsEnd(text, end + 1)
  const isJoined = codeAt(text, end) === 58 && (isWordAt(text, end + 1) || codeAt(text, end + 1) === 60) // a mask in waiting
  return isValueEnd(text, end) && !isJoined ? end : -1
}

/** The figures after `pid=`, `uid=` and their like. */
export function recogniseIdValue(text: string, start: number): number {
  let name = start - 1
  if (codeAt(text, name) !== 61) return -1 // =
  while (name > 0 && start - name <= LONGEST_ID_NAME + 1 && isLetterAt(text, name - 1)) name--
  if (name > 0 && isWordAt(text, name - 1)) return -1
  if (!ID_NAMES.has(text.slice(name, start - 1).toLowerCase())) return -1
  const end = digitsEnd(text, start)
  return isValueEnd(text, end) ? end : -1
}

/** `md4` and `md5` are hashes far more often than arrays of disks. */
function isHashName(text: string, digits: number): boolean {
  const code = codeAt(text, digits)
  return (code === 52 || code === 53) && !isDigitAt(text, digits + 1) // 4 5
}

function isDisk(prefix: string): boolean {
  return DISK_PREFIXES.some((disk) => prefix.length === disk.length + 1 && prefix.startsWith(disk))
}

function isLetterAt(text: string, at: number): boolean {
  const code = codeAt(text, at) | 32
  return code >= 97 && code <= 122
}
