import { COMPAT_RULES, type CompatToggle } from './compat-rules.js'
import { compatSpans } from './compat-spans.js'
import { MaskingError } from './errors.js'
import { MASK_RULES, MASK_TOGGLES, type MaskToggle } from './mask-rules.js'
import type { MaskRules } from './rules-schema.js'
import { MaskedDictionary } from './masked-dictionary.js'
import { Scanner } from './scanner.js'
import { SpanList } from './span-list.js'
import { blankSpans, mergeSpans, type Span } from './span.js'
import { type CompiledRule, compileRules, userSpans } from './user-rules.js'
import { bytesToUnits } from './utf8-positions.js'

/** One value that a mask hid. */
export interface Parameter {
  /** The type in upper case as it stands in the masked text: `IP`, `NUM`, … */
  readonly type: string
  /** The text as it stood in the line. */
  readonly value: string
}

/** A text with its values hidden. */
export interface MaskedText {
  readonly masked: string
  /** One per mask written, in the order in which they stand. */
  readonly parameters: readonly Parameter[]
}

/** Texts as pieces of one buffer. */
export interface BytesOfTexts {
  /** UTF-8. */
  readonly bytes: Uint8Array
  /** One per text, inclusive. */
  readonly starts: Int32Array
  /** Exclusive. */
  readonly ends: Int32Array
}

/** Many texts with their values hidden: each distinct masked text once, the values as places in the bytes. */
export interface MaskedBytes {
  /** Masked texts, distinct but for those too long to be compared. Later calls may append; codes keep their meaning. */
  readonly values: readonly string[]
  /** Of each text, the index of its masked text in `values`. */
  readonly codes: Int32Array
  /** Text `t` owns the entries `offsets[t] <= i < offsets[t + 1]` of the arrays below. */
  readonly offsets: Int32Array
  /** Index into `typeNames`. */
  readonly types: Uint8Array
  /** Position in the bytes, inclusive. */
  readonly starts: Int32Array
  /** Exclusive. */
  readonly ends: Int32Array
  readonly typeNames: readonly string[]
}

/** Which rule hid what. */
export interface MaskExplanation {
  readonly rule: string
  readonly type: string
  readonly value: string
  /** Position in the text before masking, in UTF-16 units, inclusive. */
  readonly start: number
  /** Exclusive. */
  readonly end: number
  readonly description: string
}

/**
 * How to mask. Every toggle is on unless it is given as `false`; the compat mode knows the first eight.
 * - `mode`: `default` (the rules of `MASK_RULES`) or `compat` (the reference system's rules, misfires included);
 *   without it, what the rules file extends, else `default`
 * - `rules`: own rules, from `parseMaskRules`
 */
export interface MaskerOptions extends Partial<Readonly<Record<MaskToggle, boolean>>> {
  readonly mode?: 'default' | 'compat'
  readonly rules?: MaskRules
}

type BuiltIn = 'default' | 'compat' | 'none'

const TOKENS = MASK_RULES.map((rule) => `<${rule.type}>`)
const TYPES = MASK_RULES.map((rule) => rule.type)
const TYPE_NAMES = [...new Set([...MASK_RULES, ...COMPAT_RULES].map((rule) => rule.type))]
/** Position of each default rule's type among the names. */
const RULE_TYPES = Uint8Array.from(TYPES, (type) => TYPE_NAMES.indexOf(type))
const COMPAT_TOGGLES: ReadonlySet<string> = new Set(COMPAT_RULES.map((rule) => rule.toggle))

/**
 * Replaces the values of a log line by typed masks and keeps them as parameters.
 * Cheap: the default rules, one pass. Slower: the compat mode (nine passes) and own rules (one pass of RE2 each).
 */
export class Masker {
  readonly #builtIn: BuiltIn
  readonly #scanner: Scanner
  readonly #disabled: ReadonlySet<MaskToggle>
  readonly #before: readonly CompiledRule[]
  readonly #after: readonly CompiledRule[]
  readonly #isPlain: boolean
  readonly #typeNames: readonly string[]
  readonly #dictionary = new MaskedDictionary()
  /** Spans of a text, as the last call of {@link maskBytes} found them. */
  #usualSpans = 3

