import {
  CLASS,
  classEnd,
  DIGIT,
  digitsEnd,
  GLUE,
  HEX,
  isDigitAt,
  isValueEnd,
  LETTER,
  PADDING,
  type PaddedText,
  standsAt,
  UNDERSCORE,
  UPPER,
  WORD,
} from './characters.js'
import {
  colonRunEnd,
  hostStart,
  portEnd,
  recogniseDottedMac,
  recogniseIp4,
  recogniseIp6,
  recogniseMac,
  recogniseUuid,
} from './recognise-address.js'
import { recogniseDevice, recogniseIdValue, recogniseNumberedName, recogniseUsbPort } from './recognise-name.js'
import {
  decimalsEnd,
  isStyleCode,
  recogniseHexNumber,
  recogniseHexRun,
  recogniseNumber,
  recogniseVersion,
} from './recognise-number.js'
import { emailSpan, isPathBoundary, recognisePath, recogniseUrlRest, recogniseWindowsPath } from './recognise-path.js'
import { recogniseDuration, recogniseSize } from './recognise-quantity.js'
import * as RULE from './rule-indices.js'
import { FIGURES, LETTERS, NOTHING, STARTS } from './starts.js'
import { dateEnd, isDateWord, recogniseDateTime, recogniseTime } from './recognise-time.js'
import { WordSet } from './word-set.js'

const WHOLE_SCHEMES = WordSet.of('http https ftp ftps ws wss', { ignoresCase: true })
const SCHEME_JOINT = Buffer.from('://')
const LONGEST_SCHEME = 32

const NO_BYTES = Buffer.alloc(0)

/**
 * One pass from left to right over a text: at each word, number or sign it tries the rules that such a start allows,
 * takes the first that fits, and goes on behind it. A recogniser looks ahead a bounded number of characters, or over
 * a run that it then consumes, or over a run that is not tried again: the cost is linear in the length of the text.
 *
 * Its methods are the states of one machine over one text, so they stand together; what they recognise has files of its own.
 *
 * The spans of the last text stand in `starts`, `ends` and `rules`, `count` entries, ascending, not overlapping.
 */
export class Scanner {
  starts = new Int32Array(64)
  ends = new Int32Array(64)
  /** Index into `MASK_RULES`. */
  rules = new Uint8Array(64)
  count = 0
  /** The bytes in which the text scanned last stands; `starts` and `ends` are places in them. */
  bytes: Buffer = NO_BYTES
  /** The same bytes, to read several at once. */
  view: DataView = new DataView(NO_BYTES.buffer)
  /** First byte of the text. */
  from = 0
  /** Behind its last byte. */
  to = 0
  /** Where the last span ends: what stands before it is hidden, as if there were the `>` of its mask. */
  #taken = 0
  /** No address is tried after a colon before this position. */
  #colonRun = 0
  /** Room for texts that cannot be padded where they stand. */
  #own = Buffer.alloc(1024)

  /**
   * A scanner for the given rules.
   * @param enabled one flag per entry of `MASK_RULES`
   */
  constructor(readonly enabled: Uint8Array) {}

  /**
   * Finds the spans of a text and returns how many they are. While it works, zeros stand in the place of what follows
   * the text: copying each text to where it can be padded would take as long as the search.
   * @param bytes UTF-8
   * @param from first byte of the text
   * @param to behind its last byte
   */
  scan(bytes: Buffer, from: number, to: number): number {
    if (to + PADDING > bytes.length) return this.#scanCopy(bytes, from, to)
    this.#setBytes(bytes)
    const { view } = this
    const behind = view.getInt32(to)
    view.setInt32(to, 0)
    try {
      return this.#scan(bytes, from, to)
    } finally {
      view.setInt32(to, behind)
    }
  }

  /** As {@link Scanner.scan}, of a string; the spans are places in its UTF-8 bytes. */
  scanText(text: string): number {
    // Three bytes are the most that a UTF-16 unit becomes.
    this.#reserve(3 * text.length)
    return this.scan(this.#own, 0, this.#own.write(text))
  }

  /** For the last text of a buffer. Its spans are moved to where it stands. */
  #scanCopy(bytes: Buffer, from: number, to: number): number {
    const length = to - from
    this.#reserve(length)
    this.#own.set(bytes.subarray(from, to))
    const count = this.scan(this.#own, 0, length)
    for (let index = 0; index < count; index++) {
      this.starts[index] += from
      this.ends[index] += from
    }
    this.#setBytes(bytes)
    this.from = from
    this.to = to
    return count
  }

  #scan(text: PaddedText, from: number, to: number): number {
    this.from = this.#taken = from
    this.to = to
    this.count = 0
    this.#colonRun = 0
    let at = from
    while (at < to) {
      const code = text[at]
      const start = STARTS[code]
      if (start === NOTHING) at++
      else if (start === LETTERS) at = this.#word(text, at)
      else if (start === FIGURES) at = this.#figures(text, at)
      else at = this.#mark(text, at, code)
    }
    return this.count
  }

