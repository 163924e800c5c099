import { COMPAT_RULES, type CompatRule, type CompatToggle } from './compat-rules.js'
import type { Span } from './span.js'

/** A span together with its place in the text as the rules so far have left it. */
interface PlacedSpan extends Span {
  readonly at: number
}

/**
 * What the reference system's rules hide, each run over the output of the one before. Where a rule hits part of an
 * earlier mask, as `device` does with the figure of `<IP6>`, the span is that of the earlier mask and the rule the later.
 */
export function compatSpans(text: string, disabled: ReadonlySet<CompatToggle>): readonly Span[] {
  let current = text
  let spans: readonly PlacedSpan[] = []
  for (const rule of COMPAT_RULES) {
    if (disabled.has(rule.toggle)) continue
    const matches = [...current.matchAll(rule.pattern)]
    if (matches.length === 0) continue
    spans = applyMatches(matches, rule, { current, spans })
    current = replaceSpans(text, spans)
  }
  return spans
}

/** The spans after a rule, from those before it and the rule's matches in the text as it stands. */
function applyMatches(
  matches: readonly RegExpMatchArray[],
  rule: CompatRule,
  { current, spans }: { current: string; spans: readonly PlacedSpan[] },
): readonly PlacedSpan[] {
  const result: Span[] = []
  let next = 0
  // How far positions in the text as it stands are ahead of those in the text before masking.
  let shift = 0
  for (const match of matches) {
    const from = match.index! + (match[1]?.length ?? 0)
    const to = match.index! + match[0].length
    for (; next < spans.length && placedEnd(spans[next]) <= from; next++) {
      result.push(spans[next])
      shift += growth(spans[next])
    }
    const start = next < spans.length && spans[next].at < from ? spans[next].at : from
    const originalStart = start - shift
    let end = to
    for (; next < spans.length && spans[next].at < to; next++) {
      end = Math.max(end, placedEnd(spans[next]))
      shift += growth(spans[next])
    }
    const replacement = `${current.slice(start, from)}<${rule.type}>${current.slice(to, end)}`
    result.push({ start: originalStart, end: end - shift, rule, replacement })
  }
  return placeSpans([...result, ...spans.slice(next)])
}

function placeSpans(spans: readonly Span[]): readonly PlacedSpan[] {
  let shift = 0
  return spans.map(({ start, end, rule, replacement }) => {
    const placed = { start, end, rule, replacement, at: start + shift }
    shift += growth(placed)
    return placed
  })
}

function placedEnd(span: PlacedSpan): number {
  return span.at + span.replacement.length
}

function growth(span: Span): number {
  return span.replacement.length - (span.end - span.start)
}

function replaceSpans(text: string, spans: readonly Span[]): string {
  const pieces: string[] = []
  let from = 0
  for (const { start, end, replacement } of spans) {
    pieces.push(text.slice(from, start), replacement)
    from = end
  }
  pieces.push(text.slice(from))
  return pieces.join('')
}