  private constructor(
    /** What the masker was made of, plain data: another thread makes its like from it. */
    readonly options: MaskerOptions,
    builtIn: BuiltIn,
    disabled: ReadonlySet<MaskToggle>,
  ) {
    const { rules } = options
    this.#builtIn = builtIn
    this.#disabled = disabled
    this.#scanner = new Scanner(Uint8Array.from(MASK_RULES, (rule) => (disabled.has(rule.toggle) ? 0 : 1)))
    this.#before = rules ? compileRules(rules, 'before') : []
    this.#after = rules ? compileRules(rules, 'after') : []
    const own = [...this.#before, ...this.#after].map(({ rule }) => rule.type)
    this.#typeNames = [...new Set([...TYPE_NAMES, ...own])]
    this.#isPlain = builtIn === 'default' && this.#before.length + this.#after.length === 0
  }

  /**
   * A masker, ready to use and to be used for any number of lines.
   * @throws {MaskingError} `bad-options` for a mode or toggle that does not exist or does not go with the rules;
   * `bad-pattern` for an own rule that cannot run
   */
  static create(options: MaskerOptions = {}): Masker {
    const { mode, rules, ...toggles } = options
    const builtIn = mode ?? rules?.extends ?? 'default'
    checkMode(builtIn, rules)
    for (const [name, value] of Object.entries(toggles)) checkToggle(name, value, builtIn)
    const off = MASK_TOGGLES.filter((toggle) => options[toggle] === false)
    return new Masker(options, builtIn, new Set([...off, ...(rules?.disable ?? [])]))
  }

  /** Masks one line, or several joined by newlines: no built-in mask of the default mode reaches over a newline. */
  mask(text: string): MaskedText {
    if (!this.#isPlain) return maskSpans(text, this.#spans(text))
    const masked = this.#maskedText(text)
    const { starts, ends, rules, count } = this.#scanner
    const parameters: Parameter[] = []
    for (let index = 0; index < count; index++) {
      parameters.push({ type: TYPES[rules[index]], value: text.slice(starts[index], ends[index]) })
    }
    return { masked, parameters }
  }

  /**
   * Masks many texts as {@link mask} does each; several times as fast, since no string is made for a text or a value
   * and a masked text is built only when it is new. While a text is scanned the bytes behind it are overwritten, and put
   * back before the call returns: nobody else may read them meanwhile, as other threads could in shared memory.
   */
  maskBytes(texts: BytesOfTexts): MaskedBytes {
    this.#dictionary.makeRoom()
    const count = texts.starts.length
    const codes = new Int32Array(count)
    const spans = new SpanList(count, { usualSpans: this.#usualSpans, typeNames: this.#typeNames })
    const bytes = Buffer.from(texts.bytes.buffer, texts.bytes.byteOffset, texts.bytes.byteLength)
    const { starts, ends } = texts
    for (let text = 0; text < count; text++) {
      codes[text] = this.#isPlain
        ? this.#scanInto(spans, bytes, starts[text], ends[text])
        : this.#spansInto(spans, bytes, starts[text], ends[text])
      spans.endText()
    }
    if (count > 0) this.#usualSpans = spans.usualSpans * 1.1
    return { values: this.#dictionary.values, codes, ...spans.arrays() }
  }

  /** Says for each mask of a text which rule wrote it and what it hid. */
  explain(text: string): MaskExplanation[] {
    return this.#spans(text).map(({ start, end, rule }) => {
      const { name, type, description } = rule
      return { rule: name, type, value: text.slice(start, end), start, end, description }
    })
  }

  // `#spans` and `maskSpans` say the same more slowly: an object per mask halves the speed (bench/mask.ts).
  /** Scans a text and puts masks in the place of the spans, which the scanner still holds afterwards. */
  #maskedText(text: string): string {
    const count = this.#scanText(text)
    const { starts, ends, rules } = this.#scanner
    let masked = ''
    let from = 0
    for (let index = 0; index < count; index++) {
      const start = starts[index]
      masked += start > from ? text.slice(from, start) + TOKENS[rules[index]] : TOKENS[rules[index]]
      from = ends[index]
    }
    return from === 0 ? text : from < text.length ? masked + text.slice(from) : masked
  }

  /** Scans a text; the spans are then places in the string. */
  #scanText(text: string): number {
    const scanner = this.#scanner
    const count = scanner.scanText(text)
    if (scanner.to !== text.length) bytesToUnits(scanner)
    return count
  }

  #scanInto(list: SpanList, bytes: Buffer, from: number, to: number): number {
    const scanner = this.#scanner
    scanner.scan(bytes, from, to)
    list.addAll(scanner, RULE_TYPES)
    return this.#dictionary.codeOf(scanner)
  }

