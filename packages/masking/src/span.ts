/** What describes the rule behind a span. */
export interface SpanRule {
  readonly name: string
  readonly type: string
  readonly description: string
}

/** A stretch of a text that a rule hides. */
export interface Span {
  /** In the text before masking, in UTF-16 units, inclusive. */
  readonly start: number
  /** Exclusive. */
  readonly end: number
  readonly rule: SpanRule
  /** What stands in the masked text instead. */
  readonly replacement: string
}

/** The text with each span overwritten, position for position, by characters that no rule takes for part of a value. */
export function blankSpans(text: string, spans: readonly Span[]): string {
  let blanked = ''
  let from = 0
  for (const { start, end } of spans) {
    blanked += text.slice(from, start) + '<' + '>'.repeat(end - start - 1)
    from = end
  }
  return blanked + text.slice(from)
}

/** Two sets of spans that do not overlap, as one in the order of the text. */
export function mergeSpans(first: readonly Span[], second: readonly Span[]): readonly Span[] {
  if (first.length === 0) return second
  if (second.length === 0) return first
  return [...first, ...second].sort((a, b) => a.start - b.start)
}
