import { RE2JS } from 're2js'
import { MaskingError } from './errors.js'
import type { MaskRules, UserRule } from './rules-schema.js'
import { blankSpans, mergeSpans, type Span, type SpanRule } from './span.js'

/** A rule of a rules file, ready to run. */
export interface CompiledRule {
  readonly pattern: RE2JS
  readonly rule: SpanRule
  readonly replacement: string
}

/**
 * The own rules of one priority, ready to run.
 * @throws {MaskingError} `bad-pattern` when RE2 does not know the pattern or it matches the empty text
 */
export function compileRules(rules: MaskRules, priority: UserRule['priority']): readonly CompiledRule[] {
  return rules.rules.flatMap((rule, index) => (rule.priority === priority ? [compileRule(rule, index)] : []))
}

/** What own rules hide in a text, besides the spans that are taken already. */
export function userSpans(text: string, rules: readonly CompiledRule[], taken: readonly Span[]): readonly Span[] {
  let spans: readonly Span[] = []
  for (const rule of rules) {
    const earlier = mergeSpans(taken, spans)
    spans = mergeSpans(spans, freeSpans(spansOf(blankSpans(text, earlier), rule), earlier))
  }
  return spans
}

function compileRule(rule: UserRule, index: number): CompiledRule {
  const at = `rules[${index}].pattern`
  const pattern = compilePattern(rule.pattern, at)
  if (pattern.matcher('').matches()) {
    throw new MaskingError(
      'bad-pattern',
      `${at}: ${JSON.stringify(rule.pattern)} matches the empty text; it must hide something`,
    )
  }
  const type = rule.type ?? rule.name.toUpperCase().replace(/[^A-Z0-9]+/g, '_')
  const { name, description } = rule
  return { pattern, rule: { name, type, description }, replacement: rule.replace ?? `<${type}>` }
}

function compilePattern(pattern: string, at: string): RE2JS {
  try {
    return RE2JS.compile(pattern)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new MaskingError(
      'bad-pattern',
      `${at}: ${reason}; expected the syntax of RE2, which has no look-around and no back-references`,
      { cause },
    )
  }
}

function spansOf(text: string, { pattern, rule, replacement }: CompiledRule): readonly Span[] {
  const spans: Span[] = []
  const matcher = pattern.matcher(text)
  const group = pattern.groupCount() > 0 ? 1 : 0
  while (matcher.find()) {
    const start = matcher.start(group)
    const end = matcher.end(group)
    if (end > start) spans.push({ start, end, rule, replacement })
  }
  return spans
}

/** The spans that touch no earlier one: on overlap the earlier rule has won. */
function freeSpans(spans: readonly Span[], earlier: readonly Span[]): readonly Span[] {
  let next = 0
  return spans.filter((span) => {
    while (next < earlier.length && earlier[next].end <= span.start) next++
    return next === earlier.length || earlier[next].start >= span.end
  })
}
