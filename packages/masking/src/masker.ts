import { MASK_RULES, MASK_TOGGLES, type MaskToggle } from './mask-rules.js'
import { Scanner } from './scanner.js'

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

/** How to mask. */
export interface MaskerOptions extends Partial<Readonly<Record<MaskToggle, boolean>>> {
  readonly mode?: 'default' | 'compat'
}

const TOKENS = MASK_RULES.map((rule) => `<${rule.type}>`)
const TYPES = MASK_RULES.map((rule) => rule.type)
const NO_PARAMETERS: readonly Parameter[] = Object.freeze([])

/** Replaces the values of a log line by typed masks and keeps them as parameters. */
export class Masker {
  readonly #scanner: Scanner

  private constructor(scanner: Scanner) {
    this.#scanner = scanner
  }

  /** A masker; every toggle is on unless it is given as `false`. */
  static create(options: MaskerOptions = {}): Masker {
    const off = new Set(MASK_TOGGLES.filter((toggle) => options[toggle] === false))
    return new Masker(new Scanner(Uint8Array.from(MASK_RULES, (rule) => (off.has(rule.toggle) ? 0 : 1))))
  }

  /** Masks one line, or several joined by newlines: no mask reaches over a newline. */
  mask(text: string): MaskedText {
    const scanner = this.#scanner
    const count = scanner.scan(text)
    if (count === 0) return { masked: text, parameters: NO_PARAMETERS }
    const { starts, ends, rules } = scanner
    const parameters = new Array<Parameter>(count)
    let masked = ''
    let from = 0
    for (let index = 0; index < count; index++) {
      const start = starts[index]
      const end = ends[index]
      const rule = rules[index]
      if (start > from) masked += text.slice(from, start)
      masked += TOKENS[rule]
      parameters[index] = { type: TYPES[rule], value: text.slice(start, end) }
      from = end
    }
    return { masked: from < text.length ? masked + text.slice(from) : masked, parameters }
  }

  /** Says for each mask of a text which rule wrote it and what it hid. */
  explain(text: string): MaskExplanation[] {
    const count = this.#scanner.scan(text)
    const { starts, ends, rules } = this.#scanner
    return Array.from({ length: count }, (_, index) => {
      const { name, type, description } = MASK_RULES[rules[index]]
      return {
        rule: name,
        type,
        value: text.slice(starts[index], ends[index]),
        start: starts[index],
        end: ends[index],
        description,
      }
    })
  }
}
