import { normaliseTemplate } from './normalise-template.js'

/** How well a parser's templates match those made by hand; every figure lies in 0..1, 1 is a perfect parse. */
export interface TemplateMetrics {
  /** Grouping accuracy: share of lines whose group has exactly the lines of the true group. */
  readonly GA: number
  /** F1 of the groups that have exactly the lines of a true group, each group counted once however large. */
  readonly FGA: number
  /** Parsing accuracy: share of lines whose template text is the true one. */
  readonly PA: number
  /** F1 of the template texts whose lines all have that text as their true template. */
  readonly FTA: number
  /** Groups that the parser made. */
  readonly groups: number
  /** True groups. */
  readonly trueGroups: number
}

/** One line's true template, and what a parser made of it. */
export interface ParsedLine {
  /** The true template, variables written `<*>`. Lines of one text are one group. */
  readonly truth: string
  /** What the parser calls the line's group. */
  readonly group: string | number
  /** The parser's template, variables written `<*>`. */
  readonly text: string
}

/**
 * The four figures that log parsers are compared by. Texts are compared after {@link normaliseTemplate}.
 * GA judges by lines, so a large group weighs much; FGA and FTA judge by templates, so a rare one counts as well.
 *
 * Source: Zhu et al., ICSE-SEIP 2019 (GA); Dai et al., TSE 2020 (PA); Jiang et al., ISSTA 2024 (FGA, FTA).
 */
export function evaluateTemplates(lines: readonly ParsedLine[]): TemplateMetrics {
  const normalised = memoised(normaliseTemplate)
  const trueGroups = groupBy(lines, ({ truth }) => truth)
  const groups = groupBy(lines, ({ group }) => group)
  const trueTexts = groupBy(lines, ({ truth }) => normalised(truth))
  const texts = groupBy(lines, ({ text }) => normalised(text))
  const exact = [...groups.values()].filter(
    (members) => areOf(members, ({ truth }) => truth) && members.length === trueGroups.get(members[0].truth)!.length,
  )
  const right = [...texts].filter(([text, members]) => members.every(({ truth }) => normalised(truth) === text))
  const rightLines = lines.filter(({ truth, text }) => normalised(truth) === normalised(text)).length
  return {
    GA: exact.reduce((sum, members) => sum + members.length, 0) / lines.length,
    FGA: f1(exact.length, groups.size, trueGroups.size),
    PA: rightLines / lines.length,
    FTA: f1(right.length, texts.size, trueTexts.size),
    groups: groups.size,
    trueGroups: trueGroups.size,
  }
}

function areOf(lines: readonly ParsedLine[], keyOf: (line: ParsedLine) => string): boolean {
  return lines.every((line) => keyOf(line) === keyOf(lines[0]))
}

/** 2 · right / (found + true): the harmonic mean of precision and recall. */
function f1(right: number, found: number, wanted: number): number {
  return (2 * right) / (found + wanted)
}

function groupBy<Key>(lines: readonly ParsedLine[], keyOf: (line: ParsedLine) => Key): Map<Key, ParsedLine[]> {
  const groups = new Map<Key, ParsedLine[]>()
  for (const line of lines) {
    const group = groups.get(keyOf(line))
    if (group) group.push(line)
    else groups.set(keyOf(line), [line])
  }
  return groups
}

function memoised(compute: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>()
  return (text) => {
    let result = known.get(text)
    if (result === undefined) known.set(text, (result = compute(text)))
    return result
  }
}
