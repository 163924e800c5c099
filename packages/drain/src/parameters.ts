import type { Parameter } from '@sp/log-table'
import { type TokenSpan, tokenSpans } from './tokens.js'

/** How the template was mined. */
export interface ExtractOptions {
  /** Default `evidence`, whose wildcards may stand for several words or none; one of `drain` stands for one token. */
  readonly miner?: 'evidence' | 'drain'
  /** Drain's extra delimiters; default none. */
  readonly extraDelimiters?: readonly string[]
  /** Drain's wildcard; default `<*>`. */
  readonly wildcard?: string
}

/** A mask in the masked message: where it stands and what it hides. */
interface MaskSpan extends TokenSpan {
  readonly parameter: Parameter
}

/**
 * What a message has in the open places of its template, in order: the parameters that its masks hid, and what each
 * wildcard stands for. A wildcard that stands for exactly one mask keeps that mask's type; any other has the type `*`
 * and the text with its masks undone as value. `null` when the message does not fit the template's text. A remark that
 * the template leaves out, ` (5)`, is passed over.
 *
 * @param template text of the template
 * @param maskedMessage the message as the miner saw it, masks written `<TYPE>` or `<:TYPE:>`
 * @param maskParameters what the masks hid, in order
 * @example
 * extractParameters('<*> from <IP> failed', 'login from <IP> failed', [{ type: 'IP', value: '10.0.0.1' }])
 * // [{ type: '*', value: 'login' }, { type: 'IP', value: '10.0.0.1' }]
 */
export function extractParameters(
  template: string,
  maskedMessage: string,
  maskParameters: readonly Parameter[],
  { miner = 'evidence', extraDelimiters = [], wildcard = '<*>' }: ExtractOptions = {},
): readonly Parameter[] | null {
  const spans = tokenSpans(maskedMessage, extraDelimiters)
  const literals = template.split(wildcard)
  const text = new SpacedText(maskedMessage, spans)
  const found = wildcardsIn(text, literals, miner) ?? withoutRemarks(text, literals, miner)
  if (found === null) return null
  const masks = maskSpans(maskedMessage, maskParameters)
  const parameters: Parameter[] = []
  let next = 0
  for (const span of found) {
    while (next < masks.length && masks[next].start < span.start) parameters.push(masks[next++].parameter)
    const inside: MaskSpan[] = []
    while (next < masks.length && masks[next].start < span.end) inside.push(masks[next++])
    parameters.push(wildcardParameter(maskedMessage, span, inside))
  }
  return [...parameters, ...masks.slice(next).map(({ parameter }) => parameter)]
}

/** The tokens of a message joined by single spaces, as templates are written, and where each character came from. */
class SpacedText {
  readonly text: string
  readonly #message: string
  readonly #spans: readonly TokenSpan[]

  constructor(message: string, spans: readonly TokenSpan[]) {
    this.#message = message
    this.#spans = spans
    this.text = spans.map(({ start, end }) => message.slice(start, end)).join(' ')
  }

  /** The stretch of the message that a stretch of this text came from. */
  inMessage({ start, end }: TokenSpan): TokenSpan {
    if (start === end) return this.#empty(start)
    return { start: this.#positionOf(start), end: this.#positionOf(end - 1) + 1 }
  }

  /** The same message with a stretch left out. */
  without({ start, end }: TokenSpan): SpacedText {
    const cut = this.inMessage({ start, end })
    const spans = this.#spans.flatMap((span) => [
      { start: span.start, end: Math.min(span.end, cut.start) },
      { start: Math.max(span.start, cut.end), end: span.end },
    ])
    return new SpacedText(
      this.#message,
      spans.filter((span) => span.start < span.end),
    )
  }

  #empty(at: number): TokenSpan {
    const position = at === 0 ? 0 : this.#positionOf(at - 1) + 1
    return { start: position, end: position }
  }

  #positionOf(at: number): number {
    let from = 0
    for (const { start, end } of this.#spans) {
      const length = end - start
      if (at <= from + length) return start + at - from
      from += length + 1
    }
    return this.#message.length
  }
}

/** Where the wildcards between literals stand: each as short as can be. In time linear in the text for each literal. */
function wildcardsIn(
  text: SpacedText,
  literals: readonly string[],
  miner: 'evidence' | 'drain',
): readonly TokenSpan[] | null {
  const [first, ...others] = literals
  const last = others.pop()
  if (last === undefined) return text.text === first ? [] : null
  if (!text.text.startsWith(first)) return null
  const spans: TokenSpan[] = []
  let at = first.length
  for (const literal of [...others, null]) {
    const limit = text.text.length - last.length
    const isLast = literal === null
    const end = isLast ? limit : text.text.indexOf(literal, miner === 'drain' ? at + 1 : at)
    if (end < at || (isLast && !text.text.endsWith(last))) return null
    if (miner === 'drain' && (end === at || text.text.slice(at, end).includes(' '))) return null
    spans.push({ start: at, end })
    at = isLast ? end : end + literal.length
  }
  return spans.map((span) => text.inMessage(span))
}

/** A remark as `canonicalForm` leaves it out, in a masked message. */
const REMARK = / \([^() ]*\)/g

/** The wildcards when some remarks are left out; tried for the first, the second, … and all of them. */
function withoutRemarks(
  text: SpacedText,
  literals: readonly string[],
  miner: 'evidence' | 'drain',
): readonly TokenSpan[] | null {
  if (miner === 'drain') return null
  const remarks = [...text.text.matchAll(REMARK)].map(({ index, 0: remark }) => ({
    start: index,
    end: index + remark.length,
  }))
  for (const remark of remarks.slice(0, MOST_REMARKS)) {
    const found = wildcardsIn(text.without(remark), literals, miner)
    if (found !== null) return found
  }
  const bare = remarks.reduceRight((rest, remark) => rest.without(remark), text)
  return remarks.length > 1 ? wildcardsIn(bare, literals, miner) : null
}

const MOST_REMARKS = 8
/** Where each mask stands. A parameter whose mask is not found, as when a later mask swallowed it, is left out. */
function maskSpans(masked: string, parameters: readonly Parameter[]): MaskSpan[] {
  const spans: MaskSpan[] = []
  let from = 0
  for (const parameter of parameters) {
    const span = firstOf(masked, [`<${parameter.type}>`, `<:${parameter.type}:>`], from)
    if (span === null) continue
    spans.push({ ...span, parameter })
    from = span.end
  }
  return spans
}

function firstOf(text: string, forms: readonly string[], from: number): TokenSpan | null {
  let first: TokenSpan | null = null
  for (const form of forms) {
    const start = text.indexOf(form, from)
    if (start >= 0 && (first === null || start < first.start)) first = { start, end: start + form.length }
  }
  return first
}

function wildcardParameter(masked: string, span: TokenSpan, masks: readonly MaskSpan[]): Parameter {
  if (masks.length === 1 && masks[0].start === span.start && masks[0].end === span.end) return masks[0].parameter
  let value = ''
  let position = span.start
  for (const mask of masks) {
    value += masked.slice(position, mask.start) + mask.parameter.value
    position = mask.end
  }
  return { type: '*', value: value + masked.slice(position, Math.max(position, span.end)) }
}
