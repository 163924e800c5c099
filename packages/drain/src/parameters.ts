import type { Parameter } from '@sp/log-table'
import { tokenSpans, type TokenSpan } from './tokens.js'

/** How the template was mined. */
export interface ExtractOptions {
  /** The miner's extra delimiters; default none. */
  readonly extraDelimiters?: readonly string[]
  /** The miner's wildcard; default `<*>`. */
  readonly wildcard?: string
}

/** A mask in the masked message: where it stands and what it hides. */
interface MaskSpan extends TokenSpan {
  readonly parameter: Parameter
}

/**
 * What a message has in the open places of its template, in order: the parameters that its masks hid, and what each
 * wildcard stands for. A wildcard that stands for exactly one mask keeps that mask's type; any other has the type `*`
 * and the token with its masks undone as value. `null` when the message does not fit the template.
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
  { extraDelimiters = [], wildcard = '<*>' }: ExtractOptions = {},
): readonly Parameter[] | null {
  const templateTokens = template === '' ? [] : template.split(' ')
  const spans = tokenSpans(maskedMessage, extraDelimiters)
  if (spans.length !== templateTokens.length) return null
  const masks = maskSpans(maskedMessage, maskParameters)
  const found: Parameter[] = []
  let next = 0
  for (const [index, span] of spans.entries()) {
    const inside: MaskSpan[] = []
    while (next < masks.length && masks[next].start < span.end) inside.push(masks[next++])
    if (templateTokens[index] === wildcard) found.push(wildcardParameter(maskedMessage, span, inside))
    else if (templateTokens[index] !== maskedMessage.slice(span.start, span.end)) return null
    else found.push(...inside.map((mask) => mask.parameter))
  }
  return found
}

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