  /** A word that starts with a letter or underscore. Returns where to go on. */
  #word(text: PaddedText, start: number): number {
    let seen = 0
    let common = HEX
    let end = start
    for (let bits = CLASS[text[end]]; (bits & WORD) !== 0; bits = CLASS[text[++end]]) {
      seen |= bits
      common &= bits
    }
    const next = text[end]
    if (next === 58) {
      if ((seen & DIGIT) === 0 && end + 1 < this.#colonRun && start > this.from && text[start - 1] === 58) {
        // A piece of hex digits between colons, tried before.
        return this.#lettersBetweenColons(text, end)
      }
      const rest = this.#scheme(text, start, end)
      if (rest > 0) return rest
      if (standsAt(text, end, SCHEME_JOINT)) return end
    }
    if ((common & HEX) !== 0) {
      const taken = this.#hexWord(text, start, end, next)
      if (taken > 0) return taken
    }
    if (end - start === 3 && (next === 32 || next === 44)) {
      const taken = this.#namedDate(text, start)
      if (taken > 0) return taken
    }
    const isJoined = (seen & UNDERSCORE) !== 0
    if ((seen & DIGIT) === 0 && !(isJoined && next === 45)) return end
    const before = this.#before(text, start)
    if (before === 46 || before === 45 || before === 64 || before === 35) return end // . - @ #
    if (isJoined) {
      const name = recogniseNumberedName(text, start, end)
      if (name >= 0) return this.#take(RULE.NUMBERED_NAME, start, name)
    }
    const device = before !== 47 ? recogniseDevice(text, start) : -1
    if (device >= 0) return this.#take(RULE.DEVICE, start, device)
    const isMarked = (text[start] | 32) === 118 && isDigitAt(text, start + 1) // v
    const version = isMarked ? recogniseVersion(text, start) : -1
    return version >= 0 ? this.#take(RULE.VERSION, start, version) : end
  }

  /** Steps over pieces of letters in a run that was tried before, from the colon behind one on. Returns where to go on. */
  #lettersBetweenColons(text: PaddedText, colon: number): number {
    for (let at = colon; ;) {
      const end = classEnd(text, at + 1, LETTER)
      if (end === at + 1) return at
      // No port follows a colon before a letter.
      if (text[end] !== 58 || end + 1 >= this.#colonRun) return at + 1
      at = end
    }
  }

  /** `scheme://rest` and `C:\path`. Returns 0 where neither stands. */
  #scheme(text: PaddedText, start: number, end: number): number {
    const next = text[end + 1]
    if (next === 47 && text[end + 2] === 47 && end - start > 1) {
      const rest = recogniseUrlRest(text, end + 3)
      if (rest < 0) return 0
      const isWhole = end - start <= LONGEST_SCHEME && WHOLE_SCHEMES.has(text, start, end)
      return isWhole ? this.#take(RULE.URL_WHOLE, start, rest) : this.#take(RULE.SCHEME_REST, end + 3, rest)
    }
    if (end - start !== 1 || (next !== 92 && next !== 47)) return 0
    const path = isPathBoundary(this.#before(text, start)) ? recogniseWindowsPath(text, start) : -1
    return path >= 0 ? this.#take(RULE.WINDOWS_PATH, start, path) : 0
  }

  #namedDate(text: PaddedText, start: number): number {
    if ((CLASS[text[start]] & UPPER) === 0 || !isDateWord(text, start)) return 0
    return this.#date(text, start)
  }

  #date(text: PaddedText, start: number): number {
    const date = dateEnd(text, start)
    const dateTime = recogniseDateTime(text, start, date)
    if (dateTime >= 0) return this.#take(RULE.DATETIME, start, dateTime)
    return date >= 0 && isValueEnd(text, date) ? this.#take(RULE.DATE, start, date) : 0
  }

  /** A word of hex digits only, which may be an address, an identifier or a run. Returns 0 where it is none. */
  #hexWord(text: PaddedText, start: number, end: number, next: number): number {
    const length = end - start
    if (next === 58 && length <= 4) return this.#colonAddress(text, start)
    if (next === 46 && length === 4) return this.#dottedMac(text, start)
    if (next === 45 && length === 2 && this.#before(text, start) !== 45) {
      const mac = recogniseMac(text, start)
      if (mac >= 0) return this.#take(RULE.MAC, start, mac)
    }
    if (length < 8) return 0
    if (length === 8 && next === 45) {
      const uuid = recogniseUuid(text, start)
      if (uuid >= 0) return this.#take(RULE.UUID, start, uuid)
    }
    if (isGlue(this.#before(text, start))) return 0
    const run = recogniseHexRun(text, start)
    return run >= 0 ? this.#take(RULE.HEX_RUN, start, run) : 0
  }

  /** Returns 0 where there is none. */
  #dottedMac(text: PaddedText, start: number): number {
    const mac = isGlue(this.#before(text, start)) ? -1 : recogniseDottedMac(text, start)
    return mac >= 0 ? this.#take(RULE.MAC, start, mac) : 0
  }

  /** MAC or IPv6 from its first hex digit or colon on. Returns 0 where there is none. */
  #colonAddress(text: PaddedText, start: number): number {
    const before = this.#before(text, start)
    if (before === 58 && (start < this.#colonRun || (start > this.from + 1 && text[start - 2] === 58))) return 0
    const mac = recogniseMac(text, start)
    if (mac >= 0) return this.#take(RULE.MAC, start, mac)
    const ip6 = recogniseIp6(text, start)
    if (ip6 >= 0) return this.#take(RULE.IP6, start, ip6)
    this.#colonRun = Math.max(this.#colonRun, colonRunEnd(text, start))
    return 0
  }

  /** A number or anything else that starts with a figure. Returns where to go on. */
  #figures(text: PaddedText, start: number): number {
    const end = digitsEnd(text, start)
    const next = text[end]
    const before = this.#before(text, start)
    const taken = this.#figuresTaken(text, start, end, next, before)
    return taken > 0 ? taken : classEnd(text, end, WORD)
  }

  #figuresTaken(text: PaddedText, start: number, end: number, next: number, before: number): number {
    const length = end - start
    if (before === 61 || before === 32) {
      const id = recogniseIdValue(text, start, this.from)
      if (id >= 0) return this.#take(RULE.ID, start, id)
    }
    // Four numbers joined by dots are no date: of those that are, one has four figures.
    if (next === 46 && before !== 46 && length <= 3) {
      const ip = recogniseIp4(text, start)
      if (ip >= 0) return this.#take(RULE.IP4, start, ip)
    }
    const isPart = before === 46 || before === 45 || before === 64 || before === 35 // . - @ #
    if (next === 58 || next === 47 || next === 45 || next === 46 || next === 32 || next === 84 || next === 95) {
      if (!isPart && before !== 47 && before !== 58) {
        const time = this.#calendar(text, start, length, next)
        if (time > 0) return time
      }
    }
    if (next === 46 && before !== 46) {
      if (length === 4) {
        const mac = this.#dottedMac(text, start)
        if (mac > 0) return mac
      }
      if (!isPart) {
        const version = recogniseVersion(text, start)
        if (version >= 0) return this.#take(RULE.VERSION, start, version)
      }
    }
    if (next === 45 && before === 32) {
      const port = recogniseUsbPort(text, start, this.from)
      if (port >= 0) return this.#take(RULE.USB_PORT, start, port)
    }
    if (next === 58 || next === 45 || (CLASS[next] & LETTER) !== 0 || text[start] === 48) {
      const hex = this.#hexFigures(text, start, end, next)
      if (hex > 0) return hex
    }
    return isGlue(before) ? 0 : this.#amount(text, start, start, end)
  }

  #calendar(text: PaddedText, start: number, length: number, next: number): number {
    const isCompact = length === 8 && (next === 84 || next === 45 || next === 95) // T - _
    if (isCompact || (length === 4 && next !== 32) || (length <= 2 && next !== 58)) {
      const date = this.#date(text, start)
      if (date > 0) return date
    }
    // A clock that is the head of a MAC or IPv6 address has more than three parts; recogniseTime refuses it.
    if (length > 2 || next !== 58) return 0
    const time = recogniseTime(text, start)
    return time >= 0 ? this.#take(RULE.TIME, start, time) : 0
  }

  #hexFigures(text: PaddedText, start: number, end: number, next: number): number {
    if ((next | 32) === 120) {
      const hex = recogniseHexNumber(text, start)
      return hex >= 0 ? this.#take(RULE.HEX_NUMBER, start, hex) : 0
    }
    const word = (CLASS[next] & HEX) !== 0 ? classEnd(text, end, HEX) : end
    const after = word === end ? next : text[word]
    return (CLASS[after] & WORD) !== 0 ? 0 : this.#hexWord(text, start, word, after)
  }

  /** Duration, size or plain number, from an optional sign on. The digits before its point stand from `first` to `end`. */
  #amount(text: PaddedText, start: number, first: number, end: number): number {
    const before = this.#before(text, start)
    if ((before === 91 || before === 59) && isStyleCode(text, start, this.from)) return 0 // [ ;
    const decimals = decimalsEnd(text, end)
    const unit = text[decimals]
    const isGlued = (CLASS[unit] & LETTER) !== 0
    if (isGlued) {
      const duration = recogniseDuration(text, decimals)
      if (duration >= 0) return this.#take(RULE.DURATION, start, duration)
    }
    if (isGlued || unit === 32) {
      const size = recogniseSize(text, decimals)
      if (size >= 0) return this.#take(RULE.SIZE, start, size)
    }
    const number = recogniseNumber(text, first, end)
    return number >= end ? this.#take(RULE.NUMBER, start, number) : 0
  }

  /** One of `/ ~ . \ - + : @`. Returns where to go on. */
  #mark(text: PaddedText, at: number, code: number): number {
    if (code === 58) return this.#colon(text, at)
    if (code === 64) return this.#at(text, at)
    if (code === 45 || code === 43) return this.#sign(text, at)
    const before = this.#before(text, at)
    if (!isPathBoundary(before)) return runEnd(text, at, code)
    if (code === 92) {
      const share = recogniseWindowsPath(text, at)
      return share >= 0 ? this.#take(RULE.WINDOWS_PATH, at, share) : at + 1
    }
    if (code === 47 && isDigitAt(text, at + 1)) {
      const ip = recogniseIp4(text, at + 1)
      if (ip >= 0 && text[ip] !== 47) return this.#take(RULE.IP4, at, ip)
    }
    const path = recognisePath(text, at)
    return path >= 0 ? this.#take(RULE.UNIX_PATH, at, path) : at + 1
  }

  #colon(text: PaddedText, at: number): number {
    const next = text[at + 1]
    if (next === 58) {
      const before = this.#before(text, at)
      const isStart = before !== 58 && before !== 41 && before !== 93 && before !== 62 && (CLASS[before] & WORD) === 0
      const taken = isStart ? this.#colonAddress(text, at) : 0
      return taken > 0 ? taken : lastColon(text, at + 1)
    }
    if (next < 48 || next > 57 || at === this.from) return at + 1
    if ((CLASS[text[at - 1]] & LETTER) === 0) return at + 1
    const start = hostStart(text, at, this.#taken)
    const end = start < 0 ? -1 : portEnd(text, at + 1)
    return end >= 0 ? this.#take(RULE.HOST_PORT, start, end) : at + 1
  }

  #at(text: PaddedText, at: number): number {
    if ((CLASS[text[at + 1]] & WORD) === 0) return at + 1
    const span = emailSpan(text, at, this.#taken)
    return span === null ? at + 1 : this.#take(RULE.EMAIL, span[0], span[1])
  }

  #sign(text: PaddedText, at: number): number {
    if (!isDigitAt(text, at + 1)) return at + 1
    const before = this.#before(text, at)
    if (isGlue(before) || before === 41 || before === 93 || before === 62 || before === 42) return at + 1 // ) ] > *
    const end = digitsEnd(text, at + 1)
    if ((CLASS[text[end]] & WORD) !== 0 && text[at + 1] === 48) return at + 1 // -0x…
    const taken = this.#amount(text, at, at + 1, end)
    return taken > 0 ? taken : at + 1
  }

  /** The character before a position as the masked text shows it; 0 at the start. */
  #before(text: PaddedText, at: number): number {
    if (at === this.from) return 0
    return at === this.#taken ? 62 : text[at - 1]
  }

  /** Records a span. What a rule that is off would take stays text, and no other rule takes a part of it. */
  #take(rule: number, start: number, end: number): number {
    if (this.enabled[rule] === 0) return end
    if (this.count === this.starts.length) this.#grow()
    this.starts[this.count] = start
    this.ends[this.count] = end
    this.rules[this.count++] = rule
    this.#taken = end
    return end
  }

  #setBytes(bytes: Buffer): void {
    if (bytes === this.bytes) return
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  #reserve(length: number): void {
    if (length + PADDING > this.#own.length) this.#own = Buffer.alloc(2 * length + PADDING)
  }

  #grow(): void {
    const size = this.count * 2
    const { starts, ends, rules } = this
    this.starts = new Int32Array(size)
    this.ends = new Int32Array(size)
    this.rules = new Uint8Array(size)
    this.starts.set(starts)
    this.ends.set(ends)
    this.rules.set(rules)
  }
}

/** Where a run of one character ends. */
function runEnd(text: PaddedText, start: number, code: number): number {
  let at = start + 1
  while (text[at] === code) at++
  return at
}

/** The last colon of a run: only there can a port follow. */
function lastColon(text: PaddedText, from: number): number {
  let at = from
  while (text[at + 1] === 58) at++
  return at
}

/** Whether figures after this character belong to a name, not to a number. */
function isGlue(before: number): boolean {
  return (CLASS[before] & GLUE) !== 0
}