  #spansInto(list: SpanList, bytes: Buffer, from: number, to: number): number {
    const text = bytes.toString('utf8', from, to)
    const spans = this.#spans(text)
    let at = from
    let unit = 0
    for (const { start, end, rule } of spans) {
      const first = at + Buffer.byteLength(text.slice(unit, start))
      at = first + Buffer.byteLength(text.slice(start, end))
      unit = end
      list.add(this.#typeNames.indexOf(rule.type), first, at)
    }
    return this.#dictionary.codeOfText(maskSpans(text, spans).masked)
  }

  #spans(text: string): readonly Span[] {
    const before = userSpans(text, this.#before, [])
    const builtIn = this.#builtInSpans(before.length > 0 ? blankSpans(text, before) : text)
    const taken = mergeSpans(before, builtIn)
    return mergeSpans(taken, userSpans(text, this.#after, taken))
  }

  #builtInSpans(text: string): readonly Span[] {
    if (this.#builtIn === 'none') return []
    if (this.#builtIn === 'compat') return compatSpans(text, this.#disabled as ReadonlySet<CompatToggle>)
    const count = this.#scanText(text)
    const { starts, ends, rules } = this.#scanner
    return Array.from({ length: count }, (_, index) => {
      const rule = rules[index]
      return { start: starts[index], end: ends[index], rule: MASK_RULES[rule], replacement: TOKENS[rule] }
    })
  }
}

function maskSpans(text: string, spans: readonly Span[]): MaskedText {
  const pieces: string[] = []
  const parameters: Parameter[] = []
  let from = 0
  for (const { start, end, rule, replacement } of spans) {
    pieces.push(text.slice(from, start), replacement)
    parameters.push({ type: rule.type, value: text.slice(start, end) })
    from = end
  }
  pieces.push(text.slice(from))
  return { masked: pieces.join(''), parameters }
}

function checkMode(builtIn: string, rules: MaskRules | undefined): void {
  if (!['default', 'compat', 'none'].includes(builtIn)) {
    throw new MaskingError('bad-options', `mode ${JSON.stringify(builtIn)}, expected "default" or "compat"`)
  }
  if (rules && rules.extends !== builtIn) {
    const message = `mode "${builtIn}" with rules that extend "${rules.extends}"; leave the mode out or change the rules`
    throw new MaskingError('bad-options', message)
  }
  for (const toggle of rules?.disable ?? []) checkToggle(toggle, false, builtIn)
}

function checkToggle(name: string, value: unknown, builtIn: string): void {
  if (value === undefined) return
  const known = builtIn === 'compat' ? [...COMPAT_TOGGLES] : MASK_TOGGLES
  if (!(known as readonly string[]).includes(name)) {
    throw new MaskingError('bad-options', `option "${name}" in mode "${builtIn}", expected one of ${known.join(', ')}`)
  }
  if (typeof value !== 'boolean') {
    throw new MaskingError('bad-options', `option "${name}" is ${JSON.stringify(value)}, expected true or false`)
  }
}
