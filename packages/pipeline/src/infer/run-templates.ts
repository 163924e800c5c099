import type { Template, TemplateTable } from '@sp/log-table'
import type { SourceDetector } from '../detector/source-detector.js'

/**
 * One table of templates for all sources of a run: those of the bundle, and behind them what is new, told apart by id;
 * detectors number new kinds for each source by itself.
 */
export class RunTemplates {
  readonly #known: number
  readonly #templates: Template[]
  readonly #codeOfId = new Map<string, number>()
  #counts: Int32Array
  /** Of the source at hand: its code less `#known` → code of the run. */
  #fresh: number[] = []
  #source: SourceDetector | null = null

  constructor(known: TemplateTable) {
    this.#known = known.length
    this.#templates = known.map((template) => ({ ...template, count: 0 }))
    this.#counts = new Int32Array(known.length + 1024)
  }

  /** The codes of the run for rows of a source; counts them. */
  codesOf(codes: Int32Array, source: SourceDetector): Int32Array {
    if (source !== this.#source) {
      this.#source = source
      this.#fresh = []
    }
    const result = new Int32Array(codes.length)
    for (let i = 0; i < codes.length; i++) {
      const code = codes[i] < this.#known ? codes[i] : this.#freshCode(codes[i])
      result[i] = code
      this.#counts[code]++
    }
    return result
  }

  /** All templates so far; the index is the code. Counts are those of {@link RunTemplates.counted}. */
  get table(): TemplateTable {
    return this.#templates
  }

  /** All templates with the number of their rows. */
  counted(): TemplateTable {
    return this.#templates.map((template, code) => ({ ...template, count: this.#counts[code] }))
  }

  #freshCode(code: number): number {
    const place = code - this.#known
    let found = this.#fresh[place]
    if (found === undefined) {
      const { id, text } = this.#source!.named(code)
      found = this.#codeOfId.get(id) ?? this.#append(id, text)
      this.#fresh[place] = found
    }
    return found
  }

  #append(id: string, text: string): number {
    const code = this.#templates.push({ id, text, count: 0 }) - 1
    this.#codeOfId.set(id, code)
    if (code >= this.#counts.length) {
      const larger = new Int32Array(2 * this.#counts.length)
      larger.set(this.#counts)
      this.#counts = larger
    }
    return code
  }
}
