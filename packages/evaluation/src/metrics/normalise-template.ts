/**
 * A template's text as Loghub-2.0 compares it, so that the spelling of a variable does not count, only its place:
 * white space is squeezed, a piece between delimiters that is all figures or holds `<*>` (and no `/`) becomes `<*>`,
 * and `<*>` joined by `.`, `:`, `#`, `/`, `@` or nothing are one. Applied to truth and output alike.
 *
 * Source: Jiang et al., *A Large-Scale Evaluation for Log Parsing Techniques: How Far Are We?*, ISSTA 2024, the
 * post-processing of its harness (rules DS, DG, WV, DV and CV).
 */
export function normaliseTemplate(text: string): string {
  const pieces = text.trim().replace(/\s+/g, ' ').split(DELIMITERS)
  let joined = pieces.map(normalisePiece).join('')
  for (let before = ''; before !== joined;) {
    before = joined
    for (const [pattern, replacement] of COLLAPSES) joined = joined.replace(pattern, replacement)
  }
  return joined
}

const DELIMITERS = /([\s,!;:=|"'[\](){}.\-+@#$%&])/

const COLLAPSES: readonly (readonly [RegExp, string])[] = [
  [/<\*>(?:[.:#/@]?<\*>)+/g, '<*>'],
  [/ #<\*>(?:#)? /g, ' <*> '],
  [/ (["'])<\*>\1 /g, ' <*> '],
]

function normalisePiece(piece: string): string {
  if (/^\d+$/.test(piece)) return '<*>'
  return piece.includes('<*>') && !piece.includes('/') ? '<*>' : piece
}
